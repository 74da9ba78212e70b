// Nested arrays to a flat list with a shape, and back.

import { describe } from "./describe.ts";
import { formatShape, mostAxes, type Shape, sizeOf } from "./shape.ts";

/** Numbers in nested arrays, as deep as a tensor has axes. */
export type NestedNumbers = number | readonly NestedNumbers[];

// With twice as many values in an ordinary array, the engine ends the process.
const mostNested = 2 ** 26;

/**
 * Returns the values in nested arrays in row-major order, and their shape.
 *
 * @throws {TypeError} If the arrays are ragged; the message says where.
 * @throws {RangeError} If there are too many values.
 */
export function flatten(nested: unknown, doing: string): { flat: unknown[]; shape: number[] } {
  const shape: number[] = [];
  for (let first = nested; Array.isArray(first); first = first[0]) {
    if (shape.length === mostAxes) {
      throw new TypeError(`Cannot ${doing}: arrays are nested deeper than ${mostAxes} levels`);
    }
    shape.push(first.length);
    if (first.length === 0) break;
  }
  if (sizeOf(shape) > mostNested) {
    throw new RangeError(
      `Cannot ${doing} from nested arrays of shape ${formatShape(shape)}: ` +
        `more than ${mostNested} numbers must be in a typed array`,
    );
  }
  const flat: unknown[] = [];
  const walk = (each: unknown, depth: number, position: readonly number[]): void => {
    if (depth === shape.length) {
      if (Array.isArray(each)) throw ragged(doing, position, "a number", `${each.length} numbers`);
      flat.push(each);
      return;
    }
    if (!Array.isArray(each)) {
      throw ragged(doing, position, `${shape[depth]} entries`, describe(each));
    }
    if (each.length !== shape[depth]) {
      throw ragged(doing, position, `${shape[depth]} entries`, `${each.length}`);
    }
    for (let i = 0; i < each.length; i++) walk(each[i], depth + 1, [...position, i]);
  };
  walk(nested, 0, []);
  return { flat, shape };
}

function ragged(
  doing: string,
  position: readonly number[],
  wanted: string,
  got: string,
): TypeError {
  return new TypeError(
    `Cannot ${doing}: the nested arrays are ragged, position [${position.join(", ")}] ` +
      `should hold ${wanted} as the first does, got ${got}`,
  );
}

/** Returns numbers in row-major order as nested arrays; a bare number if the shape is `()`. */
export function nest(flat: ArrayLike<number>, shape: Shape): NestedNumbers {
  if (flat.length !== sizeOf(shape)) {
    throw new TypeError(`Cannot nest ${flat.length} numbers in shape ${formatShape(shape)}`);
  }
  let read = 0;
  const build = (axis: number): NestedNumbers =>
    axis === shape.length
      ? flat[read++] ?? NaN
      : Array.from({ length: shape[axis] ?? 0 }, () => build(axis + 1));
  return build(0);
}
