// What a display, a progress bar and the machine's description come to, down to a column and a second.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  describeEnvironment,
  Displayable,
  liveDisplay,
  progress,
  type ProgressOptions,
  show,
} from "minimodel/lab";
import { modelOf } from "../lib/lab/environment.ts";
import { denoProgram } from "../tasks/deno_program.ts";
import { root } from "../tasks/_cli.ts";

/** A terminal, or a file, that remembers what was written. */
function pretendOutput(terminal: boolean) {
  const written: string[] = [];
  return {
    written,
    isTerminal: () => terminal,
    writeSync(bytes: Uint8Array) {
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  };
}

class Tick extends Displayable {
  override toMime() {
    return { "text/plain": "ok" };
  }
}

Deno.test("show and liveDisplay let the Deno kernel send before the cell is done", async () => {
  const broadcast = () => Promise.resolve();
  Reflect.set(Deno, "jupyter", { broadcast, display: broadcast });
  try {
    for (const send of [() => show("text"), () => liveDisplay().update("text")]) {
      let turned = false;
      setTimeout(() => turned = true);
      await send();
      assert(turned);
    }
  } finally {
    Reflect.set(Deno, "jupyter", undefined);
  }
});

Deno.test("liveDisplay waits for what it finishes with", async () => {
  const output = pretendOutput(false);
  await liveDisplay({ output }).finish(Promise.resolve(new Tick()));
  assertEquals(output.written, ["ok\n"]);
});

Deno.test("liveDisplay cuts a line one column before the terminal's end, where it would wrap", async () => {
  const { consoleSize } = Deno;
  const sizes: [() => { columns: number; rows: number }, number][] = [
    [() => ({ columns: 10, rows: 5 }), 9],
    [() => {
      throw new Error("no terminal");
    }, 79],
  ];
  for (const [size, length] of sizes) {
    Reflect.set(Deno, "consoleSize", size);
    try {
      const output = pretendOutput(true);
      await liveDisplay({ output }).update("x".repeat(200));
      assertEquals(output.written, [`\r\x1b[2K${"x".repeat(length)}`]);
    } finally {
      Reflect.set(Deno, "consoleSize", consoleSize);
    }
  }
});

/** Runs progress over a clock that moves 50 ms at each look, and returns the lines drawn. */
async function drawn(total: number, options: ProgressOptions, stopAt = Infinity) {
  const output = pretendOutput(true);
  const steps: number[] = [];
  let time = 0;
  const now = () => (time += 50);
  for await (const step of progress(total, { now, output, ...options })) {
    steps.push(step);
    if (step === stopAt) break;
  }
  return { steps, lines: output.written.map((line) => line.replace("\r\x1b[2K", "")) };
}

Deno.test("progress counts every step and draws bar, rate and time left", async () => {
  const { steps, lines } = await drawn(4, { label: "Go", interval: 0, note: () => "loss 1" });
  assertEquals(steps, [0, 1, 2, 3]);
  assertEquals(lines.slice(0, 3), [
    "Go  ░░░░░░░░░░░░░░░░░░░░░░░░  0/4  loss 1",
    "Go  ██████░░░░░░░░░░░░░░░░░░  1/4  6.7/s  1 s left  loss 1",
    "Go  ████████████░░░░░░░░░░░░  2/4  8/s  1 s left  loss 1",
  ]);
});

Deno.test("progress ends with a line without times, so that a notebook repeats", async () => {
  const { lines } = await drawn(4, { label: "Go" });
  assertEquals(lines.at(-1), "Go  ████████████████████████  4/4\n");
});

Deno.test("progress redraws no more often than its interval", async () => {
  const { lines } = await drawn(100, { interval: 1000 });
  const often = await drawn(100, { interval: 0 });
  assertEquals(lines.length, 5 + 1); // 100 steps of 50 ms, and the end
  assertEquals(often.lines.length, 100 + 1);
});

Deno.test("progress that is left early says how far it came", async () => {
  const { steps, lines } = await drawn(10, {}, 2);
  assertEquals(steps, [0, 1, 2]);
  assertStringIncludes(lines.at(-1) ?? "", "2/10");
});

Deno.test("progress accepts a total of 0 and refuses anything but a whole number from 0", async () => {
  assertEquals((await drawn(0, {})).lines.at(-1), "████████████████████████  0/0\n");
  for (const total of [-1, 1.5, NaN]) {
    const message = `Cannot show progress: total must be a whole number from 0, got ${total}`;
    await assertRejects(() => drawn(total, {}), RangeError, message);
  }
});

Deno.test("progress says the time left in seconds, minutes or hours, rounded up", () => {
  /** What is said to be left after one of `total` steps that took `ms`. */
  const left = (total: number, ms: number) => {
    const output = pretendOutput(true);
    const times = [0, 0, 0, ms];
    const now = () => times.shift() ?? ms;
    for (const step of progress(total, { interval: 0, now, output })) if (step === 1) break;
    return output.written[1].split("/s  ")[1];
  };
  assertEquals(left(2, 1000), "1 s left");
  assertEquals(left(2, 1001), "2 s left");
  assertEquals(left(60, 1000), "59 s left");
  assertEquals(left(61, 1000), "1 min 0 s left");
  assertEquals(left(62, 1000), "1 min 1 s left");
  assertEquals(left(101, 1000), "1 min 40 s left");
  assertEquals(left(3600, 1000), "59 min 59 s left");
  assertEquals(left(3601, 1000), "1 h 0 min left");
  assertEquals(left(3661, 1000), "1 h 1 min left");
  assertEquals(left(9060, 1000), "2 h 30 min left");
  assertEquals(left(90_001, 1000), "25 h 0 min left");
});

Deno.test("describeEnvironment names runtime and machine", () => {
  const { cpu, ...rest } = describeEnvironment();
  assertEquals(rest, {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpuCount: navigator.hardwareConcurrency,
  });
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "cpus" });
  assertEquals(typeof cpu, state === "granted" ? "string" : "object");
});

Deno.test("describeEnvironment leaves the processor out without permission", {
  permissions: { sys: false },
}, () => assertEquals(describeEnvironment().cpu, null));

Deno.test("describeEnvironment names the processor where that is allowed", async () => {
  const code = `import { describeEnvironment } from "minimodel/lab";
    import { cpus } from "node:os";
    console.log(JSON.stringify([describeEnvironment().cpu, cpus()[0].model.trim() || null]));`;
  const { code: exit, stdout } = await new Deno.Command(denoProgram(), {
    args: ["eval", code], // which allows everything
    cwd: root,
  }).output();
  assertEquals(exit, 0);
  const [cpu, model] = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(cpu, model);
});

Deno.test("a processor is named by the first of its kind, trimmed, and by nothing where it has no name", () => {
  assertEquals(modelOf([{ model: "  Fast 3000 \n" }, { model: "Other" }]), "Fast 3000");
  assertEquals(modelOf([{ model: " " }]), null);
  assertEquals(modelOf([]), null);
});
