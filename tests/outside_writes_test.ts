// Arrays and objects that a caller hands over and changes afterwards: the result and its gradient are as if
// they had stayed as they were.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import {
  Adam,
  bag,
  broadcastTo,
  clip,
  concat,
  crossEntropy,
  Embedding,
  EmbeddingBag,
  gather,
  gatherBackward,
  maxByGroup,
  norm,
  normal,
  ones,
  Parameter,
  record,
  reshape,
  RowGradient,
  Sgd,
  slice,
  stack,
  sum,
  takeAlongAxis,
  type Tensor,
  tensor,
  transpose,
  where,
  zeros,
} from "minimodel";

/** Something that is made from what the caller keeps and can write to later. */
interface Handed {
  /** What the caller does afterwards. */
  readonly outside: () => void;
  /** What is seen then; a tensor is gone back through as well. */
  readonly seen: () => unknown;
}

const leaf = (values: number[], shape = [values.length]) =>
  tensor(values, { shape, requiresGrad: true });
const table = () => leaf([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);

/** A result and the gradients of leaves that it was, or was not, made from. */
function back(y: Tensor, ...leaves: Tensor[]): () => unknown {
  return () => {
    const upstream = Float64Array.from({ length: y.size }, (_, i) => i + 1);
    y.backward(tensor(upstream, { shape: y.shape }));
    return [y.shape, y.toArray(), leaves.map(({ grad }) => grad?.toArray())];
  };
}

/** An op on ids in an Int32Array, which is written to afterwards. */
function onIds(op: (x: Tensor, ids: Int32Array) => Tensor, x: Tensor, ids: number[]): Handed {
  const kept = Int32Array.from(ids);
  const y = op(x, kept);
  return { outside: () => kept.fill(0), seen: back(y, x) };
}

/** Something made of a shape, which is written to afterwards. */
function ofShape(make: (shape: number[]) => Tensor): () => Handed {
  return () => {
    const shape = [2, 1];
    const y = make(shape);
    return { outside: () => shape.splice(0, 2, 7), seen: () => [y.shape, y.size, y.toArray()] };
  };
}

/** An op with options, which are changed afterwards. */
function withOptions<Options extends object>(
  op: (x: Tensor, options: Options) => Tensor,
  options: Options,
  change: (options: { -readonly [Name in keyof Options]: Options[Name] }) => void,
): () => Handed {
  return () => {
    const [x, kept] = [table(), { ...options }];
    const y = op(x, kept);
    return { outside: () => change(kept), seen: back(y, x) };
  };
}

const cases: Record<string, () => Handed> = {
  "the shape of tensor": ofShape((shape) => tensor([1, 2], { shape })),
  "the shape of zeros": ofShape((shape) => zeros(shape)),
  "the shape of ones": ofShape((shape) => ones(shape)),
  "the shape of normal": ofShape((shape) => normal(shape, { seed: 0 })),
  "the shape of reshape": ofShape((shape) => reshape(tensor([1, 2]), shape)),
  "the shape of broadcastTo": ofShape((shape) => broadcastTo(tensor([1]), shape)),
  "the shape of gatherBackward": ofShape((shape) => gatherBackward(ones([1, 1]), [1], shape)),
  "the shape of a RowGradient": ofShape((shape) =>
    new RowGradient(new Int32Array([1]), ones([1, 1]), shape)
  ),
  "the shape of record": ofShape((shape) =>
    record("own", [], new Float64Array(2), shape, () => [])
  ),
  "the list of concat": () => {
    const [a, b, c] = [leaf([1]), leaf([2]), leaf([3])];
    const list = [a, b];
    const y = concat(list, 0);
    return { outside: () => list[0] = c, seen: back(y, a, b, c) };
  },
  "the list of concat, emptied": () => {
    const list = [leaf([1]), leaf([2])];
    const seen = back(concat(list, 0), ...list);
    return { outside: () => list.length = 0, seen };
  },
  "the list of stack": () => {
    const [a, b, c] = [leaf([1]), leaf([2]), leaf([3])];
    const list = [a, b];
    const y = stack(list, 0);
    return { outside: () => list.reverse().push(c), seen: back(y, a, b, c) };
  },
  "the inputs of record": () => {
    const [a, b] = [leaf([1]), leaf([2])];
    const list = [a];
    const y = record("own", list, new Float64Array(1), [1], (dy) => [dy.mul(2)]);
    return { outside: () => list[0] = b, seen: back(y, a, b) };
  },
  "the ids of gather": () => onIds((x, ids) => gather(x, ids), table(), [1, 3, 1]),
  "the ids of gather, with a shape": () => {
    const [x, ids] = [table(), { data: Int32Array.of(1, 3), shape: [2, 1] }];
    const y = gather(x, ids);
    const outside = () => {
      ids.data.fill(0);
      ids.shape[0] = 5;
    };
    return { outside, seen: back(y, x) };
  },
  "the ids of an Embedding": () => {
    const embedding = new Embedding(4, 2, { table: table() });
    return onIds((_, ids) => embedding.forward(ids), embedding.E, [1, 3, 1]);
  },
  "the ids of bag": () => onIds((x, ids) => bag(x, ids, { offsets: [0, 2] }), table(), [1, 3, 1]),
  "the offsets of bag": () =>
    onIds((x, offsets) => bag(x, [1, 3, 1], { offsets }), table(), [0, 2]),
  ...Object.fromEntries((["sum", "mean", "max"] as const).flatMap((mode) => {
    const bags = () => new EmbeddingBag(4, 2, { table: table(), mode });
    return [
      [`the ids of an EmbeddingBag of mode ${mode}`, () => {
        const own = bags();
        return onIds((_, ids) => own.forward(ids, [0, 2]), own.E, [1, 3, 1]);
      }],
      [`the offsets of an EmbeddingBag of mode ${mode}`, () => {
        const own = bags();
        return onIds((_, offsets) => own.forward([1, 3, 1], offsets), own.E, [0, 2]);
      }],
    ];
  })),
  "the ids of gatherBackward": () =>
    onIds((x, ids) => gatherBackward(x, ids, [4, 2]), leaf([1, 2, 3, 4], [2, 2]), [3, 1]),
  "the ids of takeAlongAxis": () =>
    onIds((x, ids) => takeAlongAxis(x, ids, 0), leaf([1, 2, 3]), [2, 1]),
  "the groups of maxByGroup": () => onIds((x, ids) => maxByGroup(x, ids, 3), table(), [2, 1, 1, 0]),
  "the targets of crossEntropy": () =>
    onIds((x, ids) => crossEntropy(x, ids), table(), [1, 0, 1, 1]),
  "the targets of crossEntropy, some ignored": () =>
    onIds((x, ids) => crossEntropy(x, ids, { ignoreIndex: 1 }), table(), [1, 0, 1, 1]),
  "the condition of where": () => {
    const [a, b, mask] = [leaf([1, 2]), leaf([3, 4]), tensor([1, 0])];
    const y = where(mask, a, b);
    return { outside: () => mask.data.fill(1), seen: back(y, a, b) };
  },
  "the parts of slice": withOptions(slice, { starts: [1], stops: [3] }, (options) => {
    options.starts = [0];
  }),
  "the starts of slice": () => {
    const [x, starts] = [table(), [1]];
    const y = slice(x, { starts, stops: [3] });
    return { outside: () => starts[0] = 0, seen: back(y, x) };
  },
  "the axes of transpose": () => {
    const [x, perm] = [table(), [1, 0]];
    const y = transpose(x, perm);
    return { outside: () => perm.reverse(), seen: back(y, x) };
  },
  "the axes of sum": () => {
    const [x, axis] = [table(), [0]];
    const y = sum(x, { axis });
    return { outside: () => axis[0] = 1, seen: back(y, x) };
  },
  "the bounds of clip": withOptions(clip, { min: 2, max: 5 }, (options) => options.min = 7),
  "the p of norm": withOptions(norm, { p: 3, axis: 0 }, (options) => options.p = 1),
  "the options of gather": withOptions(
    (x, options: { paddingIdx?: number; sparse?: boolean }) => gather(x, [1, 3], options),
    { paddingIdx: 3 },
    (options) => Object.assign(options, { paddingIdx: 1, sparse: true }),
  ),
  "the options of bag": withOptions(
    (x, options: { mean?: boolean }) => bag(x, [[1, 3]], options),
    { mean: true },
    (options) => options.mean = false,
  ),
  "the rows of a RowGradient": () => {
    const rows = Int32Array.of(1, 3);
    const gradient = new RowGradient(rows, ones([2, 2]), [4, 2]);
    return { outside: () => rows.fill(0), seen: () => [gradient.toArray(), gradient.rows] };
  },
  "the rows that a RowGradient gave": () => {
    const gradient = new RowGradient(Int32Array.of(1, 3), ones([2, 2]), [4, 2]);
    return {
      outside: () => gradient.rows.fill(0),
      seen: () => [gradient.toArray(), gradient.rows],
    };
  },
  "the parameters of an optimiser": () => {
    const [p, q] = [new Parameter(ones([1])), new Parameter(ones([1]))];
    const list = [p];
    const optimizer = new Sgd(list, { lr: 0.5 });
    const seen = () => {
      for (const each of [p, q]) each.grad = ones([1]);
      optimizer.step();
      return [p.item(), q.item()];
    };
    return { outside: () => list[0] = q, seen };
  },
  "the betas of Adam": () => {
    const betas: [number, number] = [0.5, 0.75];
    const optimizer = new Adam([new Parameter(ones([1]))], { betas });
    return { outside: () => betas.fill(0), seen: () => optimizer.state() };
  },
  "the betas of a state of Adam": () => {
    const optimizer = new Adam([new Parameter(ones([1]))]);
    const { options } = optimizer.state();
    return {
      outside: () => (options.betas as number[]).fill(0),
      seen: () => optimizer.state(),
    };
  },
};

/** What is written afterwards makes no difference. */
function checkHanded(make: () => Handed): void {
  const [left, written] = [make(), make()];
  written.outside();
  assertEquals(written.seen(), left.seen());
}

for (const [what, make] of Object.entries(cases)) {
  Deno.test(`${what} can be written to afterwards, to no effect`, () => checkHanded(make));
}

Deno.test("the check of outside writes refuses an op that keeps what it was given", () => {
  const wrong: readonly (() => Handed)[] = [
    () =>
      onIds(
        (x, ids) => {
          const y = gather(x, ids).detach();
          return record(
            "keeping",
            [x],
            y.data,
            y.shape,
            (dy) => [gatherBackward(dy, ids, x.shape)],
          );
        },
        table(),
        [1, 3, 1],
      ),
    () => {
      const x = table();
      const shape = [2, 4];
      const outside = () => shape.reverse();
      const seen = () => reshape(x, shape).shape;
      return { outside, seen };
    },
  ];
  for (const make of wrong) assertThrows(() => checkHanded(make), AssertionError);
});

Deno.test("the shape of a tensor is frozen for good", () => {
  const made = [
    tensor([[1, 2]]),
    zeros([2]),
    tensor([1]).add(1),
    new Parameter(ones([2])),
    normal([3]),
    new Embedding(2, 3).E,
    record("own", [], new Float64Array(2), [2], () => []),
    new RowGradient(Int32Array.of(0), ones([1, 1]), [2, 1]),
  ];
  for (const x of made) {
    const [shape, size] = [[...x.shape], x.size];
    assert(Object.isFrozen(x.shape));
    const writable = x.shape as number[];
    assertThrows(() => writable[0] = 5, TypeError);
    assertThrows(() => writable.push(1), TypeError);
    assertThrows(() => writable.length = 0, TypeError);
    for (const name of ["shape", "dtype", "size", "data", "storage"]) {
      assertThrows(() => Object.assign(x, { [name]: [5] }), TypeError);
    }
    assertEquals([x.shape, x.size], [shape, size]);
  }
});
