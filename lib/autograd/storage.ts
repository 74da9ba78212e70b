// Where the numbers of tensors live. Nothing else in the library makes or frees them: ops hold
// mathematics and shapes, kernels hold loops, and both are handed storages. Numbers live in plain
// typed arrays, one a tensor, which the garbage collector frees.

/** The kind of the numbers in a tensor: 8 or 4 bytes each. */
export type DType = "float64" | "float32";

/** The typed array of a dtype. */
export type FloatArray = Float64Array | Float32Array;

/** The numbers of one tensor, in row-major order. No two tensors share one. */
export class Storage {
  /** The kind of the numbers. */
  readonly dtype: DType;
  /** How many numbers there are. */
  readonly length: number;
  #array: FloatArray;

  /** Takes over the array: whoever gave it does not write to it any more. */
  constructor(array: FloatArray) {
    this.#array = array;
    this.dtype = array instanceof Float64Array ? "float64" : "float32";
    this.length = array.length;
  }

  /** The numbers themselves: writing here changes the tensor. */
  get array(): FloatArray {
    return this.#array;
  }
}

/** New numbers, all 0. */
export function allocate(dtype: DType, length: number): Storage {
  try {
    return new Storage(dtype === "float64" ? new Float64Array(length) : new Float32Array(length));
  } catch (cause) {
    const bytes = length * (dtype === "float64" ? 8 : 4);
    throw new RangeError(
      `Cannot allocate ${length} numbers of ${dtype}: ${bytes} bytes were asked for`,
      { cause },
    );
  }
}

/** New numbers, copied from `values` and rounded to `dtype`. */
export function copyOf(values: ArrayLike<number> | Storage, dtype: DType): Storage {
  const storage = allocate(dtype, values.length);
  storage.array.set(values instanceof Storage ? values.array : values);
  return storage;
}
