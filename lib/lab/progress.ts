// A progress bar around a loop: live in a notebook and in a terminal.

import { checkOptions, describe, type OptionNames } from "@minimodel/core/check";
import { liveDisplay, type LiveOutput } from "./display.ts";

/** Options of {@linkcode progress}. */
export interface ProgressOptions {
  /** What is being done, shown before the bar. */
  label?: string;
  /** Called at each redraw for a few words after the bar, such as the loss. */
  note?: () => string;
  /** Milliseconds between two redraws; 100 by default. */
  interval?: number;
  /** The clock in milliseconds; `performance.now` by default. */
  now?: () => number;
  /** Where the bar is written outside a notebook; standard output by default. */
  output?: LiveOutput;
}

const progressNames: OptionNames<ProgressOptions> = {
  label: ["desc", "description", "title"],
  note: ["postfix"],
  interval: ["mininterval"],
  now: [],
  output: ["file"],
};

const barWidth = 24;

/**
 * Counts from 0 to `total - 1` and shows a bar with the rate and the time left. The finished bar
 * has no times, so that a notebook has the same output each time it runs.
 *
 * It awaits nothing. In a notebook, the Stop button ends such a loop, and all variables are kept,
 * if the cell has awaited nothing before, imports included; after an await, it cannot stop the
 * cell.
 *
 * @throws {RangeError} If `total` is not a whole number from 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { progress } from "@minimodel/lab";
 *
 * let sum = 0;
 * for (const step of progress(5, { label: "Summing" })) sum += step;
 * assertEquals(sum, 10);
 * ```
 */
export function* progress(
  total: number,
  options: ProgressOptions = {},
): Generator<number, void, void> {
  checkOptions("show progress", options, progressNames);
  const { label = "", note, interval = 100, now = () => performance.now(), output } = options;
  if (!Number.isInteger(total) || total < 0) {
    throw new RangeError(
      `Cannot show progress: total must be a whole number from 0, got ${describe(total)}`,
    );
  }
  const display = liveDisplay({ output });
  const started = now();
  let drawn = -Infinity;
  let done = 0;
  const line = (timing: string) =>
    [label, bar(done, total), `${done}/${total}`, timing, note?.() ?? ""]
      .filter((part) => part !== "").join("  ");
  try {
    while (done < total) {
      const time = now();
      if (time - drawn >= interval) {
        void display.update(line(describeRate(done, total, time - started)));
        drawn = now();
      }
      yield done;
      done++;
    }
  } finally {
    void display.finish(line(""));
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? barWidth : Math.floor(barWidth * done / total);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}

function describeRate(done: number, total: number, elapsed: number): string {
  if (done === 0 || elapsed <= 0) return "";
  const perSecond = 1000 * done / elapsed;
  const rate = perSecond >= 100 ? Math.round(perSecond) : Number(perSecond.toPrecision(2));
  return `${rate}/s  ${describeSeconds((total - done) / perSecond)} left`;
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
