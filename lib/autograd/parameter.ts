// Parameters: the tensors that training changes.

import { describe } from "../check/describe.ts";
import { markKind } from "../check/marks.ts";
import { keepName, refuseUnknownProperties } from "../check/properties.ts";
import type { Shape } from "../check/shape.ts";
import { copyOf, Storage } from "../kernels/storage.ts";
import { Tensor } from "./tensor.ts";

/**
 * A leaf that optimisers update.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Parameter, tensor } from "@minimodel/core";
 *
 * const weight = new Parameter(tensor([[1, 2]]));
 * assertEquals([weight.requiresGrad, weight.shape], [true, [1, 2]]);
 * ```
 */
export class Parameter extends Tensor {
  static {
    keepName(Parameter, "Parameter");
    refuseUnknownProperties(Parameter);
  }

  /** Copies the numbers of `values`. */
  constructor(values: Tensor);
  /**
   * Uses a storage without copying it.
   *
   * @internal
   */
  constructor(values: Tensor | Storage, shape?: Shape);
  constructor(values: Tensor | Storage, shape?: Shape) {
    if (!(values instanceof Tensor || values instanceof Storage)) {
      throw new TypeError(
        `Cannot make a Parameter of ${describe(values)}: wanted a tensor, as tensor(values) makes`,
      );
    }
    const own = values instanceof Tensor
      ? copyOf(values.storage, values.dtype, { lasting: true })
      : values;
    super(own.keep(), shape ?? (values instanceof Tensor ? values.shape : [values.length]), true);
  }
}

// Other copies of the library recognise a parameter by this.
markKind(Parameter.prototype, "Parameter");
