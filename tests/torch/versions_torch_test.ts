// Inputs that are changed between forward and backward, against PyTorch: what it refuses is refused here,
// and what it goes on with has the same gradients.

import { assert, assertEquals } from "@std/assert";
import { Parameter, tensor } from "minimodel";
import { applyOp, describeCase, type OpName } from "../_op_cases.ts";
import {
  type ChangedCase,
  changedCases,
  directionOf,
  outcomeOf,
  step,
  stepLength,
  upstreamFor,
  write,
} from "../_versions.ts";
import { assertSame, type Torch, torchTest } from "./_torch.ts";

/** What PyTorch makes of a case. */
async function theirs(torch: Torch, { each, place, numbers }: ChangedCase) {
  const { op, shapes, params } = each;
  const leaves = numbers.map((values, i) => new Parameter(tensor(values, { shape: shapes[i] })));
  const change = directionOf(leaves[place].shape, "float64").mul(-stepLength);
  const graph = [{ op, inputs: leaves.map((_, i) => i), params }];
  return await torch.stale(leaves, graph, upstreamFor(applyOp(op, leaves, params)), {
    place,
    change,
  });
}

type Who = "only PyTorch refuses" | "only we refuse";

/** Where the two differ: PyTorch keeps some inputs for their shape, and copies others. */
const known: Partial<Record<OpName, readonly Who[]>> = {
  takeAlongAxis: ["only PyTorch refuses"],
  gatherBackward: ["only PyTorch refuses"],
  // The first of no numbers, the second of a row times a batch.
  matmul: ["only PyTorch refuses", "only we refuse"],
  // Bags that PyTorch's embedding_bag does not take, and own_ops.py makes of rows.
  bag: ["only we refuse"],
};

torchTest(
  "a step between forward and backward is refused where PyTorch refuses it",
  async (torch) => {
    const counts = { refused: 0, same: 0, differing: 0 };
    for (const changed of changedCases(1)) {
      const { each, place, numbers } = changed;
      const what = `${describeCase(each)}, input ${place} changed`;
      const ours = outcomeOf(each, numbers, step, place);
      const gradients = await theirs(torch, changed);
      if (ours.refusal === undefined && gradients !== null) {
        counts.same++;
        gradients.forEach((gradient, i) => {
          const own = tensor(Float64Array.from(ours.gradients[i]), { shape: gradient.shape });
          assertSame(own, gradient, what);
        });
      } else if (ours.refusal !== undefined && gradients === null) counts.refused++;
      else {
        const who = gradients === null ? "only PyTorch refuses" : "only we refuse";
        assert(known[each.op]?.includes(who), `${what}: ${who}`);
        counts.differing++;
      }
    }
    const { refused, same, differing } = counts;
    console.log(
      `${refused} changes refused by both, ${same} of no effect, ${differing} in one only`,
    );
    assert(refused > 150 && same > 300 && differing < 40, JSON.stringify(counts));
  },
);

torchTest("a library without versions goes on where PyTorch refuses", async (torch) => {
  const [changed] = changedCases(1).filter(({ each, place }) => each.op === "mul" && place === 0);
  assertEquals(await theirs(torch, changed), null);
  assertEquals(outcomeOf(changed.each, changed.numbers, step, 0).refusal === undefined, false);
  // What is written through data is not seen.
  assertEquals(outcomeOf(changed.each, changed.numbers, write, 0).refusal, undefined);
});
