// Runs one case: all peers prepare it, their results are compared with the right ones, then all are
// timed.

import type { DType, FloatArray } from "minimodel";
import { type Case, describeCase } from "./_cases.ts";
import { expectedOf, firstDifference, toleranceOf } from "./_expected.ts";
import { type Row, rowsOf, type Sample } from "./figures.ts";
import type { Inputs } from "./_inputs.ts";
import { interleave, type Pace } from "./_interleave.ts";
import { ours } from "./_peers.ts";
import { PeerError, type PeerWorker } from "./_worker.ts";

interface Contender {
  readonly worker: PeerWorker;
  readonly way: number;
  readonly part: string;
  readonly name: string;
}

/** Where a case is run. */
export interface Arena {
  readonly workers: readonly PeerWorker[];
  readonly inputs: Inputs;
  readonly pace: Pace;
  /** Contenders that were too slow for a kind of work; the next cases of that kind are larger. */
  readonly slow: Set<string>;
  /** Called with the name of a peer that does not take part, and why. */
  readonly leftOut: (name: string, why: string) => void;
}

/**
 * Runs a case.
 *
 * @throws {Error} If a contender's result is wrong, or minimodel does not take part.
 */
export async function contest(each: Case, arena: Arena): Promise<Row[]> {
  const { inputs, pace, leftOut } = arena;
  const task = await inputs.taskOf(each);
  const parts = expectedOf(task);
  const tolerance = toleranceOf(task);
  const contenders: Contender[] = [];
  for (const worker of arena.workers) {
    for (const contender of await prepare(worker, task, leftOut)) {
      const { part, way, name } = contender;
      if (arena.slow.has(slowKey(each, name))) {
        leftOut(name, "it was too slow at the size before");
        continue;
      }
      const found = await resultOf(worker, way, each.dtype);
      if (typeof found === "string") {
        leftOut(name, found);
        continue;
      }
      const wrong = firstDifference(found, parts[part], tolerance);
      if (wrong !== undefined) {
        throw new Error(
          `Cannot time ${name} in ${describeCase(each)}: ` +
            `number ${wrong.at} of its result is ${wrong.found}, wanted ${wrong.wanted} ` +
            `within ${tolerance}`,
        );
      }
      contenders.push(contender);
    }
  }
  const sampled = contenders.map(({ worker, way }) => ({
    threads: worker.about.threads,
    sample: async (calls: number) =>
      (await worker.ask<{ ms: number }>({ ask: "time", way, calls })).ms,
  }));
  const measured = await interleave(sampled, pace);
  for (const worker of arena.workers) await release(worker);
  const samples = contenders.flatMap(({ worker, part, name }, index): Sample[] => {
    const { us, calls, tooSlowMs } = measured[index];
    if (tooSlowMs !== undefined) {
      leftOut(name, `a call takes ${(tooSlowMs / 1000).toFixed(1)} s`);
      arena.slow.add(slowKey(each, name));
      return [];
    }
    const { work, dtype, shape } = each;
    const { threads } = worker.about;
    return [{ work, shape: shape.join("x"), dtype, part, contender: name, threads, calls, us }];
  });
  return rowsOf(samples);
}

function slowKey({ work, dtype }: Case, name: string): string {
  return [work, dtype, name].join(" ");
}

async function prepare(
  worker: PeerWorker,
  task: Case,
  leftOut: Arena["leftOut"],
): Promise<Contender[]> {
  const { name } = worker.program;
  type Answer = { missing: string } | { ways: { name: string; part: string }[] };
  try {
    const answer = await worker.ask<Answer>({ ask: "prepare", task });
    if ("ways" in answer) {
      return answer.ways.map((way, index) => ({
        worker,
        way: index,
        part: way.part,
        name: [name, way.name].filter((word) => word !== "").join(" "),
      }));
    }
    leftOut(name, answer.missing);
  } catch (error) {
    if (!(error instanceof PeerError) || name === ours) throw error;
    leftOut(name, error.message);
  }
  return [];
}

async function release(worker: PeerWorker): Promise<void> {
  try {
    await worker.ask({ ask: "release" });
  } catch (error) {
    // That a peer is gone is reported at the next case.
    if (!(error instanceof PeerError) || worker.program.name === ours) throw error;
  }
}

/** The numbers of a way, or why a peer cannot compute them. */
async function resultOf(
  worker: PeerWorker,
  way: number,
  dtype: DType,
): Promise<FloatArray | string> {
  try {
    return await worker.numbers({ ask: "result", way }, dtype);
  } catch (error) {
    if (!(error instanceof PeerError) || worker.program.name === ours) throw error;
    return error.message;
  }
}
