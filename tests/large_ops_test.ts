// Ops on tensors that are large enough for SIMD, against the same ops on parts that are not, and
// their gradients against differences along a line.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import {
  bag,
  crossEntropy,
  type DType,
  matmul,
  noGrad,
  normal,
  record,
  type Tensor,
  tensor,
} from "minimodel";
import { largeCases, largeNumbers } from "./_large_cases.ts";
import { applyOp, describeCase, domainOf, leavesOf, opsOfKind } from "./_op_cases.ts";

const dtypes: readonly DType[] = ["float64", "float32"];

function assertNear(got: Tensor, parts: readonly Tensor[], what: string): void {
  const expected = parts.flatMap(({ data }) => [...data]);
  assertEquals(got.size, expected.length, what);
  const tolerance = got.dtype === "float64" ? 1e-13 : 1e-6;
  expected.forEach((each, i) => {
    const error = Math.abs(got.data[i] - each) / Math.max(1, Math.abs(each));
    assert(error <= tolerance, `${what}: entry ${i} is ${got.data[i]}, in a part ${each}`);
  });
}

/** Rows of a matrix, each as a tensor of its own. */
function rowsOf(x: Tensor): Tensor[] {
  const [, width] = x.shape;
  return Array.from(
    { length: x.shape[0] },
    (_, row) => tensor(x.data.slice(row * width, (row + 1) * width), { shape: [1, width] }),
  );
}

Deno.test("ops of single entries give on many what they give on few", () => {
  const [unary, binary] = [opsOfKind("pointwise"), opsOfKind("elementwise")];
  assert(unary.length >= 9 && binary.length >= 5, `${unary.length} and ${binary.length} ops`);
  for (const dtype of dtypes) {
    const parts = [1, 2, 3, 4, 5].map((seed) => normal([173], { seed, dtype, std: 3 }));
    const others = [6, 7, 8, 9, 10].map((seed) => normal([173], { seed, dtype }));
    const joined = (of: readonly Tensor[]) =>
      tensor(of.flatMap(({ data }) => [...data]), { dtype });
    for (const op of unary) {
      const inputs = domainOf(op, 0) === "positive" ? parts.map((part) => part.mul(part)) : parts;
      const whole = applyOp(op, [joined(inputs)], { dtype });
      assertNear(whole, inputs.map((part) => applyOp(op, [part], { dtype })), op);
    }
    for (const op of binary) {
      const inputs = domainOf(op, 0) === "positive" ? parts.map((part) => part.mul(part)) : parts;
      const whole = applyOp(op, [joined(inputs), joined(others)]);
      assertNear(whole, inputs.map((part, n) => applyOp(op, [part, others[n]])), op);
      const one = applyOp(op, [joined(inputs), others[0].sum()]);
      assertNear(one, inputs.map((part) => applyOp(op, [part, others[0].sum()])), `${op}, scalar`);
    }
  }
});

Deno.test("ops of rows give on many rows what they give on each", () => {
  for (const dtype of dtypes) {
    for (const [rows, width] of [[131, 3], [17, 31], [5, 64], [301, 1], [3, 250]]) {
      const x = normal([rows, width], { seed: width, dtype, std: 4 });
      const each = rowsOf(x);
      const targets = each.map((_, row) => (7 * row) % width);
      for (const op of opsOfKind("softmax")) {
        assertNear(applyOp(op, [x]), each.map((row) => applyOp(op, [row])), op);
      }
      assertNear(
        crossEntropy(x, targets, { reduction: "none" }),
        each.map((row, n) => crossEntropy(row, [targets[n]])),
        "crossEntropy",
      );
      for (const op of opsOfKind("reduction")) {
        const parts = each.map((row) => applyOp(op, [row]));
        assertNear(applyOp(op, [x], { axis: 1 }), parts, op);
        assertNear(applyOp(op, [x.transpose()], { axis: 0 }), parts, `${op} over columns`);
      }
    }
  }
});

Deno.test("a large matrix product is the sum of products of its rows and columns", () => {
  for (const dtype of dtypes) {
    for (const [n, m, p] of [[17, 23, 19], [65, 7, 130], [1, 200, 3], [4, 64, 64]]) {
      const [a, b] = [normal([n, m], { seed: 1, dtype }), normal([m, p], { seed: 2, dtype })];
      const columns = rowsOf(b.transpose()).map((column) => column.reshape([m, 1]));
      const scale = 1 / m;
      const parts = rowsOf(a).flatMap((row) => columns.map((column) => matmul(row, column)));
      const scaled = parts.map((part) => part.mul(scale));
      assertNear(matmul(a, b).mul(scale), scaled, `(${n}, ${m}) times (${m}, ${p})`);
    }
  }
});

Deno.test("large bags are the sums of their rows", () => {
  for (const dtype of dtypes) {
    for (const width of [1, 3, 8, 33]) {
      const table = normal([23, width], { seed: 3, dtype });
      const ids = Array.from({ length: 311 }, (_, n) => (n * n + 3 * n) % 23);
      const offsets = [0, 5, 5, 130, 310];
      const rows = rowsOf(table);
      const parts = offsets.map((start, b) =>
        ids.slice(start, offsets[b + 1]).map((id) => rows[id])
          .reduce((total, row) => total.add(row), rows[0].mul(0))
      );
      assertNear(bag(table, ids, { offsets }).div(16), parts.map((part) => part.div(16)), "bag");
    }
  }
});

/** `<dx, v>` is what a step along `v` changes, to a few parts in a million. */
function checkAlongLine(
  op: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  what: string,
): void {
  const y = op(...inputs);
  const weights = normal(y.shape, { seed: 1 });
  y.backward(weights);
  const directions = inputs.map((input, i) => normal(input.shape, { seed: 2 + i }));
  const at = (distance: number) =>
    noGrad(() => {
      const moved = inputs.map((input, i) => input.add(directions[i].mul(distance)));
      return op(...moved).mul(weights).sum().item();
    });
  const expected = (at(1e-6) - at(-1e-6)) / 2e-6;
  const got = inputs.reduce(
    (total, { grad }, i) => total + (grad?.mul(directions[i]).sum().item() ?? 0),
    0,
  );
  const error = Math.abs(got - expected) / Math.max(1, Math.abs(expected));
  assert(error < 1e-5, `${what}: along a line ${expected}, by the gradient ${got}`);
}

Deno.test("gradients of large tensors are what differences along a line say", () => {
  for (const each of largeCases) {
    if (each.op === "cast") continue;
    const inputs = leavesOf(each, largeNumbers(each, 1), "float64");
    checkAlongLine(
      (...inputs) => applyOp(each.op, inputs, each.params),
      inputs,
      describeCase(each),
    );
  }
});

Deno.test("the check along a line refuses a gradient of which one entry of 300 is wrong", () => {
  const x = normal([300], { seed: 5 });
  x.requiresGrad = true;
  const wrong = (x: Tensor) =>
    record("wrong", [x], x.data.slice(), x.shape, (dy) => {
      const dx = dy.mul(1);
      dx.data[299] += 0.1;
      return [dx];
    });
  assertThrows(() => checkAlongLine(wrong, [x], "wrong"), AssertionError, "along a line");
});
