// Hints for wrong answers in Lab 00. Each fits one usual mistake and no other.

/** Hints by mistake. */
export const hints = {
  classItself: "Give the class itself, without new: showChecks(forwardChecks, Lookup)",
  table: "The constructor makes the table: this.E is a Parameter of shape [V, d]",
  async: "It is async, so a promise comes back: take `async` away, and await nothing in it",
  missing: "Nothing came back: is a `return` missing?",
  bare: "Numbers alone have no shape: return tensor(numbers, { shape })",
  parseIds: "ids may be one number or arrays in arrays: parseIds(ids).data lists them in any case",
  undefined: "Something is undefined there: is the name before it misspelt?",
  undeclared: "Is the name spelt right, and has the cell that declares it been run?",
  await: "A promise was taken for what it promises: is an `await` missing?",
  bytes: "These are too many numbers: the file has bytes, decodeNpy(bytes).data are the numbers",
  otherFile: "load reads the files that save has written, as `${path}.npy`",
  setData: "The numbers of a table stay where they are: copy into them, E.data.set(numbers)",
  keptIds: "Another lookup came in between: each must keep the ids it was given, not the last ones",
  shape: "The shape of the result is that of the ids, with the width of the table behind it",
  width: "The width is that of another table: is it this.E that is looked up in?",
  gradientShape:
    "The gradient has the shape of the table, not that of the rows that were looked up",
  rounded: "The numbers were rounded to float32 on the way; keep the dtype of E",
  tableChanged: "The lookup wrote into the table; it must leave the table as it is",
  upstreamChanged: "The gradient that came in was changed; add into an array of your own",
  overwrite: "Two ids were equal; their gradients must add (+=), not overwrite each other",
  averaged: "Gradients of equal ids were averaged; they must add",
  clamped: "The id was clamped to the nearest row; it must be refused",
  wrapped: "The id was counted from the back, as Python does; here it must be refused",
  remainder: "The id was wrapped around, as % does; it must be refused",
  atV: "The id V itself got through: the last row is V - 1, so refuse it with >=, not with >",
  belowZero: "An id below 0 got through; there is no row for it either",
  unchecked:
    "Reading past the end of an array is no error: compare each id with 0 and with V first",
  otherError: "Refuse it before the table is read: throw new IndexError(...)",
  tape: "Nothing flows back: is the lookup recorded on the tape, with E as its input?",
  backward:
    "The function given to record returns an array: for each input its gradient, of that input's shape",
  fresh:
    "The loaded table is another one: load must put the saved numbers in place of the fresh ones",
  decimal: "Almost right: numbers that go through decimal text, as in JSON, lose their last bits",
  loadedDType: "load must give a table of the dtype that was saved",
  plain: "E must be a Parameter, so that optimisers find it and gradients reach it",
  frozen: "The table that load gives must train on, so it must need a gradient",
} as const;
