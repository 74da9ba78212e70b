// Hints for wrong answers in Lab 02. Each fits one usual mistake and no other.

/** Hints by mistake. */
export const hints = {
  async: "It is async, so a promise comes back: take `async` away, and await nothing in it",
  missing: "Nothing came back: is a `return` missing?",
  changed: "What was given was changed; sort and add in an array of your own, as toSorted gives it",
  notDivided: "This is the dot product: divide it by both lengths",
  squares: "A length is the root of the sum of squares: Math.sqrt, or Math.hypot, is missing",
  oneLength: "It was divided by one length only; both vectors have one",
  distance: "This is 1 minus the cosine, a distance; the cosine of equal directions is 1",
  euclidean: "This is the distance of the points; the cosine is of their directions",
  zero: "A vector of zeros has length 0, and 0 / 0 is NaN: say that its cosine is 0",
  self: "A word is its own nearest neighbour: leave it out",
  farthest: "The farthest come first: a larger cosine is nearer, so sort from the largest down",
  dot: "By dot product, long vectors are near to everything: compare cosines",
  ties: "Rows that are equally near are taken by id, the smaller first",
  all: "These are all neighbours: take the first k of them",
  notByK: "These are counts: the share is of k neighbours",
  notByV: "This is the sum over all words; the mean is wanted",
  allOrNothing: "A word counts by the share of its neighbours, not only if all of them are right",
  others: "This is the share of neighbours with another label",
  seen: "The verb that is left out is in the mean too: then the test is no test",
  backwards: "It leads from past to infinitive: take the first row from the second",
  sum: "This is the sum of the differences; the mean is wanted",
  onlyLeft: "This is the difference of the verb that is left out; the mean is over all others",
} as const;
