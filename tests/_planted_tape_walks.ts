// Answers to Tasks 3 and 4 of the notebook on the tape, with one mistake each.

import type { GoBack, InputsFirst, TapeValue } from "minimodel/lab";
import { inputsFirst, libraryGoBack } from "./_tapes.ts";
import { type Planted, wild } from "./_planted.ts";

const first = "Inputs first";
const added = 'Given x = [ 2 ], steps = "L = x + x", ';
const everyPath: InputsFirst = (root) => [...root.inputs.flatMap(everyPath), root];

/** Task 3. */
export const orders: readonly Planted<InputsFirst>[] = [
  {
    mistake: "every path",
    answer: everyPath,
    check: first,
    says: [`${added}expected an order such as x, L, got x, x, L`],
    hint: "Note each value in `seen`",
  },
  {
    mistake: "a value before its inputs",
    answer: (root) => {
      const seen = new Set<TapeValue>();
      const visit = (at: TapeValue): void => {
        if (seen.has(at)) return;
        seen.add(at);
        at.inputs.forEach(visit);
      };
      visit(root);
      return [...seen];
    },
    check: first,
    says: [`${added}expected an order such as x, L, got L, x`],
    hint: "This is the order of the way back",
  },
  {
    mistake: "the first visits turned round",
    answer: (root) => {
      const seen = new Set<TapeValue>();
      const visit = (at: TapeValue): void => {
        if (seen.has(at)) return;
        seen.add(at);
        at.inputs.forEach(visit);
      };
      visit(root);
      return [...seen].reverse();
    },
    check: first,
    says: ['steps = "a = x + x, L = x + a"', "such as x, a, L, got a, x, L"],
    hint: "Push a value when all its inputs have been",
  },
  {
    mistake: "only the first input",
    answer: (root) => {
      const order: TapeValue[] = [];
      for (let at: TapeValue | undefined = root; at !== undefined; at = at.inputs[0]) {
        order.unshift(at);
      }
      return order;
    },
    check: first,
    says: ['Given x = [ 2 ], w = [ 3 ], steps = "L = x * w"', "such as x, w, L, got x, L"],
    hint: "never gone into",
  },
  {
    mistake: "the root left out",
    answer: (root) => inputsFirst(root).slice(0, -1),
    check: first,
    says: ['Given x = [ 2 ], steps = "L = x", expected an order such as x, got no values'],
    hint: "never gone into",
  },
  {
    mistake: "the way back",
    answer: (root) => inputsFirst(root).reverse(),
    check: first,
    says: [`${added}expected an order such as x, L, got L, x`],
    hint: "the inputs come first here",
  },
  {
    mistake: "a set for a list",
    answer: (root) => wild(new Set(inputsFirst(root))),
    check: first,
    says: ["expected an order such as x, got a value of kind Set"],
    hint: null,
  },
  {
    mistake: "numbers for values",
    answer: (root) => inputsFirst(root).map(({ data }) => wild(data[0])),
    check: first,
    says: ["expected an order such as x, got 2 at [0]"],
    hint: null,
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: first,
    says: ["expected an order such as x, got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "async",
    answer: (root) => wild(Promise.resolve(inputsFirst(root))),
    check: first,
    says: ["got a value of kind Promise"],
    hint: "take `async` away",
  },
  {
    mistake: "values that were listed, but not their inputs' paths, left out",
    answer: (root) => [...new Set(everyPath(root))],
    check: "Forty squarings, in order",
    says: ["Given squarings = 40, expected each value gone into once, got a walk without end"],
    hint: "Note each value in `seen`",
  },
];

type Give = (input: TapeValue, dx: Float64Array) => void;
const add: Give = ({ grad }, dx) => dx.forEach((each, i) => grad[i] += each);

/** A walk back with something else done at one of its places. */
function walking(
  { order = (root) => inputsFirst(root).reverse(), clear = true, start = 1, give = add }: {
    order?: (root: TapeValue) => readonly TapeValue[];
    clear?: boolean;
    start?: number;
    give?: Give;
  },
): GoBack {
  return (root) => {
    const all = order(root);
    if (clear) { for (const at of all) at.grad = new Float64Array(at.data.length); }
    root.grad.fill(start);
    for (const at of all) at.backward(at.grad).forEach((dx, k) => give(at.inputs[k], dx));
  };
}

function layers(root: TapeValue): TapeValue[] {
  const found = new Set([root]);
  for (const at of found) at.inputs.forEach((input) => found.add(input));
  return [...found];
}

function alongEveryPath(at: TapeValue, dy: Float64Array): void {
  add(at, dy);
  at.backward(dy).forEach((dx, k) => alongEveryPath(at.inputs[k], dx));
}

const up = "Gradients add up";

/** Task 4. */
export const walks: readonly Planted<GoBack>[] = [
  {
    mistake: "overwriting",
    answer: walking({ give: ({ grad }, dx) => grad.set(dx) }),
    check: up,
    says: [`${added}expected { "x.grad": [ 2 ] }, got { "x.grad": [ 1 ] }`],
    hint: "must add (+=)",
  },
  {
    mistake: "layer by layer",
    answer: walking({ order: layers }),
    check: up,
    says: ['steps = "a = x * x, b = a * a, L = a + b"', "got the order L, a, b"],
    hint: "before all that was made from it",
  },
  {
    mistake: "from the inputs on",
    answer: walking({ order: inputsFirst }),
    check: up,
    says: ['steps = "a = x * x, L = a + a"', "got the order a, L"],
    hint: "before all that was made from it",
  },
  {
    mistake: "every path",
    answer: (root) => alongEveryPath(root, root.data.map(() => 1)),
    check: up,
    says: [`${added}expected the backward of x called once, got called 2 times`],
    hint: "once for each path",
  },
  {
    mistake: "one array for two values",
    answer: walking({
      give: (input, dx) => input.grad.some((each) => each !== 0) ? add(input, dx) : input.grad = dx,
    }),
    check: up,
    says: ['x = [ 2 ], steps = "a = x + x, L = x + a"', 'got { "x.grad": [ 4 ] }'],
    hint: "an array of each value's own",
  },
  {
    mistake: "a start from 0",
    answer: walking({ start: 0 }),
    check: up,
    says: [
      'Given x = [ 2 ], steps = "L = x", expected { "x.grad": [ 1 ] }, got { "x.grad": [ 0 ] }',
    ],
    hint: "the gradient of the root itself is 1",
  },
  {
    mistake: "only the root",
    answer: (root) => root.grad.fill(1),
    check: up,
    says: [`${added}expected the backward of L called once, got not called`],
    hint: "never gone into",
  },
  {
    mistake: "only the first entry",
    answer: walking({ give: ({ grad }, dx) => grad[0] += dx[0] }),
    check: up,
    says: ["Given x = [ 2, 3 ]", 'expected { "x.grad": [ 4, 6 ] }, got { "x.grad": [ 4, 0 ] }'],
    hint: null,
  },
  {
    mistake: "a second leaf left out",
    answer: (root) => {
      libraryGoBack(root);
      const leaves = inputsFirst(root).filter(({ inputs }) => inputs.length === 0);
      leaves[1]?.grad.fill(0);
    },
    check: up,
    says: [
      'Given x = [ 2 ], w = [ 3 ], steps = "L = x * w"',
      'expected { "x.grad": [ 3 ], "w.grad": [ 2 ] }, got { "x.grad": [ 3 ], "w.grad": [ 0 ] }',
    ],
    hint: null,
  },
  {
    mistake: "no array",
    answer: walking({ give: (input, dx) => input.grad = wild([...dx]) }),
    check: up,
    says: [`${added}expected x.grad, a Float64Array of 1 number, got [ 1 ]`],
    hint: "Float64Array.from",
  },
  {
    mistake: "async",
    answer: async (root) => await libraryGoBack(root),
    check: up,
    says: ["expected nothing returned, got a value of kind Promise"],
    hint: "take `async` away",
  },
  {
    mistake: "a property misspelt",
    answer: (root) => Reflect.get(root, "inptus").length,
    check: up,
    says: ["expected no error, got TypeError: "],
    hint: "is the name before it misspelt?",
  },
  {
    mistake: "no function",
    answer: wild({}),
    check: up,
    says: ["expected a function goBack(root), got a value of kind Object"],
    hint: null,
  },
  {
    mistake: "nothing cleared",
    answer: walking({ clear: false }),
    check: "Walked twice",
    says: [`${added}walks = 2, expected { "x.grad": [ 2 ] }, got { "x.grad": [ 4 ] }`],
    hint: "every grad to 0",
  },
];
