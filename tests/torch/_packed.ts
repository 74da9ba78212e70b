// Tensors on their way to PyTorch and back: the base64 of their little-endian bytes.

import { type DType, type Shape, type Tensor, tensor } from "minimodel";

/** A tensor as text. */
export interface Packed {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bits: string;
}

/** Writes a tensor. */
export function pack({ data, dtype, shape }: Tensor): Packed {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype, shape, bits: bytes.slice().toBase64() };
}

/** Reads a tensor. */
export function unpack({ dtype, shape, bits }: Packed): Tensor {
  const { buffer } = Uint8Array.fromBase64(bits);
  return tensor(dtype === "float64" ? new Float64Array(buffer) : new Float32Array(buffer), {
    shape,
  });
}
