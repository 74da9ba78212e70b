// Answers to Task 3 of Lab 00 with one mistake each, as learners give them.

import {
  Embedding as LibraryEmbedding,
  gather,
  gatherBackward,
  type Ids,
  normal,
  Parameter,
  parseIds,
  record,
  type Tensor,
  tensor,
} from "minimodel";
import type { LookupClass } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

/** What a wrong way back may give. */
export type Gradient = Tensor | Tensor[];

/** Task 3 as it should be, in parts that a mistake changes. */
export class Lookup {
  readonly E: Parameter;

  constructor(readonly numEmbeddings: number, readonly embeddingDim: number) {
    this.E = new Parameter(normal([numEmbeddings, embeddingDim], { std: 0.02, seed: 0 }));
  }

  forward(ids: Ids): Tensor {
    const { data, shape } = gather(this.E.detach(), ids);
    return record("lookup", [this.E], data.slice(), shape, (dy) => wild(this.back(dy, ids)));
  }

  back(dy: Tensor, ids: Ids): Gradient {
    return [gatherBackward(dy, ids, this.E.shape)];
  }
}

/** The class with another way back. */
function goingBack(back: (dy: Tensor, ids: Ids, E: Tensor) => unknown): LookupClass {
  return class extends Lookup {
    override back(dy: Tensor, ids: Ids): Gradient {
      return wild(back(dy, ids, this.E));
    }
  };
}

/** The class with another lookup. */
export function lookingUp(forward: (self: Lookup, ids: Ids) => unknown): LookupClass {
  return class extends Lookup {
    override forward(ids: Ids): Tensor {
      return wild(forward(this, ids));
    }
  };
}

