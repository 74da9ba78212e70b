// Windows over text and their entropies, against the plainest way of making them.

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  conditionalEntropy,
  IndexError,
  makeCbowBags,
  makeCbowPairs,
  makeSkipGramPairs,
  unigramEntropy,
} from "minimodel";
import { property } from "./_property.ts";

const sentences = fc.array(fc.array(fc.nat(9), { maxLength: 8 }), { maxLength: 5 });
const windows = fc.integer({ min: 1, max: 3 });

/** A text in one row, and where its sentences begin. */
function flat(text: readonly (readonly number[])[]) {
  const starts: number[] = [];
  const tokens = text.flatMap((sentence, n) => {
    starts.push(text.slice(0, n).flat().length);
    return sentence;
  });
  return { tokens: Int32Array.from(tokens), starts: Int32Array.from(starts) };
}

/** Each word of each sentence with its neighbours. */
function around(text: readonly (readonly number[])[], window: number) {
  return text.flatMap((sentence) =>
    sentence.map((center, at) => ({
      center,
      context: sentence.filter((_, other) => other !== at && Math.abs(other - at) <= window),
    }))
  );
}

Deno.test("makeCbowPairs has every full window, and none that leaves its sentence", () => {
  property([sentences, windows], (text, window) => {
    const { tokens, starts } = flat(text);
    const { contexts, centers } = makeCbowPairs(tokens, window, { starts });
    const wanted = around(text, window).filter(({ context }) => context.length === 2 * window);
    assertEquals([...centers], wanted.map(({ center }) => center));
    assertEquals([...contexts.data], wanted.flatMap(({ context }) => context));
    assertEquals(contexts.shape, [wanted.length, 2 * window]);
  });
});

Deno.test("without starts, L tokens make L - 2 window pairs", () => {
  property([fc.array(fc.nat(9), { maxLength: 20 }), windows], (tokens, window) => {
    const { contexts, centers } = makeCbowPairs(tokens, window);
    const count = Math.max(0, tokens.length - 2 * window);
    assertEquals([contexts.shape, centers.length], [[count, 2 * window], count]);
    assertEquals([...centers], tokens.slice(window, window + count));
  });
});

Deno.test("the window is 2 by default", () => {
  assertEquals(makeCbowPairs([1, 2, 3, 4, 5]), makeCbowPairs([1, 2, 3, 4, 5], 2));
});

Deno.test("makeCbowBags and makeSkipGramPairs have the shorter windows too", () => {
  property([sentences, windows], (text, window) => {
    const { tokens, starts } = flat(text);
    const wanted = around(text, window).filter(({ context }) => context.length > 0);
    const bags = makeCbowBags(tokens, window, { starts });
    assertEquals([...bags.centers], wanted.map(({ center }) => center));
    assertEquals([...bags.contexts.data], wanted.flatMap(({ context }) => context));
    const lengths = [...bags.contexts.offsets, bags.contexts.data.length];
    assertEquals(
      wanted.map((_, n) => lengths[n + 1] - lengths[n]),
      wanted.map(({ context }) => context.length),
    );
    const pairs = makeSkipGramPairs(tokens, window, { starts });
    assertEquals(
      [...pairs.centers].map((center, n) => [center, pairs.contexts[n]]),
      wanted.flatMap(({ center, context }) => context.map((each) => [center, each])),
    );
  });
});

