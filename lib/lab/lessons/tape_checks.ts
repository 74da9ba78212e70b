// 02, the notebook on the tape: what must hold of its parts, written once, for anything that has
// the interface: what a learner writes, the library's tape, and wrong ones that must be refused.

import type { Shape, Tensor } from "@minimodel/core";
import type { Check } from "../checks.ts";
import { tryCases } from "../try_cases.ts";
import { additions, graphCases, graphExamples, squarings } from "./_tape_graphs.ts";
import { checkSoftsign, ownOpCases, ownOpExamples } from "./_tape_own_op.ts";
import { checkProduct, checkTanh, ruleCases, ruleExamples } from "./_tape_rules.ts";
import { checkSum, sumCases, sumExamples } from "./_tape_sums.ts";
import { checkOrder, checkSecondWalk, checkWalk } from "./_tape_walks.ts";

/** Numbers that remember how they were made: the tape of the notebook consists of these. */
export interface TapeValue {
  /** The numbers in row-major order. */
  readonly data: Float64Array;
  /** Lengths of the axes, outermost first. */
  readonly shape: Shape;
  /** What it was made from; empty for a leaf. */
  readonly inputs: readonly TapeValue[];
  /** Turns the gradient of the numbers into the gradient of each input. */
  readonly backward: (dy: Float64Array) => Float64Array[];
  /** The gradient that a walk back has found. */
  grad: Float64Array;
}

/** The ops whose backward is to be written. */
export interface TapeOps {
  /** The product, entry by entry, of two values of one shape. */
  mul(a: TapeValue, b: TapeValue): TapeValue;
  /** The hyperbolic tangent of each entry. */
  tanh(x: TapeValue): TapeValue;
}

/** Lists all values that a root was made from, and the root: each once, after its inputs. */
export type InputsFirst = (root: TapeValue) => readonly TapeValue[];

/** Fills in the `grad` of everything that a root was made from: the gradient of the root's sum. */
export type GoBack = (root: TapeValue) => void;

/** Adds up the gradient of a broadcast result over the places in which each number was repeated. */
export type SumTo = (dy: Float64Array, resultShape: Shape, inputShape: Shape) => Float64Array;

/**
 * What must hold of the ops of a tape: right numbers, and a backward that gives each input its
 * gradient.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runChecks, tapeOpChecks, type TapeOps } from "@minimodel/lab";
 *
 * const grad = new Float64Array(1); // no check of an op reads it
 * const ops: TapeOps = {
 *   mul: (a, b) => ({
 *     data: a.data.map((each, i) => each * b.data[i]),
 *     shape: a.shape,
 *     inputs: [a, b],
 *     backward: (dy) => [a, b].map((x) => dy.map((each, i) => each * x.data[i])),
 *     grad,
 *   }),
 *   tanh: (x) => {
 *     const y = x.data.map(Math.tanh);
 *     const backward = (dy: Float64Array) => [dy.map((each, i) => each * (1 - y[i] ** 2))];
 *     return { data: y, shape: x.shape, inputs: [x], backward, grad };
 *   },
 * };
 * const { results } = await runChecks(tapeOpChecks, ops);
 * const wrong = "Given a = [ 2 ], b = [ 3 ], dy = [ 5 ], expected [ [ 15 ], [ 10 ] ], ";
 * assertEquals(results[0].failure?.message, `${wrong}got [ [ 10 ], [ 15 ] ]`);
 * assertEquals(results[1].failure, undefined);
 * ```
 */
export const tapeOpChecks: readonly Check<TapeOps>[] = [
  {
    name: "Product",
    says: "mul(a, b) is a b, and its backward gives da = dy b and db = dy a",
    hold: (ops, options) =>
      tryCases(ruleCases, (rows) => checkProduct(opOf(ops, "mul"), rows), {
        ...options,
        examples: ruleExamples,
      }),
  },
  {
    name: "Tanh",
    says: "tanh(x) is y = tanh x, and its backward gives dx = dy (1 - y^2)",
    hold: (ops, options) =>
      tryCases(ruleCases, (rows) => checkTanh(opOf(ops, "tanh"), rows), {
        ...options,
        examples: ruleExamples,
      }),
  },
];

/**
 * What must hold of the order of a tape: each value once, inputs first, also if there are more
 * paths than anyone can walk.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type InputsFirst, runChecks, tapeOrderChecks } from "@minimodel/lab";
 *
 * const everyPath: InputsFirst = (root) => [...root.inputs.flatMap(everyPath), root];
 * const { results } = await runChecks(tapeOrderChecks, everyPath);
 * const wrong = "expected an order such as x, L, got x, x, L";
 * assertEquals(results[0].failure?.message, `Given x = [ 2 ], steps = "L = x + x", ${wrong}`);
 * ```
 */
