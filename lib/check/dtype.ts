// The kinds of numbers that a tensor holds.

import { describe } from "./describe.ts";

/** The kind of the numbers in a tensor: 8 or 4 bytes each. */
export type DType = "float64" | "float32";

/** The typed array of a dtype. */
export type FloatArray = Float64Array | Float32Array;

/** How many bytes a number takes. */
export const bytesOf: Readonly<Record<DType, number>> = { float64: 8, float32: 4 };

/** The dtype of a typed array; undefined for anything else. */
export function dtypeOf(numbers: unknown): DType | undefined {
  if (numbers instanceof Float64Array) return "float64";
  if (numbers instanceof Float32Array) return "float32";
  return undefined;
}

/** Whether a value is one of the two dtypes. */
export function isDType(value: unknown): value is DType {
  return value === "float64" || value === "float32";
}

/** Refuses anything but the two dtypes. */
export function checkDType(dtype: unknown, doing: string): asserts dtype is DType {
  if (!isDType(dtype)) {
    throw new TypeError(
      `Cannot ${doing}: dtype must be "float64" or "float32", got ${describe(dtype)}`,
    );
  }
}

/** Refuses to mix dtypes, and names the way out. */
export function checkSameDType(
  doing: string,
  a: { readonly dtype: DType },
  b: { readonly dtype: DType },
): void {
  if (a.dtype !== b.dtype) {
    throw new TypeError(
      `Cannot ${doing} ${a.dtype} and ${b.dtype}: cast(x, dtype) makes them the same`,
    );
  }
}
