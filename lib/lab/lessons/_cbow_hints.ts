// Hints for wrong answers in Lab 01. Each fits one usual mistake and no other.

/** Hints by mistake. */
export const hints = {
  async: "It is async, so a promise comes back: take `async` away, and await nothing in it",
  missing: "Nothing came back: is a `return` missing?",
  windowKind: "Each window is { context, center }: a list of ids, and one id",
  leak:
    "The center is in its own context: a model would copy it, and learn nothing about its company",
  borders:
    "A window reaches over the border of a sentence: cut windows from each sentence by itself",
  partial: "At the borders of a sentence, windows are not full: those positions are skipped",
  lastWindow: "The last full window is missing: a center may stand up to length - window - 1",
  left: "Only the words to the left are there; the window goes on to the right of the center",
  indexOf:
    "A word that occurs twice was looked for at its first place: go by positions, not by indexOf",
  order: "The words of a context are in another order: from left to right, as they are read",
  logitsShape: "There is one number for each context and each word of the vocabulary: (B, V)",
  tied:
    "The vectors of the output are those of the input: the center is scored by wOut, not by E again",
  exchanged: "E and wOut are exchanged: contexts are looked up in E, and scored by wOut",
  sum: "The vectors were added up; divide by how many words the context has",
  padding:
    "Shorter contexts were filled up, and the filling counts in the mean: divide by each context's own length",
  flow:
    "Nothing flows back: make the result of tensors and their ops, without reading .data or .item()",
  sumLoss: "The losses were added up: take their mean, so that it does not grow with the batch",
  sign: "The sign is turned: -log p is large where p is small",
  twice: "Softmax was taken twice: crossEntropy and logSoftmax take the logits as they are",
  overflow: "exp overflowed, or log met 0: logSoftmax does both at once and stays finite",
  everyEntry: "All log p were averaged: only that of each center counts",
  probability: "This is p itself; the loss is -log p",
  generator: "It is a function* that yields the loss of each mini-batch",
  item: "What is yielded is a tensor: loss.item() is its number",
  apart: "A context came with another pair's center: take both from the same pair, after shuffling",
  unshuffled: "The pairs came as they stand in the text: take them in the order of `order`",
  lastBatch: "The last mini-batch is missing: it may be smaller than the others",
  zeroGrad: "The gradients of earlier mini-batches are still in it: optimizer.zeroGrad() each time",
  still: "The parameter has not moved: zeroGrad, then backward, then step",
  lag: "The step came before backward: each mini-batch moves by its own gradient",
} as const;
