// What WordVectors refuses, with which kind of error, and in which words.

import { tensor, WordVectors } from "minimodel";
import { refused, wrong } from "./_refused.ts";

const E = tensor([[1, 0], [0, 0], [NaN, 1]]);
const vectors = new WordVectors(["king", "nothing", "broken"], E);
const made = (words: unknown, table: unknown = E, options: unknown = {}) => () =>
  new WordVectors(wrong(words), wrong(table), wrong(options));
const near = (query: unknown, options: unknown = {}) => () =>
  vectors.nearest(wrong(query), wrong(options));

refused(
  "words that are no array",
  TypeError,
  made("king"),
  'Cannot make WordVectors: words must be an array of texts, got the string "king"',
);
refused(
  "a word that is no text",
  TypeError,
  made(["a", 3, "c"]),
  "Cannot make WordVectors: word 1 must be text, got 3",
);
refused(
  "a word that occurs twice",
  TypeError,
  made(["a", "b", "a"]),
  `Cannot make WordVectors: each word must occur once, got "a" as words 0 and 2`,
);
refused(
  "too few words",
  TypeError,
  made(["a"]),
  "Cannot make WordVectors of 1 words: E must be of shape (1, d), got (3, 2)",
);
refused(
  "a table of one axis",
  TypeError,
  made(["a"], tensor([1])),
  "Cannot make WordVectors of 1 words: E must be of shape (1, d), got (1,)",
);
refused(
  "a table that is no tensor",
  TypeError,
  made(["a"], [[1]]),
  "Cannot make WordVectors: E must be a tensor of shape (V, d), got a value of kind Array; an Embedding has it as its property E",
);
refused(
  "labels that are an array",
  TypeError,
  made(["a", "b", "c"], E, { labels: [] }),
  "Cannot make WordVectors: labels must be an object with one array of texts per label, got a value of kind Array",
);
refused(
  "a label with too few texts",
  TypeError,
  made(["a", "b", "c"], E, { labels: { tense: ["x"] } }),
  `Cannot make WordVectors: label "tense" must be an array of 3 texts, one per word, got 1`,
);
refused(
  "a label of a number",
  TypeError,
  made(["a", "b", "c"], E, { labels: { n: ["x", 1, "y"] } }),
  `Cannot make WordVectors: label "n" of word 1 must be text, got 1`,
);
refused(
  "a label called vector",
  TypeError,
  made(["a", "b", "c"], E, { labels: { vector: [] } }),
  `Cannot make WordVectors: a label must not have the name "vector"`,
);
refused(
  "an unknown option",
  TypeError,
  made(["a", "b", "c"], E, { label: {} }),
  `Cannot make WordVectors: there is no option "label"; did you mean "labels"? Its options are labels`,
);
refused(
  "an unknown word",
  RangeError,
  near("kin"),
  `Cannot find the nearest words: "kin" is not among the 3 words; did you mean "king"?`,
);
refused(
  "an unknown word that is like none",
  RangeError,
  () => vectors.vector("xyzzy"),
  `Cannot find the vector of a word: "xyzzy" is not among the 3 words`,
);
refused(
  "a word that is a number",
  TypeError,
  () => vectors.id(wrong(3)),
  "Cannot find the id of a word: wanted a word, got 3",
);
refused(
  "a query of null",
  TypeError,
  near(null),
  "Cannot find the nearest words: wanted a word or a vector, or an array of these, got null",
);
refused(
  "a query that is an Int32Array",
  TypeError,
  near(Int32Array.of(1, 2)),
  "Cannot find the nearest words: wanted a word or a vector, or an array of these, got a value of kind Int32Array",
);
refused(
  "a vector with a hole",
  TypeError,
  near([1, undefined]),
  "Cannot find the nearest words: position [1] of a vector must hold a number, got undefined",
);
refused(
  "a vector that is too short",
  TypeError,
  near([1]),
  "Cannot find the nearest words: a vector must have 2 numbers, as the rows of E, got 1",
);
refused(
  "a tensor that is too wide",
  TypeError,
  near(tensor([1, 2, 3])),
  "Cannot find the nearest words: a vector must have 2 numbers, as the rows of E, got 3",
);
refused(
  "a matrix of queries",
  TypeError,
  near(tensor([[1, 2]])),
  "Cannot find the nearest words: a vector must be of shape (d,), got (1, 2); x.toArray() gives " +
    "its rows as several vectors",
);
refused(
  "a scalar",
  TypeError,
  near(tensor(1)),
  "Cannot find the nearest words: a vector must be of shape (d,), got ()",
);
refused(
  "a vector of another dtype",
  TypeError,
  near(tensor([1, 2], { dtype: "float32" })),
  "Cannot find the nearest words float32 and float64: cast(x, dtype) makes them the same",
);
refused(
  "the cosine of a zero row",
  RangeError,
  near("nothing"),
  `Cannot find the nearest words: "nothing" is zero and has no direction; metric "dot" takes it`,
);
refused(
  "a vector of zeros",
  RangeError,
  near([0, 0]),
  `Cannot find the nearest words: the vector is zero and has no direction; metric "dot" takes it`,
);
refused(
  "a word whose row holds NaN",
  RangeError,
  near("broken", { metric: "dot" }),
  `Cannot find the nearest words: "broken" must hold finite numbers, got NaN at position [0]`,
);
refused(
  "k of 0",
  RangeError,
  near("king", { k: 0 }),
  "Cannot find the nearest words: k must be a whole number from 1, got 0",
);
refused(
  "k of 1.5",
  RangeError,
  near("king", { k: 1.5 }),
  "Cannot find the nearest words: k must be a whole number from 1, got 1.5",
);
refused(
  "another library's k",
  TypeError,
  near("king", { topn: 3 }),
  `Cannot find the nearest words: there is no option "topn"; did you mean "k"? Its options are k, metric`,
);
refused(
  "an unknown metric",
  TypeError,
  near("king", { metric: "euclidean" }),
  `Cannot find the nearest words: metric must be "cosine" or "dot", got the string "euclidean"`,
);
refused(
  "an analogy of a word",
  TypeError,
  () => vectors.analogy({ positive: wrong("king") }),
  `Cannot complete an analogy: positive must be an array of words and vectors, got the string "king"`,
);
refused(
  "an analogy of nothing",
  TypeError,
  () => vectors.analogy({ positive: [] }),
  "Cannot complete an analogy: positive must have at least one word or vector",
);
refused(
  "an analogy that cancels out",
  RangeError,
  () => vectors.analogy({ positive: ["king"], negative: [[2, 0]] }),
  `Cannot complete an analogy: the sum of the vectors is zero and has no direction; metric "dot" takes it`,
);
refused(
  "an analogy without options",
  TypeError,
  () => vectors.analogy(wrong(undefined)),
  "Cannot complete an analogy: { positive, negative } must be an object, got undefined",
);
refused(
  "a comparison with an unknown word",
  RangeError,
  () => vectors.similarity("king", "nothin"),
  `Cannot compare two vectors: "nothin" is not among the 3 words; did you mean "nothing"?`,
);
refused(
  "a new table",
  TypeError,
  () => Object.assign(vectors, { E }),
  "Cannot assign to read only property 'E' of object '[object Object]'",
);
refused(
  "a property that it has not",
  TypeError,
  () => Object.assign(vectors, { vocab: 1 }),
  `Cannot set "vocab" on WordVectors: it has no such property; what can be set: nothing`,
);
