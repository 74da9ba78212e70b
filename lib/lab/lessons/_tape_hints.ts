// Hints for wrong answers in 02, the notebook on the tape. Each fits one usual mistake and no
// other.

/** Hints by mistake. */
export const hints = {
  async: "It is async, so a promise comes back: take `async` away, and await nothing in it",
  missing: "Nothing came back: is a `return` missing?",
  array: "Numbers of the tape are in a Float64Array: Float64Array.from(numbers) makes one",
  value: "An op gives a Value: new Value(numbers, shape, inputs, backward)",
  inputs: "The tape needs what the result was made from: new Value(y, shape, [a, b], backward)",
  brackets: "A backward gives an array of gradients, also where there is only one: [dx]",
  each: "A backward gives one gradient for each input, in the order of the inputs",
  size: "A gradient has as many numbers as what it is the gradient of",
  upstream:
    "dy is left out: what the result changes by is only a part of the way; the rest comes in as dy",
  exchanged: "The factors are exchanged: where a is nudged, y changes b times as much",
  kept:
    "Another op came in between: each must keep the numbers it was made from, not the last ones",
  notSquared: "The slope of tanh is 1 - y^2; the square is missing",
  ofInput: "The slope of tanh is 1 - y^2 with y the result, not the input",
  upstreamChanged: "dy was changed; others still read it, so give a new array, as dy.map does",
  inputChanged: "An input was changed; a backward only reads it",
  twice: "Note each value in `seen` before you go into its inputs, and leave out what is there",
  left: "Some values were never gone into: each input of each value belongs to the order",
  reversed: "This is the order of the way back; the inputs come first here",
  afterInputs:
    "Push a value when all its inputs have been: after the loop over them, not before it",
  everyPath:
    "It was gone into once for each path that leads to it; 40 squarings have 2^40 of them. " +
    "Take the values of inputsFirst, each of them once",
  early:
    "It was gone back through before all that was made from it, so that a part of its dy was missing",
  overwritten: "It is used twice: its gradients must add (+=), not overwrite each other",
  stale: "The first walk is still in it: each walk begins by setting every grad to 0",
  shared: "Two values have one array for their gradients: add into an array of each value's own",
  start: "It starts at the end: the gradient of the root itself is 1",
  recursion:
    "Each call waits for the next, and the engine keeps only some ten thousand: go with a list of your own",
  repeated:
    "What was repeated is still repeated: the gradient has as many numbers as the input had",
  mean: "The mean was taken: what was repeated counts each time, so its gradients add",
  oneOnly: "Only one of the repeated places counts; its gradients must add (+=)",
  axes: "Other axes were added up: shapes are compared from their last axis on",
  tape: "Nothing flows back: is the result made by record, with x as its input?",
  record: "The function given to record returns an array: for each input its gradient",
  softsignSquare: "The slope of softsign is 1 / (1 + |x|)^2; the square is missing",
} as const;
