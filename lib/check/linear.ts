// The arguments of a linear layer.

import { checkSameDType } from "./dtype.ts";
import { formatShape, sizeOf } from "./shape.ts";
import { checkTensor, type TensorLike } from "./tensors.ts";

/** Validates a linear layer: returns how many rows go through it, and how wide they are. */
export function checkLinear(
  x: TensorLike,
  weight: TensorLike,
  bias: TensorLike | undefined,
): [rows: number, width: number] {
  const doing = "apply a linear layer";
  for (const each of bias === undefined ? [x, weight] : [x, weight, bias]) {
    checkTensor(doing, each);
    checkSameDType(`${doing} to`, x, each);
  }
  const [out, width] = weight.shape;
  if (weight.shape.length !== 2 || width === undefined || x.shape.at(-1) !== width) {
    throw new TypeError(
      `Cannot ${doing} of shape ${formatShape(weight.shape)} to ${formatShape(x.shape)}: ` +
        "the weight must be (out, in), where in is the length of the input's last axis",
    );
  }
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
    throw new TypeError(
      `Cannot ${doing}: the bias must be of shape (${out},), got ${formatShape(bias.shape)}`,
    );
  }
  return [sizeOf(x.shape.slice(0, -1)), width];
}
