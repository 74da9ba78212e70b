// Takes samples of contenders in turn, round after round, so that other work of the machine affects
// all of them equally.

/** Something that is timed, wherever it runs. */
export interface Sampled {
  /** How many threads it computes with. */
  readonly threads: number;
  /** Does the work `calls` times and returns how many milliseconds that took. */
  readonly sample: (calls: number) => Promise<number>;
}

/** How long to measure. */
export interface Pace {
  /** How many samples are taken of a contender that is fast enough. */
  readonly rounds: number;
  /** The least number of samples, for a slow contender. */
  readonly fewest: number;
  /** Shortest time of a sample, in milliseconds. */
  readonly sampleMs: number;
  /** How long a contender is warmed up, in milliseconds. */
  readonly warmMs: number;
  /** Time for all samples of a contender, in milliseconds; slow ones may exceed it. */
  readonly budgetMs: number;
  /** Longest time of a call, in milliseconds; slower contenders are left out. */
  readonly slowestMs: number;
}

/** The samples of a contender. */
export interface Samples {
  /** How many calls each sample has. */
  readonly calls: number;
  /** Microseconds per call, one number for each sample; none if the contender was left out. */
  readonly us: readonly number[];
  /** How long a call took, in milliseconds, if the contender was left out for it. */
  readonly tooSlowMs?: number;
}

/** Takes samples of all contenders in turn. */
export async function interleave(
  contenders: readonly Sampled[],
  pace: Pace,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Promise<Samples[]> {
  const runs = [];
  for (const contender of contenders) {
    runs.push({ contender, us: [] as number[], ...await warmUp(contender, pace) });
    await settle(contender, pause);
  }
  for (let round = 0; round < pace.rounds; round++) {
    for (const { contender, us, calls, samples } of runs) {
      if (!takesPart(round, samples, pace.rounds)) continue;
      // The caches hold another contender's numbers, and it takes milliseconds to replace them.
      if (calls > 1) await contender.sample(Math.ceil(calls / 2));
      us.push(await contender.sample(calls) / calls * 1000);
      await settle(contender, pause);
    }
  }
  return runs.map(({ calls, us, tooSlowMs }) => ({ calls, us, tooSlowMs }));
}

/**
 * Whether a contender with `samples` samples, spread evenly over the rounds, has one in this round.
 */
export function takesPart(round: number, samples: number, rounds: number): boolean {
  return Math.floor((round + 1) * samples / rounds) > Math.floor(round * samples / rounds);
}

async function warmUp({ sample }: Sampled, pace: Pace) {
  let calls = 1;
  let took = await sample(calls);
  if (took > pace.slowestMs) return { calls, samples: 0, tooSlowMs: took };
  for (let total = took; total < pace.warmMs; total += took) {
    calls *= 2;
    took = await sample(calls);
  }
  const once = Math.max(took / calls, 1e-4);
  calls = Math.max(1, Math.ceil(pace.sampleMs / once));
  const affordable = Math.floor(pace.budgetMs / (once * calls));
  return { calls, samples: Math.min(pace.rounds, Math.max(pace.fewest, affordable)) };
}

/**
 * Waits: a contender's threads spin for a while after its work, and would slow down the next one.
 */
async function settle({ threads }: Sampled, pause: (ms: number) => Promise<void>): Promise<void> {
  if (threads > 1) await pause(20);
}