const refused: readonly (readonly [
  what: string,
  call: () => unknown,
  kind: new (message?: string) => Error,
  says: string,
])[] = [
  [
    "a window of 0",
    () => makeCbowPairs([1], 0),
    RangeError,
    "window must be a whole number from 1",
  ],
  ["half a word", () => makeCbowPairs([1], 1.5), RangeError, "got 1.5"],
  ["a negative id", () => makeCbowPairs([1, -2]), IndexError, "token -2 at position [1]"],
  [
    "a negative id of an Int32Array",
    () => makeCbowPairs(Int32Array.of(1, -2)),
    IndexError,
    "token -2 at position [1]",
  ],
  ["words", () => makeCbowPairs(["la"] as never), TypeError, 'the string "la" at position [0]'],
  [
    "two axes",
    () => makeCbowBags([[1, 2]]),
    TypeError,
    "tokens must have one axis, got ids (1, 2)",
  ],
  [
    "sentences that begin later",
    () => makeCbowPairs([1, 2], 1, { starts: [1] }),
    TypeError,
    "starts must begin with 0 and not decrease, got 1",
  ],
  [
    "sentences in another order",
    () => makeSkipGramPairs([1, 2], 1, { starts: Int32Array.of(0, 2, 1) }),
    TypeError,
    "got 1 after 2",
  ],
  [
    "a sentence after the end",
    () => makeCbowPairs([1, 2], 1, { starts: Int32Array.of(0, 3) }),
    IndexError,
    "start 3 at position [1]",
  ],
  [
    "no sentence of two words",
    () => makeCbowPairs([1, 2], 1, { starts: [] }),
    TypeError,
    "got none",
  ],
  [
    "an unknown option",
    () => makeCbowPairs([1], 1, { offsets: [0] } as never),
    TypeError,
    'did you mean "starts"?',
  ],
];
for (const [what, call, kind, says] of refused) {
  Deno.test(`windows refuse ${what}`, () => {
    assertThrows(call, kind, says);
  });
}

/** The entropy of the centers in each context, by the definition. */
function byDefinition(pairs: readonly { center: number; context: string }[]): number {
  let sum = 0;
  for (const { center, context } of pairs) {
    const alike = pairs.filter((each) => each.context === context);
    sum -= Math.log(alike.filter((each) => each.center === center).length / alike.length);
  }
  return pairs.length === 0 ? 0 : sum / pairs.length;
}

Deno.test("entropies are those of the definition, of pairs and of bags, with and without order", () => {
  const few = fc.array(fc.array(fc.nat(2), { maxLength: 8 }), { maxLength: 6 });
  property([few, fc.boolean()], (text, ordered) => {
    const { tokens, starts } = flat(text);
    const given = around(text, 1).map(({ center, context }) => ({
      center,
      context: (ordered ? context : context.toSorted()).join(),
    }));
    const bags = makeCbowBags(tokens, 1, { starts });
    const some = given.filter(({ context }) => context !== "");
    assertAlmostEquals(conditionalEntropy(bags, { ordered }), byDefinition(some), 1e-12);
    const pairs = makeCbowPairs(tokens, 1, { starts });
    const full = given.filter(({ context }) => context.includes(","));
    assertAlmostEquals(conditionalEntropy(pairs, { ordered }), byDefinition(full), 1e-12);
    const alone = [...tokens].map((center) => ({ center, context: "" }));
    assertAlmostEquals(unigramEntropy(tokens), byDefinition(alone), 1e-12);
  });
});

Deno.test("a context of fewer words is not the beginning of a longer one", () => {
  const contexts = { data: Int32Array.of(1, 1, 2, 1), offsets: Int32Array.of(0, 1, 3) };
  assertEquals(conditionalEntropy({ contexts, centers: [5, 6, 6] }), Math.log(2) * 2 / 3);
});

Deno.test("measuring an entropy leaves the pairs as they are", () => {
  const pairs = makeCbowPairs([3, 1, 2, 1, 3, 0], 2);
  const before = pairs.contexts.data.slice();
  conditionalEntropy(pairs);
  assertEquals(pairs.contexts.data, before);
});

Deno.test("the entropies of nothing are 0, and contexts that do not fit are refused", () => {
  assertEquals(unigramEntropy([]), 0);
  assertEquals(conditionalEntropy(makeCbowPairs([], 2)), 0);
  const one = (centers: number[]) => conditionalEntropy({ contexts: [[1, 2]], centers });
  assertThrows(() => one([1, 2]), TypeError, "got 1 contexts and centers (2,)");
  assertThrows(() => conditionalEntropy(3 as never), TypeError, "must be an object, got 3");
  const orderd = { orderd: true } as never;
  assertThrows(() => conditionalEntropy(makeCbowPairs([]), orderd), TypeError, '"ordered"?');
});
