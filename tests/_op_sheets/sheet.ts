// What the tests know of an op: one sheet, from which everything else follows. The small and large
// cases, the planted derivatives, the calls of PyTorch, the random graphs and the fuzz all read it.

import type { DType, Ids, Shape, Tensor } from "minimodel";
import type * as ops from "../../lib/autograd/ops/mod.ts";
import type { Mask } from "../../lib/check/mask.ts";
import type { Slot } from "../_api_harness.ts";

type Ops = typeof ops;

/** Name of an op. */
export type OpName = {
  [Name in keyof Ops]: Ops[Name] extends (...given: never[]) => Tensor ? Name : never;
}[keyof Ops];

/** What an op is given beside tensors, as JSON: PyTorch is asked the same. */
export interface OpParams {
  /** An operand that is a number, on the left or right of the tensor. */
  readonly left?: number;
  readonly right?: number;
  readonly axis?: number | readonly number[];
  readonly keepdims?: boolean;
  readonly perm?: readonly number[];
  readonly shape?: readonly number[];
  readonly starts?: readonly (number | null)[];
  readonly stops?: readonly (number | null)[];
  readonly steps?: readonly number[];
  readonly ids?: Ids;
  readonly count?: number;
  readonly offsets?: Ids;
  readonly includeLastOffset?: boolean;
  readonly mean?: boolean;
  readonly paddingIdx?: number;
  readonly sparse?: boolean;
  readonly reduction?: "mean" | "sum" | "none";
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
  readonly min?: number;
  readonly max?: number;
  readonly condition?: Mask;
  /** The p of a norm; JSON has no Infinity, and makes it null. */
  readonly p?: number;
  readonly dtype?: DType;
}

/** Where the numbers of an input lie, so that no kink or pole is near. */
export type Domain = "any" | "positive" | "away from 0" | "all different" | "sizes all different";

/** Where the numbers of some inputs lie, by their places. */
export interface Domains {
  readonly [input: number]: Domain;
}

/** The shapes of an op's inputs and everything else that it is given. */
export interface Case {
  readonly shapes: readonly Shape[];
  readonly params: OpParams;
  /** Where the numbers of inputs lie, if elsewhere than the op's. */
  readonly domains: Domains;
}

/** How a planted gradient is taken: from that of the result, the inputs and the result. */
export type Planted = (dy: Tensor, inputs: readonly Tensor[], y: Tensor) => (Tensor | null)[];

/** A derivative that someone might take for right, and a case in which it is not. */
export interface WrongGradient {
  /** What is wrong with it. */
  readonly mistake: string;
  readonly shapes: readonly Shape[];
  readonly params: OpParams;
  readonly backward: Planted;
}

/** Where a random graph stands when it comes to an op. */
export interface Draw {
  /** The place of the tensor that the op is drawn for, and the tensor. */
  readonly a: number;
  readonly x: Tensor;
  /** The place of a tensor whose shape broadcasts with that of `x`. */
  readonly b: number;
  /** An axis of `x`, counted from either end; 0 for a scalar. */
  readonly axis: number;
  /** Numbers that decide what is left open. */
  readonly second: number;
  readonly detail: number;
  /** Whether the numbers of `x` are so far apart that rounding cannot change which is larger. */
  readonly isClear: boolean;
  /** Adds a step and gives the place of its result. */
  add(op: OpName, inputs: readonly number[], params?: OpParams): number;
  /** The place of a tensor of the same shape whose numbers lie from 0.5 to 1.5. */
  positive(place: number): number;
}

/**
 * Which general tests an op takes part in, if any: "pointwise" and "elementwise" ones compute entry by
 * entry, of one operand and of two; a "reduction" takes `axis` and `keepdims`; a "softmax" works on
 * each row.
 */
export type Kind = "pointwise" | "elementwise" | "reduction" | "softmax";

/** All that the tests know of an op. */
export interface OpSheet<Name extends OpName = OpName> {
  readonly kind?: Kind;
  /** Small cases: every sort of shape, broadcast and option. */
  readonly cases: readonly Case[];
  /** Cases that are large enough for SIMD, with lengths that leave a rest behind its lanes. */
  readonly large: readonly Case[];
  /** Where the numbers of inputs lie; by default the first's as its rule says, the others' anywhere. */
  readonly domains?: Domains;
  /** What it is called with; by default its inputs. */
  readonly args?: (inputs: readonly Tensor[], params: OpParams) => Parameters<Ops[Name]>;
  readonly wrong: WrongGradient;
  /** What PyTorch calls it, as in torch.nn.functional.gelu, or a function of own_ops.py, as in own.mean. */
  readonly torch: string;
  /** What PyTorch is given by name; a function of own_ops.py gets the params as they are. */
  readonly kwargs?: (params: OpParams) => Record<string, unknown>;
  /** What the fuzz gives to each parameter. */
  readonly slots: readonly Slot[];
  /** Whether it is linear in its inputs in a case, and exactly so; by default in none. */
  readonly linear?: (given: Case) => boolean;
  /** Its step in a random graph; by default it is applied to `a`, and to `b` if it takes two. */
  readonly step?: (draw: Draw) => number;
}

/** The sheets of the ops that a file of lib/autograd/ops exports. */
export type SheetsOf<Family> = { [Name in OpName & keyof Family]: OpSheet<Name> };

/** A case. */
export function made(
  shapes: readonly Shape[],
  params: OpParams = {},
  domains: Domains = {},
): Case {
  return { shapes, params, domains };
}

/** A planted derivative. */
export function plant(
  mistake: string,
  shapes: readonly Shape[],
  backward: Planted,
  params: OpParams = {},
): WrongGradient {
  return { mistake, shapes, params, backward };
}

/** Shapes of one operand: of every rank, and empty. */
export const spread: readonly Shape[] = [[], [1], [4], [2, 3], [2, 1, 3], [0], [2, 0]];

/** The axis of an op that takes only one. */
export function oneAxis({ axis }: OpParams): number | undefined {
  if (axis === undefined || typeof axis === "number") return axis;
  throw new TypeError(`The case needs one axis, got [${axis}]`);
}

/** Ids below `limit`, in no order. */
export function manyIds(count: number, limit: number): number[] {
  return Array.from({ length: count }, (_, n) => (n * n + 3 * n) % limit);
}
