// Cases of every op that are large enough for SIMD, with lengths that leave a rest behind its lanes.

import { type Domain, type OpCase, type OpName, opNames, type OpParams } from "./_op_cases.ts";

const pairs = [
  [[311], [311]],
  [[17, 31], [31]],
  [[17, 1], [1, 31]],
  [[5, 17, 7], []],
  [[3, 1, 33], [5, 1]],
];

/** The large cases of every op. */
export const largeCases: readonly OpCase[] = opNames.flatMap(casesOf);

function casesOf(op: OpName): OpCase[] {
  switch (op) {
    case "add":
    case "sub":
    case "mul":
      return pairs.map((shapes) => made(op, shapes)).concat(made(op, [[311]], { left: 2.5 }));
    case "div":
      return pairs.map((shapes) => made(op, shapes, {}, ["any", "away from 0"]));
    case "pow":
      return [
        ...pairs.map((shapes) => made(op, shapes, {}, ["positive", "any"])),
        made(op, [[311]], { right: 2 }),
        made(op, [[311]], { right: -1.5 }, ["positive"]),
      ];
    case "log":
    case "sqrt":
      return [made(op, [[311]], {}, ["positive"]), made(op, [[17, 31]], {}, ["positive"])];
    case "cast":
      return [made(op, [[311]], { dtype: "float32" }), made(op, [[311]], { dtype: "float64" })];
    case "matmul":
      return [
        made(op, [[17, 23], [23, 19]]),
        made(op, [[65, 7], [7, 130]]),
        made(op, [[1, 301], [301, 3]]),
        made(op, [[301], [301]]),
        made(op, [[2, 9, 33], [33, 5]]),
        made(op, [[3, 9, 8], [3, 8, 7]]),
        made(op, [[2, 1, 9, 8], [3, 8, 7]]),
      ];
    case "transpose":
      return [made(op, [[17, 31]]), made(op, [[5, 17, 7]], { perm: [1, 2, 0] })];
    case "reshape":
      return [made(op, [[17, 31]], { shape: [31, -1] })];
    case "broadcastTo":
      return [made(op, [[31]], { shape: [17, 31] }), made(op, [[17, 1]], { shape: [3, 17, 31] })];
    case "sum":
    case "mean":
    case "max":
      return [undefined, 0, 1, 2, [0, 1], [1, 2], [0, 2]].map((axis) =>
        made(op, [[9, 7, 11]], { axis }, ["all different"])
      ).concat(made(op, [[2, 401]], { axis: 1 }, ["all different"]));
    case "softmax":
    case "logSoftmax":
      return [[17, 31], [3, 131], [131, 3], [301, 1], [5, 64]].map((shape) => made(op, [shape]))
        .concat(made(op, [[7, 9, 11]], { axis: 1 }));
    case "crossEntropy":
      return (["none", "sum", "mean"] as const).flatMap((reduction) =>
        [[17, 31], [131, 3], [3, 131], [5, 64]].map(([rows, classes]) => {
          const ids = Array.from({ length: rows }, (_, n) => (7 * n) % classes);
          return made(op, [[rows, classes]], { ids, reduction });
        })
      );
    case "concat":
      return [
        made(op, [[17, 9], [17, 22]], { axis: 1 }),
        made(op, [[7, 31], [10, 31]], { axis: 0 }),
      ];
    case "stack":
      return [made(op, [[17, 31], [17, 31]], { axis: 1 })];
    case "slice":
      return [made(op, [[37, 31]], { starts: [-2, 1], stops: [0, null], steps: [-2, 1] })];
    case "gather":
      return [1, 3, 8, 33].map((width) => made(op, [[23, width]], { ids: manyIds(311, 23) }));
    case "gatherBackward":
      return [1, 3, 8, 33].map((width) =>
        made(op, [[311, width]], { ids: manyIds(311, 23), shape: [23, width] })
      );
    case "bag": {
      const offsets = [0, ...Array.from({ length: 20 }, (_, bag) => 16 * bag)];
      return [1, 3, 8, 33].flatMap((width) => [
        ...[true, false].map((mean) =>
          made(op, [[23, width]], { ids: manyIds(311, 23), offsets, mean, paddingIdx: 4 })
        ),
        made(op, [[23, width], [311]], { ids: manyIds(311, 23), offsets }),
      ]);
    }
    case "maxByGroup":
      return [made(op, [[67, 9]], { ids: manyIds(67, 13), count: 14 }, ["all different"])];
    default:
      return [made(op, [[311]]), made(op, [[17, 31]])];
  }
}

function made(
  op: OpName,
  shapes: readonly (readonly number[])[],
  params: OpParams = {},
  domains: readonly Domain[] = [],
): OpCase {
  return { op, shapes, params, domains: shapes.map((_, i) => domains[i] ?? "any") };
}

function manyIds(count: number, limit: number): number[] {
  return Array.from({ length: count }, (_, n) => (n * n + 3 * n) % limit);
}

/** Numbers for the inputs of a large case, in their domains. */
export function largeNumbers({ shapes, domains }: OpCase, salt: number): number[][] {
  return shapes.map((shape, input) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return Array.from({ length: size }, (_, i) => {
      const wave = Math.sin(1 + salt + 13 * input + 7.3 * i);
      switch (domains[input]) {
        case "positive":
          return 1.25 + 0.75 * wave;
        case "away from 0":
          return wave < 0 ? wave - 0.5 : wave + 0.5;
        case "all different":
          // Steps in a shuffled order: 997 is prime and larger than any of the cases.
          return ((i + 1) * (salt + 100) % 997) / 250 - 2;
        default:
          return 2 * wave;
      }
    });
  });
}
