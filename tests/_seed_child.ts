// A process of its own, for tests of what repeats itself: prints the first numbers of two tables and of a
// tensor, all made without a seed.

import { Embedding, EmbeddingBag, normal } from "minimodel";

const [words, contexts] = [new Embedding(3, 2), new EmbeddingBag(3, 2)];
console.log(JSON.stringify([words.E, contexts.E, normal([4])].map((x) => x.toArray())));