export const tapeOrderChecks: readonly Check<InputsFirst>[] = [
  {
    name: "Inputs first",
    says: "inputsFirst(root) lists each value once, after everything that it was made from",
    hold: (inputsFirst, options) =>
      tryCases(graphCases, (graph) => checkOrder(inputsFirst, graph), {
        ...options,
        examples: graphExamples,
      }),
  },
  {
    name: "Forty squarings, in order",
    says: "a chain of 40 squarings, with 2^40 paths, is listed as its 41 values",
    hold: (inputsFirst) => checkOrder(inputsFirst, squarings(40), { squarings: 40 }),
  },
];

/**
 * What must hold of a walk back: the gradient of every leaf is the sum over all its uses, and the
 * backward of every value is called once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runChecks, tapeWalkChecks, type TapeValue } from "@minimodel/lab";
 *
 * function everyPath(at: TapeValue, dy: Float64Array): void {
 *   at.grad = dy; // where it should add
 *   at.backward(dy).forEach((dx, k) => everyPath(at.inputs[k], dx));
 * }
 * const { results } = await runChecks(tapeWalkChecks, (root) => everyPath(root, Float64Array.of(1)));
 * const wrong = "expected the backward of x called once, got called 2 times";
 * assertEquals(results[0].failure?.message, `Given x = [ 2 ], steps = "L = x + x", ${wrong}`);
 * ```
 */
export const tapeWalkChecks: readonly Check<GoBack>[] = [
  {
    name: "Gradients add up",
    says: "goBack(root) gives each leaf the sum of its gradients, and goes into each value once",
    hold: (goBack, options) =>
      tryCases(graphCases, (graph) => checkWalk(goBack, graph), {
        ...options,
        examples: graphExamples,
      }),
  },
  {
    name: "Forty squarings",
    says: "it goes back through 40 squarings in 40 steps, though there are 2^40 paths",
    hold: (goBack) => checkWalk(goBack, squarings(40), { squarings: 40 }),
  },
  {
    name: "Walked twice",
    says: "a second goBack(root) leaves the gradients that the first one found",
    hold: (goBack, options) =>
      tryCases(graphCases, (graph) => checkSecondWalk(goBack, graph), {
        ...options,
        examples: graphExamples,
      }),
  },
];

/**
 * What must hold of a walk back that can go as far as the library's: a chain of 100,000 ops does
 * not overflow the call stack.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runChecks, tapeChainChecks, type TapeValue } from "@minimodel/lab";
 *
 * function goBack(root: TapeValue): void {
 *   const depth = (at: TapeValue): number => at.inputs.length === 0 ? 1 : 1 + depth(at.inputs[0]);
 *   depth(root);
 * }
 * const { results: [{ failure }] } = await runChecks(tapeChainChecks, goBack);
 * const wrong = "expected no error, got RangeError: Maximum call stack size exceeded";
 * assertEquals(failure?.message.slice(0, 61 + wrong.length), `Given additions = 100000, ${wrong}`);
 * ```
 */
export const tapeChainChecks: readonly Check<GoBack>[] = [
  {
    name: "A long chain",
    says: "goBack(root) goes back through 100,000 additions",
    hold: (goBack) => checkWalk(goBack, additions(100_000), { additions: 100_000 }),
  },
];

/**
 * What must hold of undoing a broadcast: a number that was repeated gets the sum of the gradients
 * of all its places.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runChecks, sumToChecks } from "@minimodel/lab";
 *
 * const { results: [{ failure }] } = await runChecks(sumToChecks, (dy) => dy);
 * assertEquals(
 *   failure?.message,
 *   "Given dy = [ 1, 2 ], resultShape = [ 2 ], inputShape = [], " +
 *     "expected a gradient, a Float64Array of 1 number, got Float64Array(2) [ 1, 2 ]",
 * );
 * ```
 */
export const sumToChecks: readonly Check<SumTo>[] = [
  {
    name: "Broadcasting undone",
    says: "each number of the input gets the sum of dy over the places in which it was repeated",
    hold: (sumTo, options) =>
      tryCases(sumCases, (drawn) => checkSum(sumTo, drawn), { ...options, examples: sumExamples }),
  },
];

/**
 * What must hold of `softsign(x) = x / (1 + |x|)` as an op of the library's tape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { abs, add, div } from "@minimodel/core";
 * import { runChecks, softsignChecks } from "@minimodel/lab";
 *
 * // Made of ops that have a backward already.
 * const report = await runChecks(softsignChecks, (x) => div(x, add(abs(x), 1)));
 * assertEquals(report.passed, true);
 * ```
 */
export const softsignChecks: readonly Check<(x: Tensor) => Tensor>[] = [
  {
    name: "Softsign",
    says: "softsign(x) is x / (1 + |x|), and x gets the gradient dy / (1 + |x|)^2",
    hold: (softsign, options) =>
      tryCases(ownOpCases, (rows) => checkSoftsign(softsign, rows), {
        ...options,
        examples: ownOpExamples,
      }),
  },
];

/** An op by its name, if what was given has one. */
function opOf(ops: unknown, name: string): unknown {
  return typeof ops === "object" && ops !== null ? Reflect.get(ops, name) : undefined;
}
