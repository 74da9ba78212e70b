// The arguments of a loss.

import { describe } from "./describe.ts";
import { IndexError } from "./errors.ts";
import { type Ids, parseIds } from "./ids.ts";
import { checkChoice, checkOptions, type OptionNames } from "./options.ts";
import { formatShape, sameShape, type Shape } from "./shape.ts";
import { checkTensor, type TensorLike } from "./tensors.ts";

/** Options of {@linkcode crossEntropy}. */
export interface CrossEntropyOptions {
  /**
   * What is returned: the "mean" of the losses (the default), their "sum", or each of them
   * ("none").
   */
  readonly reduction?: "mean" | "sum" | "none";
  /**
   * A target to leave out: its loss is 0, and a mean is over the others; by default there is none.
   */
  readonly ignoreIndex?: number;
  /** How much of the target is spread evenly over all classes, in [0, 1]; 0 by default. */
  readonly labelSmoothing?: number;
}

const lossNames: OptionNames<CrossEntropyOptions> = {
  reduction: ["reduce", "sizeAverage"],
  ignoreIndex: ["ignoreId", "paddingIdx"],
  labelSmoothing: ["smoothing"],
};

/**
 * Validates logits and options: returns the number of classes, and the options with their defaults.
 */
export function checkLoss(
  logits: TensorLike,
  options: CrossEntropyOptions,
): { classes: number; reduction: "mean" | "sum" | "none"; smoothing: number } {
  const doing = "take the cross-entropy";
  checkTensor("crossEntropy", logits);
  checkOptions(doing, options, lossNames);
  const { reduction = "mean", ignoreIndex, labelSmoothing = 0 } = options;
  checkChoice(doing, "reduction", reduction, ["mean", "sum", "none"]);
  if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex)) {
    throw new TypeError(
      `Cannot ${doing}: ignoreIndex must be a whole number, got ${describe(ignoreIndex)}`,
    );
  }
  if (typeof labelSmoothing !== "number" || !(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(
      `Cannot ${doing}: labelSmoothing must be a number in [0, 1], got ${describe(labelSmoothing)}`,
    );
  }
  return {
    classes: logits.shape[logits.shape.length - 1] ?? 0,
    reduction,
    smoothing: labelSmoothing,
  };
}

/**
 * Returns targets with class 0 in place of `ignoreIndex`, and for each whether it counts; `counts`
 * is undefined if all of them do.
 */
export function maskTargets(
  targets: Ids,
  ignoreIndex: number | undefined,
): { ids: Ids; counts: Uint8Array | undefined } {
  if (ignoreIndex === undefined) return { ids: targets, counts: undefined };
  const { data, shape } = parseIds(targets);
  const counts = Uint8Array.from(data, (id) => Number(id !== ignoreIndex));
  const kept = data.map((id) => id === ignoreIndex ? 0 : id);
  const wide = kept.find((id) => Math.abs(id) >= 2 ** 31);
  if (wide !== undefined) throw new IndexError(`Cannot take the cross-entropy of class ${wide}`);
  return { ids: { data: Int32Array.from(kept), shape }, counts };
}

/** Refuses targets unless there is one for each row of logits. */
export function checkTargets(targets: Shape, logits: Shape): void {
  if (logits.length > 0 && sameShape(targets, logits.slice(0, -1))) return;
  throw new TypeError(
    `Cannot take the cross-entropy of logits ${formatShape(logits)} ` +
      `against targets ${formatShape(targets)}: wanted one target for each row of logits`,
  );
}
