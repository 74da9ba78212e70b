// The two kinds of error that minimodel adds to JavaScript's own TypeError and RangeError.

import { keepName } from "./properties.ts";

/**
 * An id or index out of range; the message names the id, its position and the range.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { Embedding, IndexError } from "@minimodel/core";
 *
 * assertThrows(() => new Embedding(64, 32).forward([100]), IndexError, "id 100 at position [0]");
 * ```
 */
export class IndexError extends RangeError {
  /** Always "IndexError". */
  override readonly name = "IndexError";

  static {
    keepName(IndexError, "IndexError");
  }
}

/**
 * A file that is not what it should be; the message says which file, what and where.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { decodeNpy, FormatError } from "@minimodel/core";
 *
 * assertThrows(() => decodeNpy(new Uint8Array(3)), FormatError);
 * ```
 */
export class FormatError extends Error {
  /** Always "FormatError". */
  override readonly name = "FormatError";

  static {
    keepName(FormatError, "FormatError");
  }
}

/**
 * A property that should hold does not; the message says which, where, what was expected and what
 * came out.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { CheckError, checkGradients, record, type Tensor, tensor } from "@minimodel/core";
 *
 * const x = tensor([1, 2], { requiresGrad: true });
 * const wrong = (x: Tensor) => record("wrong", [x], x.data.slice(), x.shape, (dy) => [dy.mul(2)]);
 * assertThrows(() => checkGradients(() => wrong(x), [x]), CheckError, "input 0 at [0]");
 * ```
 */
export class CheckError extends Error {
  /** Always "CheckError". */
  override readonly name: string = "CheckError";

  static {
    keepName(CheckError, "CheckError");
  }
}
