// The marks by which tensors are recognised. A second copy of the library, which `reload` loads,
// has its tensors in another memory: kernels accept only tensors of their own copy, checks of a
// lesson those of any copy.

/** The property that every tensor of this copy has and nothing else. */
export const tensorMark: unique symbol = Symbol("minimodel.Tensor");

/** The property that every tensor of any copy has, with its kind. */
const kindMark = Symbol.for("minimodel.kind");

/** The kinds of tensors that other copies recognise. */
export type Kind = "Tensor" | "Parameter";

/** Marks a prototype: its objects are of this kind. */
export function markKind(prototype: object, kind: Kind): void {
  Object.defineProperty(prototype, kindMark, { value: kind });
}

/**
 * The kind of a tensor of any copy; undefined for anything else.
 *
 * @example
 * ```ts
 * import { tensor } from "@minimodel/core";
 * import { kindOf } from "@minimodel/core/check";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([kindOf(tensor([1, 2])), kindOf([1, 2])], ["Tensor", undefined]);
 * ```
 */
export function kindOf(value: unknown): Kind | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const kind: unknown = Reflect.get(value, kindMark);
  return kind === "Tensor" || kind === "Parameter" ? kind : undefined;
}

/** The kind of a tensor of another copy; undefined for anything else. */
export function kindElsewhere(value: unknown): Kind | undefined {
  return typeof value === "object" && value !== null && !(tensorMark in value)
    ? kindOf(value)
    : undefined;
}
