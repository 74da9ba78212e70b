// Gradients of rows, how tensors are printed, and what scopes keep.

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  gather,
  IndexError,
  ones,
  Parameter,
  RowGradient,
  scope,
  type Tensor,
  tensor,
  zeros,
} from "minimodel";
import { bytesHeld } from "../lib/kernels/memory.ts";
import { wrong } from "./_refused.ts";

/** The message of the TypeError that a call is refused with. */
function refusalOf(call: () => unknown): string {
  const error = assertThrows(call, TypeError);
  assertEquals(error.constructor, TypeError);
  return error.message;
}

Deno.test("a gradient of rows is copied where it is handed out, and ascends within its table", () => {
  const rows = Int32Array.of(1, 3);
  const gradient = new RowGradient(rows, ones([2, 2]), [4, 2]);
  rows[0] = 0;
  gradient.rows[1] = 0;
  assertEquals(gradient.rows, Int32Array.of(1, 3));
  assertEquals(gradient.toArray(), [[0, 0], [1, 1], [0, 0], [1, 1]]);
  const refusals: [rows: number[], said: string][] = [
    [[-1, 0], "row -1 at position [0]: rows must ascend, here in [0, 4)"],
    [[0, 0], "row 0 at position [1]: rows must ascend, here in [1, 4)"],
    [[2, 1], "row 1 at position [1]: rows must ascend, here in [3, 4)"],
    [[0, 4], "row 4 at position [1]: rows must ascend, here in [1, 4)"],
  ];
  for (const [each, said] of refusals) {
    const error = assertThrows(
      () => new RowGradient(Int32Array.from(each), ones([2, 2]), [4, 2]),
      IndexError,
    );
    assertEquals(error.message, `Cannot make a RowGradient of ${said}`);
  }
  assertEquals(
    refusalOf(() => new RowGradient(wrong([1]), ones([1, 2]), [4, 2])),
    "Cannot make a RowGradient: rows must be an Int32Array, got a value of kind Array",
  );
  assertEquals(
    refusalOf(() => new RowGradient(rows, wrong(1), [4, 2])),
    "Cannot make a RowGradient: values must be a tensor, got 1",
  );
  assertEquals(
    refusalOf(() => new RowGradient(rows, ones([2, 3]), [4, 2])),
    "Cannot make a RowGradient of 2 rows for shape (4, 2): " +
      "values must be of shape (2, 2), got (2, 3)",
  );
  assertThrows(() => new RowGradient(rows, ones([2]), []), TypeError, "for shape ()");
});

Deno.test("two gradients of rows add up to one of rows, a whole one makes them whole", () => {
  const table = new Parameter(zeros([4, 1]));
  gather(table, [3, 1], { sparse: true }).sum().backward();
  gather(table, [1, 0], { sparse: true }).sum().backward();
  const { grad } = table;
  assert(grad instanceof RowGradient);
  assertEquals([grad.rows, grad.values.toArray()], [Int32Array.of(0, 1, 3), [[1], [2], [1]]]);
  table.sum().backward();
  assert(!(table.grad instanceof RowGradient));
  assertEquals(table.grad?.toArray(), [[2], [3], [1], [2]]);
});

Deno.test("numbers are printed with four decimals, large and small ones with a power", () => {
  const printed: [number, string][] = [
    ...[[999_999, "999999"], [-999_999, "-999999"], [1e6, "1.000e+6"]] as [number, string][],
    ...[[-1e6, "-1.000e+6"], [0.5, "0.5000"], [-0.0001, "-0.0001"]] as [number, string][],
    ...[[-0.00009, "-9.000e-5"], [999_999.5, "999999.5000"]] as [number, string][],
    ...[[-1_000_000.5, "-1.000e+6"], [Infinity, "Infinity"], [-0, "-0"]] as [number, string][],
  ];
  for (const [value, text] of printed) {
    assertEquals(`${tensor(value)}`, `Tensor () float64\n${text}`);
  }
});

Deno.test("a scope keeps what its result holds, at any depth, and frees the rest", () => {
  const freed: Tensor[] = [];
  const make = () => {
    const y = ones([100]).mul(2);
    freed.push(y);
    return y;
  };
  const kept = scope(() => {
    make();
    const inner = scope(() => [make(), { deep: [make()] }]);
    make();
    return new Map(Object.entries({ inner })).get("inner");
  });
  assertEquals(freed.map(({ isDisposed }) => isDisposed), [true, false, false, true]);
  assert(kept !== undefined);
  const loop: Record<string, unknown> = { y: ones([50]) };
  loop.self = loop;
  assertStrictEquals(scope(() => loop), loop);
});

Deno.test("a gradient of rows frees its rows and its whole, and is transferred with either", () => {
  const values = ones([1, 2 ** 12]);
  const before = bytesHeld();
  const gradient = new RowGradient(Int32Array.of(1), values, [3, 2 ** 12]);
  assertEquals(bytesHeld() - before, 2 ** 15);
  assertEquals(gradient.storage.length, 3 * 2 ** 12);
  assertEquals(bytesHeld() - before, 4 * 2 ** 15);
  gradient.dispose();
  assertEquals([gradient.isDisposed, bytesHeld() - before], [true, 0]);
  const other = new RowGradient(Int32Array.of(1), ones([1, 40]), [3, 40]);
  assertEquals(other.isTransferred, false);
  structuredClone(other.data, { transfer: [other.data.buffer as ArrayBuffer] });
  assertEquals(other.isTransferred, true);
});

Deno.test("a tensor that has lost its numbers says so where it is shown", () => {
  const [gone, sent] = [tensor([1, 2]), tensor([[1]], { requiresGrad: true })];
  gone.dispose();
  structuredClone(sent.data, { transfer: [sent.data.buffer as ArrayBuffer] });
  assertEquals([`${gone}`, `${sent}`], [
    "Tensor (2,) float64, disposed of",
    "Tensor (1, 1) float64 requiresGrad, transferred",
  ]);
});
