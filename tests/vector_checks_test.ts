// The checks of Lab 02: right answers pass, and wrong ones, as learners give them, are refused with the smallest
// case and a hint that fits.

import { assertEquals } from "@std/assert";
import {
  cosineChecks,
  directionChecks,
  nearestChecks,
  purityChecks,
  runChecks,
  UnwrittenAnswer,
} from "minimodel/lab";
import { testAnswers } from "./_planted.ts";
import {
  cosine,
  cosines,
  direction,
  nearest,
  purities,
  purity,
  searches,
  shiftsOf,
} from "./_planted_vectors.ts";

testAnswers("cosine", cosineChecks, cosines, cosine);
testAnswers("nearest", nearestChecks, searches, nearest);
testAnswers("purity", purityChecks, purities, purity);
testAnswers("direction", directionChecks, shiftsOf, direction);

Deno.test("right answers of other hands pass: hypot, unit rows, a loop", async () => {
  const unit = (row: number[]) => {
    let square = 0;
    for (const each of row) square += each ** 2;
    return row.map((each) => square === 0 ? 0 : each / square ** 0.5);
  };
  const byUnits = (a: number[], b: number[]) => {
    const [x, y] = [unit(a), unit(b)];
    return x.reduce((sum, each, i) => sum + each * y[i], 0);
  };
  assertEquals((await runChecks(cosineChecks, byUnits)).passed, true);
  const search = (table: number[][], id: number, k: number) =>
    table.map((row, other) => ({ other, score: byUnits(table[id], row) }))
      .filter(({ other }) => other !== id).sort((x, y) => y.score - x.score)
      .slice(0, k).map(({ other }) => other);
  for (let seed = 0; seed < 20; seed++) {
    assertEquals((await runChecks(nearestChecks, search, { seed })).passed, true, `seed ${seed}`);
    assertEquals((await runChecks(purityChecks, purity, { seed })).passed, true, `seed ${seed}`);
  }
});

Deno.test("an answer still to be written is told in its own words", async () => {
  const unwritten = () => {
    throw new UnwrittenAnswer("Task 9: write it");
  };
  const reports = [
    await runChecks(cosineChecks, unwritten),
    await runChecks(nearestChecks, unwritten),
    await runChecks(purityChecks, unwritten),
    await runChecks(directionChecks, unwritten),
  ];
  const messages = reports.flatMap(({ results }) => results.map(({ failure }) => failure?.message));
  assertEquals(messages, messages.map(() => "Task 9: write it"));
});
