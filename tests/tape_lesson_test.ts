// The checks of the notebook on the tape: the library's own tape passes them, and wrong answers, as learners
// give them, are refused with the smallest case and a hint that fits.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  Counterexample,
  runChecks,
  softsignChecks,
  sumToChecks,
  tapeChainChecks,
  tapeOpChecks,
  tapeOrderChecks,
  type TapeValue,
  tapeWalkChecks,
  UnwrittenAnswer,
} from "minimodel/lab";
import { testAnswers } from "./_planted.ts";
import { ownOps } from "./_planted_own_op.ts";
import { tapeOps } from "./_planted_tape_ops.ts";
import { sums } from "./_planted_tape_sums.ts";
import { orders, walks } from "./_planted_tape_walks.ts";
import {
  goBack,
  inputsFirst,
  libraryGoBack,
  libraryOps,
  libraryOrder,
  librarySumTo,
} from "./_tapes.ts";

testAnswers("The ops of a tape", tapeOpChecks, tapeOps, libraryOps);
testAnswers("The order of a tape", tapeOrderChecks, orders, libraryOrder);
testAnswers("The walk back", tapeWalkChecks, walks, libraryGoBack);
testAnswers("sumTo", sumToChecks, sums, librarySumTo);
testAnswers("softsign", softsignChecks, ownOps, (x) => x.div(x.abs().add(1)));

Deno.test("the notebook's own walk passes, though it calls itself", async () => {
  assert((await runChecks(tapeOrderChecks, inputsFirst)).passed);
  assert((await runChecks(tapeWalkChecks, goBack)).passed);
});

Deno.test("the library goes back through 100,000 additions, and a walk that calls itself does not", async () => {
  assert((await runChecks(tapeChainChecks, libraryGoBack)).passed);
  const { results: [{ failure }] } = await runChecks(tapeChainChecks, goBack);
  assert(failure instanceof Counterexample);
  assertStringIncludes(
    failure.message,
    "Given additions = 100000, expected no error, got RangeError",
  );
  assertStringIncludes(failure.details.hint ?? "", "a list of your own");
});

Deno.test("a mistake that only random graphs show is shown in a small one", async () => {
  // Wrong from four uses on.
  const wrong = (root: TapeValue) => {
    goBack(root);
    const all = inputsFirst(root);
    for (const at of all) {
      const uses = all.flatMap(({ inputs }) => inputs).filter((input) => input === at).length;
      if (uses > 3) at.grad.fill(0);
    }
  };
  const { results: [{ failure }] } = await runChecks(tapeWalkChecks, wrong, { seed: 0 });
  assertEquals(
    failure?.message,
    'Given x = [ 1 ], steps = "a = x + x, b = x + x, L = b + a", expected { "x.grad": [ 4 ] }, ' +
      'got { "x.grad": [ 0 ] }',
  );
});

Deno.test("an answer still to be written is told in its own words, wherever it is", async () => {
  const unwritten = () => {
    throw new UnwrittenAnswer("Task 9: write it");
  };
  const backward = ({ data, shape }: TapeValue, ...inputs: TapeValue[]) => ({
    ...{ data, shape, inputs, backward: unwritten, grad: new Float64Array(data.length) },
  });
  const half = {
    mul: (a: TapeValue, b: TapeValue) =>
      backward({ ...a, data: a.data.map((each, i) => each * b.data[i]) }, a, b),
    tanh: (x: TapeValue) => backward({ ...x, data: x.data.map(Math.tanh) }, x),
  };
  const reports = [
    await runChecks(tapeOpChecks, half),
    await runChecks(tapeOrderChecks, unwritten),
    await runChecks(tapeWalkChecks, unwritten),
    await runChecks(tapeChainChecks, unwritten),
    await runChecks(sumToChecks, unwritten),
    await runChecks(softsignChecks, unwritten),
  ];
  const messages = reports.flatMap(({ results }) => results.map(({ failure }) => failure?.message));
  assertEquals(messages, messages.map(() => "Task 9: write it"));
  assertEquals(messages.length, 10);
});
