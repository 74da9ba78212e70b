// A tensor as text: its shape and dtype, then its numbers, with the middle of long axes left out.

import { formatShape, type Shape, stridesOf } from "./shape.ts";
import type { FloatArray } from "./dtype.ts";

/** An axis up to this long is shown whole; of a longer one, three entries at either end. */
const whole = 8;

/** `Tensor (2, 2) float64` and the numbers, at most eight along each axis. */
export function formatTensor(
  kind: string,
  numbers: FloatArray,
  shape: Shape,
  rest: string,
): string {
  const strides = stridesOf(shape);
  const shown = (length: number): (number | null)[] =>
    length <= whole
      ? Array.from({ length }, (_, i) => i)
      : [0, 1, 2, null, length - 3, length - 2, length - 1];
  const cells: string[] = [];
  const collect = (axis: number, start: number): void => {
    if (axis === shape.length) cells.push(formatNumber(numbers[start] ?? NaN));
    else {
      for (const i of shown(shape[axis] ?? 0)) {
        if (i !== null) collect(axis + 1, start + i * (strides[axis] ?? 0));
      }
    }
  };
  collect(0, 0);
  const width = cells.reduce((most, cell) => Math.max(most, cell.length), 0);
  let next = 0;
  const build = (axis: number, indent: string): string => {
    if (axis === shape.length) return (cells[next++] ?? "").padStart(width);
    const inner = shown(shape[axis] ?? 0).map((i) =>
      i === null ? "…" : build(axis + 1, indent + " ")
    );
    const separator = axis === shape.length - 1 ? ", " : `,\n${indent} `;
    return `[${inner.join(separator)}]`;
  };
  return `${kind} ${formatShape(shape)} ${rest}\n${build(0, "")}`;
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) {
    return Object.is(value, -0) ? "-0" : `${value}`;
  }
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return value.toFixed(4);
  return Number.isFinite(value) ? value.toExponential(3) : `${value}`;
}
