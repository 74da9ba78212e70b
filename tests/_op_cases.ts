// Every op over a spread of shapes: what the tests of gradients and those against PyTorch go through.

import fc from "fast-check";
import { type DType, type Shape, Tensor, tensor } from "minimodel";
import * as ops from "../lib/autograd/ops/mod.ts";
import { type Rule, rules } from "../lib/kernels/rules.ts";
import { opSheets } from "./_op_sheets/mod.ts";
import type { Case, Domain, Kind, OpName, OpParams, OpSheet } from "./_op_sheets/sheet.ts";

export type { Domain, OpName, OpParams } from "./_op_sheets/sheet.ts";

/** An op, the shapes of its inputs, where their numbers lie, and everything else that it is given. */
export interface OpCase {
  readonly op: OpName;
  readonly shapes: readonly Shape[];
  readonly domains: readonly Domain[];
  readonly params: OpParams;
}

/** The names of all ops, from the library itself: one without cases is noticed. */
export const opNames = Object.keys(ops) as OpName[];

/** The ops that are methods of Tensor, from the library itself. */
export const methodNames: readonly OpName[] = opNames.filter((op) =>
  Object.hasOwn(Tensor.prototype, op)
);

/** What is known of an op. */
export function sheetOf(op: OpName): OpSheet {
  return opSheets[op];
}

/** The ops of a kind. */
export function opsOfKind(kind: Kind): OpName[] {
  return opNames.filter((op) => sheetOf(op).kind === kind);
}

/** Where the numbers of an op's input lie: as its sheet says, or its rule. */
export function domainOf(op: OpName, input: number): Domain {
  const rule: Rule | undefined = new Map<string, Rule>(Object.entries(rules)).get(op);
  return sheetOf(op).domains?.[input] ?? (input === 0 ? rule?.domain : undefined) ?? "any";
}

/** What an op is called with. */
function argsOf(op: OpName, inputs: readonly Tensor[], params: OpParams): readonly unknown[] {
  return sheetOf(op).args?.(inputs, params) ?? inputs;
}

/** The op of that name, called on the inputs. */
export function applyOp(op: OpName, inputs: readonly Tensor[], params: OpParams = {}): Tensor {
  return Reflect.apply(ops[op], undefined, argsOf(op, inputs, params));
}

/** The same as a method of its first operand; null where that is no tensor. */
export function applyMethod(
  op: OpName,
  inputs: readonly Tensor[],
  params: OpParams = {},
): Tensor | null {
  const [self, ...others] = argsOf(op, inputs, params);
  return self instanceof Tensor ? Reflect.apply(Reflect.get(self, op), self, others) : null;
}

/** Cases of an op, with where the numbers of every input lie. */
export function casesFrom(op: OpName, cases: readonly Case[]): OpCase[] {
  return cases.map(({ shapes, params, domains }) => ({
    op,
    shapes,
    params,
    domains: shapes.map((_, input) => domains[input] ?? domainOf(op, input)),
  }));
}

/** The cases of one op. */
export function casesOf(op: OpName): OpCase[] {
  return casesFrom(op, sheetOf(op).cases);
}

/** Every case of every op. */
export const opCases: readonly OpCase[] = opNames.flatMap(casesOf);

/** Numbers for one input of a case: whole numbers over 64, in its domain. */
export function numbersFor({ shapes, domains }: OpCase, input: number): fc.Arbitrary<number[]> {
  const size = shapes[input].reduce((product, length) => product * length, 1);
  const [minLength, maxLength] = [size, size];
  const whole = (min: number, max: number) => fc.integer({ min, max }).map((n) => n / 64);
  switch (domains[input]) {
    case "positive":
      return fc.array(whole(32, 128), { minLength, maxLength });
    case "away from 0":
      return fc.array(
        fc.tuple(fc.constantFrom(-1, 1), whole(32, 128)).map(([sign, n]) => sign * n),
        { minLength, maxLength },
      );
    case "sizes all different":
      return fc.tuple(
        fc.uniqueArray(whole(1, 128), { minLength, maxLength }),
        fc.array(fc.constantFrom(-1, 1), { minLength, maxLength }),
      ).map(([sizes, signs]) => sizes.map((size, i) => signs[i] * size));
    case "all different":
      return fc.uniqueArray(whole(-128, 128), { minLength, maxLength });
    default:
      return fc.array(whole(-128, 128), { minLength, maxLength });
  }
}

/** Numbers for all inputs of a case. */
export function numbersForAll(each: OpCase): fc.Arbitrary<number[][]> {
  return fc.tuple(...each.shapes.map((_, input) => numbersFor(each, input)));
}

/** Leaves that get a gradient, with the given numbers. */
export function leavesOf(each: OpCase, numbers: readonly number[][], dtype: DType): Tensor[] {
  return numbers.map((values, i) =>
    tensor(values, { dtype, shape: each.shapes[i], requiresGrad: true })
  );
}

/** A case as text, for messages. */
export function describeCase({ op, shapes, params }: OpCase): string {
  return `${op} of ${JSON.stringify(shapes)} with ${JSON.stringify(params)}`;
}
