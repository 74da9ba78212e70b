// The bar around a training: what it shows, by a clock of its own, and what it leaves.

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type WatchOptions, watchTraining } from "minimodel/lab";
import { begin, forms } from "./_word2vec_text.ts";

/** Watches a training of 16 mini-batches with a clock that moves 100 ms at each look. */
function watched(
  isTerminal: boolean,
  { stopAt = Infinity, finished = 0, ...rest }: WatchOptions & {
    readonly stopAt?: number;
    readonly finished?: number;
  } = {},
) {
  const training = begin(forms["Cbow with Adam"]);
  training.epochs = finished;
  for (const _ of training.run());
  training.epochs = 4;
  const written: string[] = [];
  let time = 0;
  const options: WatchOptions = {
    now: () => time += 100,
    interval: 1000,
    output: {
      isTerminal: () => isTerminal,
      writeSync(bytes) {
        written.push(new TextDecoder().decode(bytes).replace("\r\x1b[2K", ""));
        return bytes.length;
      },
    },
    ...rest,
  };
  let steps = 0;
  for (const _ of watchTraining(training, options)) if (++steps === stopAt) break;
  return { training, written, steps };
}

const full = "█".repeat(24);

Deno.test("A watched training shows loss, words per second and time left, at the end the loss alone", () => {
  const { training, written, steps } = watched(true);
  assertEquals([steps, training.losses.length], [16, 4]);
  const loss = training.losses.map((each) => each.toFixed(3));
  assertEquals(written.at(-1), `${full}  16/16  epoch 4  loss ${loss[3]}\n`);
  // At the third look of the bar, after 10 batches of 496 words, 1.2 s of the bar and 1.4 s of all.
  assertMatch(
    written[1],
    /^█+░+ {2}10\/16 {2}8\.3\/s {2}1 s left {2}loss 2\.\d{3} {2}354 words\/s$/,
  );
});

Deno.test("To a file, a watched training writes its last line only, the same each time", () => {
  assertEquals(watched(false).written, watched(false, { interval: 7 }).written);
  assertEquals(watched(false).written.length, 1);
});

Deno.test("A watched training that is left says how far it came, and keeps the last finished epoch", () => {
  const { training, written } = watched(false, { stopAt: 6 });
  assertEquals(training.losses.length, 1);
  assertEquals(/ {2}5\/16 {2}epoch 2 {2}loss \d\.\d{3}\n$/.test(written[0]), true, written[0]);
});

Deno.test("A training that goes on counts what is left", () => {
  const { written, steps } = watched(false, { finished: 3 });
  assertEquals(steps, 4);
  assertEquals(written[0].startsWith(`From epoch 4  ${full}  4/4  epoch 4  loss `), true);
  assertEquals(watched(false, { finished: 4 }).steps, 0);
});

Deno.test("watchTraining refuses an option that it does not know", () => {
  assertThrows(
    () => watched(true, { clock: () => 0 } as object),
    TypeError,
    'there is no option "clock"',
  );
});