/** The class with something else for a table, beside the one it looks up in. */
function withTable(make: (E: Tensor) => unknown): LookupClass {
  return wild(
    class {
      readonly #inner: Lookup;
      readonly E: unknown;

      constructor(numEmbeddings: number, embeddingDim: number) {
        this.#inner = new Lookup(numEmbeddings, embeddingDim);
        this.E = make(this.#inner.E.detach());
      }

      forward(ids: Ids): Tensor {
        return this.#inner.forward(ids);
      }
    },
  );
}

const other = tensor([[1, 2], [3, 4]]);
const flows = "Gradient flows";

/** Task 3. */
export const classes: readonly Planted<LookupClass>[] = [
  {
    mistake: "a gradient for an array of gradients",
    answer: goingBack((dy, ids, E) => gatherBackward(dy, ids, E.shape)),
    check: flows,
    says: ["expected a gradient of E, got TypeError: "],
    hint: "returns an array: for each input its gradient",
  },
  {
    mistake: "the gradient of the rows",
    answer: goingBack((dy) => [dy]),
    check: flows,
    says: ["expected a gradient of E, got TypeError: "],
    hint: "of that input's shape",
  },
  {
    mistake: "the shape of the rows for that of E",
    answer: goingBack((dy, ids) => [gatherBackward(dy, ids, dy.shape)]),
    check: flows,
    says: ["expected a gradient of E, got "],
    hint: "of that input's shape",
  },
  {
    mistake: "a text thrown on the way back",
    answer: goingBack(() => {
      throw "oops";
    }),
    check: flows,
    says: ['expected a gradient of E, got "oops", thrown'],
    hint: "returns an array",
  },
  {
    mistake: "a gradient everywhere",
    answer: goingBack((dy, ids, E) => [gatherBackward(dy, ids, E.shape).add(1)]),
    check: flows,
    says: ["ids = [], expected zero in every row, got [ [ 1 ] ]"],
    hint: null,
  },
  {
    mistake: "a gradient only in the first column",
    answer: goingBack((dy, ids, E) => {
      const grad = gatherBackward(dy, ids, E.shape);
      return [
        grad.mul(
          tensor(grad.data.map((_, i) => i % E.shape[1] === 0 ? 1 : 0), { shape: grad.shape }),
        ),
      ];
    }),
    check: flows,
    says: ["ids = 0, expected nonzero in row 0, zero elsewhere, got [ [ 1, 0 ] ]"],
    hint: null,
  },
  {
    mistake: "the last write wins",
    answer: goingBack((dy, ids, E) => {
      const grad = new Float64Array(E.size);
      const width = E.shape[1];
      parseIds(ids).data.forEach((id, n) =>
        grad.set(dy.data.subarray(n * width, (n + 1) * width), id * width)
      );
      return [tensor(grad, { shape: E.shape })];
    }),
    check: "Duplicate-id gradient",
    says: ["ids = [ 0, 0 ], upstream = [ [ 1 ], [ 2 ] ], expected [ [ 3 ] ], got [ [ 2 ] ]"],
    hint: "must add (+=)",
  },
  {
    mistake: "a flat shape",
    answer: lookingUp(({ E }, ids) => gather(E, parseIds(ids).data)),
    check: "Shape-check",
    says: ["ids = 0, expected a Tensor of shape [1], got shape [1, 1]"],
    hint: "The shape of the result is that of the ids",
  },
  {
    mistake: "another table of the same name",
    answer: lookingUp((_, ids) => gather(other, ids)),
    check: "Shape-check",
    says: ["ids = 0, expected a Tensor of shape [1], got shape [2]"],
    hint: "is it this.E",
  },
  {
    mistake: "numbers of another dtype",
    answer: class extends LibraryEmbedding {
      constructor(numEmbeddings: number, embeddingDim: number) {
        super(numEmbeddings, embeddingDim, { dtype: "float32" });
      }

      override forward(ids: Ids): Tensor {
        const { data, shape } = super.forward(ids);
        return tensor(Float64Array.from(data), { shape });
      }
    },
    check: "Lookup correctness",
    says: ["ids = 0, expected numbers of dtype float32, got numbers of dtype float64"],
    hint: null,
  },
  {
    mistake: "async",
    answer: lookingUp(async ({ E }, ids) => await gather(E, ids)),
    check: "Shape-check",
    says: ["expected a Tensor of shape [1], got a value of kind Promise"],
    hint: "take `async` away",
  },
  {
    mistake: "no return",
    answer: lookingUp(() => undefined),
    check: "Shape-check",
    says: ["got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "a bare array",
    answer: lookingUp(({ E }, ids) => gather(E.detach(), ids).data.slice()),
    check: "Shape-check",
    says: ["got Float64Array(1) ["],
    hint: "tensor(numbers, { shape })",
  },
  {
    mistake: "no forward",
    answer: wild(
      class {
        E = tensor([[0]]);
      },
    ),
    check: "Shape-check",
    says: ["expected a method forward, got undefined"],
    hint: null,
  },
  {
    mistake: "no table",
    answer: withTable(() => undefined),
    check: "Lookup correctness",
    says: ["expected a table E of shape [1, 1], got undefined"],
    hint: "The constructor makes the table",
  },
  {
    mistake: "an array for a table",
    answer: withTable(() => [0]),
    check: "Lookup correctness",
    says: ["expected a table E of shape [1, 1], got [ 0 ]"],
    hint: "The constructor makes the table",
  },
  {
    mistake: "a flat table",
    answer: withTable((E) => E.reshape([E.size])),
    check: "Lookup correctness",
    says: ["expected a table E of shape [1, 1], got shape [1]"],
    hint: "The constructor makes the table",
  },
  {
    mistake: "an object for a class",
    answer: wild(new Lookup(1, 1)),
    check: "Shape-check",
    says: ["expected a class of embeddings, got a value of kind Lookup"],
    hint: "Give the class itself",
  },
  {
    mistake: "an arrow function for a class",
    answer: wild(() => new Lookup(1, 1)),
    check: "Shape-check",
    says: ["expected a class of embeddings, got a function"],
    hint: "Give the class itself",
  },
  {
    mistake: "a constructor that fails",
    answer: wild(
      class {
        constructor() {
          throw new TypeError("No table");
        }
      },
    ),
    check: "Shape-check",
    says: ["expected no error, got TypeError: No table"],
    hint: null,
  },
];
