// Scopes: tensors that a function makes, and that are not kept, are disposed of at its end.

import { checkFinished, checkPlainFunction } from "../check/options.ts";
import { disposeAfter } from "../kernels/open_scope.ts";
import type { Storage } from "../kernels/storage.ts";
import { storagesOf } from "./row_gradient.ts";
import { Tensor } from "./tensor.ts";

/**
 * Calls `fn`, then disposes of every tensor that was made meanwhile, except those it returns,
 * Parameters and the `grad` of leaves. Around a training step, this lets the next one use its
 * memory.
 *
 * @param fn May return anything; tensors in the result, also inside arrays and objects, are kept.
 * @throws {TypeError} If `fn` returns a promise: what it awaits would run after the scope has
 * ended.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, scope, Sgd } from "@minimodel/core";
 *
 * const embedding = new Embedding(64, 32);
 * const optimizer = new Sgd([embedding.E], { lr: 0.1 });
 * const loss = scope(() => {
 *   const loss = embedding.forward([3, 14, 15]).pow(2).mean();
 *   loss.backward();
 *   return loss.item();
 * });
 * optimizer.step();
 * assertEquals(loss > 0, true);
 * ```
 */
export function scope<Result>(fn: () => Result): Result {
  checkPlainFunction("run in a scope", fn);
  return disposeAfter(fn, (result) => {
    checkFinished("run in a scope", result);
    return storagesIn(result);
  });
}

/** Returns the storages of all tensors inside a value, at any depth. */
function storagesIn(result: unknown): Storage[] {
  const storages: Storage[] = [];
  const seen = new Set<object>();
  const open = [result];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Tensor) { for (const each of storagesOf(value)) storages.push(each); }
    else if (!ArrayBuffer.isView(value)) {
      for (const each of Object.values(value)) open.push(each);
    }
  }
  return storages;
}
