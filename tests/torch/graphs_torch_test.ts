// Random graphs against PyTorch, forward and backward.

import { assert, AssertionError, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type DType, type Tensor, tensor, zeros } from "minimodel";
import { opNames } from "../_op_cases.ts";
import { asyncProperty } from "../_property.ts";
import { buildGraph, choices, type Graph } from "./_graphs.ts";
import { assertSame, largestErrors, type Torch, torchTest } from "./_torch.ts";

async function compare(torch: Torch, { leaves, steps, value }: Graph): Promise<void> {
  const what = `graph ${JSON.stringify(steps)}`;
  const weights = Float64Array.from({ length: value.size }, (_, i) => Math.cos(1 + 5 * i));
  const upstream = tensor(weights, { dtype: value.dtype, shape: value.shape });
  value.backward(upstream);
  const answer = await torch.graph(leaves, steps, upstream);
  assertSame(value, answer.value, what);
  leaves.forEach((leaf, i) => {
    const grad = leaf.grad ?? zeros(leaf.shape, { dtype: leaf.dtype });
    assertSame(grad, answer.gradients[i], `${what}, gradient ${i}`);
  });
}

torchTest("random graphs agree with PyTorch, forward and backward", async (torch) => {
  const runs: [DType, number, number][] = [["float64", 24, 400], ["float32", 8, 400]];
  for (const [dtype, most, numRuns] of runs) {
    let [graphs, ops] = [0, 0];
    const used = new Set<string>();
    await asyncProperty([choices(most), fc.nat({ max: 99 })], async (chosen, salt) => {
      const graph = buildGraph(chosen, salt, dtype);
      await compare(torch, graph);
      graphs++;
      ops += graph.steps.length;
      for (const { op } of graph.steps) used.add(op);
    }, { numRuns });
    assert(used.size === opNames.length, `${used.size} ops of ${opNames.length} were used`);
    console.log(
      `${graphs} random graphs of ${dtype} with ${ops} ops in all; ` +
        `largest error ${largestErrors[dtype].toExponential(1)}`,
    );
  }
});

torchTest("a graph whose numbers are a little off is refused", async (torch) => {
  const graph = (off: number): Graph => {
    const [add, sum] = [opNames.indexOf("add"), opNames.indexOf("sum")];
    const { leaves, steps, value } = buildGraph([[add, 0, 1, 1], [sum, 5, 0, 0]], 3, "float64");
    const wrong: Tensor = value.add(off);
    return { leaves, steps, value: wrong };
  };
  await compare(torch, graph(0));
  await assertRejects(() => compare(torch, graph(1e-6)), AssertionError, "PyTorch has");
});
