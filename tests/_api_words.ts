// What WordVectors are called with.

import { ones } from "minimodel";
import type { Permit, Slot } from "./_api_harness.ts";
import { list, options, selfWords, size, slot } from "./_api_slots.ts";

const query = list(() => "a", () => ["a", "b"], () => [1, 2], () => ones([2]));
const one = slot(() => "a", () => [1, 2], () => ones([2]));
const metric = slot(() => "dot", () => "cosine");
/** What each member of WordVectors is called with. */
export const wordCalls: Record<string, readonly [slots: readonly Slot[], ...may: Permit[]]> = {
  WordVectors: [[
    list(() => "a", () => ["a", "b"]),
    slot(() => ones([2, 2])),
    options([() => undefined], { labels: slot(() => ({ tense: ["past", ""] })) }),
  ]],
  "WordVectors#has": [[selfWords, slot(() => "a")]],
  "WordVectors#id": [[selfWords, slot(() => "a")]],
  "WordVectors#vector": [[selfWords, slot(() => "a")]],
  "WordVectors#nearest": [[
    selfWords,
    query,
    options([() => undefined], { k: size(() => 1), metric }),
  ]],
  "WordVectors#analogy": [[
    selfWords,
    options(
      [],
      { positive: query, negative: query, k: size(() => 1) },
      () => ({ positive: ["a"] }),
    ),
  ]],
  "WordVectors#similarity": [[selfWords, one, one, options([() => undefined], { metric })]],
  "WordVectors#toString": [[selfWords]],
  "WordVectors#Deno.customInspect": [[selfWords]],
};
