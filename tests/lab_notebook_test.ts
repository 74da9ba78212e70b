// What makes up for the Deno kernel: watchKernel, and helpers that Stop can end.

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Check,
  liveDisplay,
  lookupChecks,
  progress,
  runChecks,
  timeTogether,
  UnwrittenAnswer,
} from "minimodel/lab";
import { denoProgram } from "../tasks/deno_program.ts";
import { root } from "../tasks/_cli.ts";

Deno.test("watchKernel prints lost errors, each once, and the Deno kernel goes on", async () => {
  const code = `import { watchKernel } from "minimodel/lab";
    Reflect.set(Deno, "jupyter", {});
    watchKernel();
    for (let call = 0; call < 27; call++) void Promise.reject(new RangeError("lost"));
    void Promise.reject(new RangeError("lost as well"));
    setTimeout(() => console.log("alive"), 50);`;
  const { code: exit, stdout, stderr } = await new Deno.Command(denoProgram(), {
    ...{ args: ["eval", code], cwd: root, env: { NO_COLOR: "1" } },
  }).output();
  const text = new TextDecoder();
  assertEquals([exit, text.decode(stdout)], [0, "alive\n"]);
  const told = text.decode(stderr).split("Failed without being awaited (is an `await` missing?): ");
  assertEquals(told.map((each) => each.split("\n")[0]), [
    ...["", "RangeError: lost", "RangeError: lost as well"],
  ]);
});

Deno.test("runChecks refuses what a misspelt import leaves undefined", async () => {
  const missing: Record<string, never> = {};
  await assertRejects(
    () => runChecks(missing.checks, () => 0),
    TypeError,
    "the list of checks is undefined",
  );
  await assertRejects(
    () => runChecks(lookupChecks, missing.lookup),
    TypeError,
    "what is to be checked is undefined",
  );
});

Deno.test("runChecks runs up to the first check that awaits before it returns", async () => {
  const held: string[] = [];
  const check = (name: string, hold: Check<null>["hold"]): Check<null> => ({
    ...{ name, says: "", hold: (subject, options) => (held.push(name), hold(subject, options)) },
  });
  const report = runChecks(
    [check("a", () => {}), check("b", () => Promise.resolve()), check("c", () => {})],
    null,
  );
  assertEquals(held, ["a", "b"]);
  assert((await report).passed);
  assertEquals(held, ["a", "b", "c"]);
});

Deno.test("checks show what a task's stub throws in its own words", async () => {
  const stub = () => {
    throw new UnwrittenAnswer("Task 1: copy the rows, then run from its cell down");
  };
  const { results, passed } = await runChecks(lookupChecks, stub);
  assert(!passed);
  assertEquals(results[0].failure?.name, "UnwrittenAnswer");
  assertEquals(results[0].failure?.message.slice(0, 22), "Task 1: copy the rows,");
});

Deno.test("progress and liveDisplay send to the Deno kernel without being awaited", () => {
  const sent: unknown[] = [];
  const broadcast = (_type: string, content: { data: Record<string, unknown> }) => {
    sent.push(content.data["text/plain"]);
    return Promise.resolve();
  };
  Reflect.set(Deno, "jupyter", { broadcast });
  try {
    void liveDisplay().update("at once");
    assertEquals(sent.splice(0), ["at once"]);
    const bar = (filled: number) => "█".repeat(filled) + "░".repeat(24 - filled);
    let time = 0;
    const now = () => (time += 50);
    for (const step of progress(3, { interval: 0, now })) {
      assertEquals(sent.length, step + 1);
    }
    assertEquals(sent, [
      `${bar(0)}  0/3`,
      `${bar(8)}  1/3  6.7/s  1 s left`,
      `${bar(16)}  2/3  8/s  1 s left`,
      `${bar(24)}  3/3`,
    ]);
  } finally {
    Reflect.set(Deno, "jupyter", undefined);
  }
});

Deno.test("timeTogether takes samples in turn and gives the median call of each", () => {
  let time = 0;
  const calls: string[] = [];
  const contender = (name: string, ms: number) => ({
    name,
    run: () => (calls.push(name), time += ms),
  });
  const timings = timeTogether([contender("fast", 1), contender("slow", 4)], {
    ...{ rounds: 3, sampleMs: 4, now: () => time },
  });
  assertEquals(timings, [
    { name: "fast", iterations: 12, totalMs: 12, medianUs: 1000 },
    { name: "slow", iterations: 3, totalMs: 12, medianUs: 4000 },
  ]);
  const rounds = "fast fast fast fast slow ".repeat(3).trim();
  assertEquals(calls.slice(-15).join(" "), rounds);
});
