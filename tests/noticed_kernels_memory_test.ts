// Where numbers live, from inside the kernels' room: how much is held, what shares an array, what is freed.
// The first test must be the first: it looks at a memory that nothing has used.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { matmul, unary } from "../lib/kernels/dispatch.ts";
import { OwnArray } from "../lib/kernels/homes.ts";
import {
  bytesHeld,
  bytesReserved,
  hasLastingBudget,
  releaseBlock,
  takeBlock,
  withScratch,
} from "../lib/kernels/memory.ts";
import { disposeAfter, noteMade, outlive } from "../lib/kernels/open_scope.ts";
import { memory } from "../lib/kernels/kernels.wasm";
import { atPointers } from "../lib/kernels/pointers.ts";
import { allocate, copyOf, reserve, Storage } from "../lib/kernels/storage.ts";
import { largestResult } from "./_largest_result.ts";
import { wrong } from "./_refused.ts";

Deno.test("nothing is held before anything was made, and no block reaches into the scratch", () => {
  assertEquals([bytesHeld(), largestResult()], [0, 512 * 2 ** 20]);
  const first = allocate("float64", 512);
  assertEquals(bytesHeld(), 4096);
  const { buffer, byteOffset } = first.numbers;
  assertEquals([first.pointer(), buffer.byteLength], [byteOffset, bytesReserved()]);
  withScratch(2 ** 20, (scratch) => assert(scratch + 2 ** 20 <= byteOffset));
  const [a, b, out] = [1, 1, 0].map((x) => copyOf(new Float64Array(128 * 128).fill(x), "float64"));
  assert(a !== undefined && b !== undefined && out !== undefined);
  matmul(a, 0, b, 0, out, 0, { rows: 128, shared: 128, columns: 128 }, {});
  assert(out.numbers.every((x) => x === 128));
  assert(first.numbers.every((x) => x === 0), "a product wrote to a block");
  for (const each of [first, a, b, out]) each.dispose();
  assertEquals(bytesHeld(), 0);
  assertThrows(
    () => withScratch(2 ** 20 + 1, () => {}),
    RangeError,
    "Cannot lend a kernel 1048577 bytes to work in",
  );
});

Deno.test("up to 32 results share an array, 4096 bytes and more are a block, others own an array", () => {
  for (const [dtype, bytes] of [["float64", 8], ["float32", 4]] as const) {
    const [least, most] = [1, 32].map((length) => reserve(dtype, length).numbers);
    assert(least !== undefined && most !== undefined);
    assertEquals([least, most].map(({ buffer }) => buffer.byteLength), [768, 768]);
    assertEquals(reserve(dtype, 33).numbers.buffer.byteLength, 33 * bytes);
    assertEquals(reserve(dtype, 32, { lasting: true }).numbers.buffer.byteLength, 32 * bytes);
    const [below, above] = [4096 / bytes - 1, 4096 / bytes].map((length) => reserve(dtype, length));
    assertEquals(below?.pointer(), undefined);
    assertEquals(below?.numbers.buffer.byteLength, 4096 - bytes);
    assert(above?.pointer() !== undefined);
    const lasting = reserve(dtype, 4096 / bytes, { lasting: true });
    assert(lasting.pointer() !== undefined);
    for (const each of [above, lasting]) each?.dispose();
  }
});

Deno.test("parts of a shared array of 768 bytes are 0, and one behind the other until it is full", () => {
  for (const [dtype, bytes] of [["float64", 8], ["float32", 4]] as const) {
    const parts = Array.from({ length: 80 }, () => {
      const storage = reserve(dtype, 16);
      assert(storage.numbers.every((x) => x === 0));
      storage.numbers.fill(1);
      return storage.numbers;
    });
    const buffers = [...Map.groupBy(parts, ({ buffer }) => buffer).values()];
    // The first array was begun before, and the last is not full.
    for (const each of buffers.slice(1, -1)) {
      const wanted = Array.from({ length: 768 / (16 * bytes) }, (_, n) => 16 * bytes * n);
      assertEquals(each.map(({ byteOffset }) => byteOffset), wanted);
    }
    assert(buffers.length > 6);
  }
});

Deno.test("numbers of both dtypes share an array, each at a multiple of its size", () => {
  const last = reserve("float32", 32).numbers;
  const first = last.byteOffset + last.byteLength <= 768 - 24
    ? last
    : reserve("float32", 32).numbers;
  const end = first.byteOffset + first.byteLength;
  const [single, double, next] = (["float32", "float64", "float32"] as const).map((dtype) =>
    reserve(dtype, 1).numbers.byteOffset
  );
  const odd = end % 8 === 0 ? end : end + 4;
  assertEquals([single, double, next], [end, odd + 8, odd + 16]);
});

Deno.test("what lasts is no result, and lets results fill twice as much as it does", () => {
  const free = largestResult();
  const blocks = [takeBlock(64, true), takeBlock(128, false), takeBlock(300 * 2 ** 20, false)];
  const [counted, small, large] = blocks;
  assert(counted !== undefined && small !== undefined && large !== undefined);
  // From 512 MiB to twice 300 MiB and 128 bytes, of which 64 are taken.
  assertEquals(largestResult(), free + 88 * 2 ** 20 + 2 * 128 - 64);
  releaseBlock(large);
  assertEquals(largestResult(), free - 64);
  releaseBlock(small);
  releaseBlock(counted);
  assertEquals(largestResult(), free);
});

Deno.test("128 MiB of parameters are blocks, and of larger ones as much as eight are", () => {
  const large = takeBlock(128 * 2 ** 20, false);
  assert(large !== undefined);
  const MiB = 2 ** 20;
  // What is held and eight times as much as is asked for.
  assertEquals([18, 19].map((size) => hasLastingBudget(size * MiB)), [false, true]);
  releaseBlock(large);
  assertEquals([16, 127].map((size) => hasLastingBudget(size * MiB)), [true, true]);
});

Deno.test("a block is 64 bytes aligned, and given back whole", () => {
  const before = bytesHeld();
  const sizes = [[0, 64], [1, 64], [64, 64], [65, 128], [4096, 4096]] as const;
  const blocks = sizes.map(([bytes, size]) => {
    const block = takeBlock(bytes, true);
    assert(block !== undefined);
    assertEquals([block.start % 64, block.bytes, block.counted], [0, size, true]);
    return block;
  });
  assertEquals(bytesHeld() - before, 64 + 64 + 64 + 128 + 4096);
  for (const block of blocks) releaseBlock(block);
  assertEquals(bytesHeld(), before);
  // More than can be addressed: nothing is held for it afterwards.
  assertEquals(takeBlock(2 ** 32, true), undefined);
  assertEquals(bytesHeld(), before);
});

Deno.test("a storage is made of two kinds of arrays, and of no other", () => {
  for (
    const [array, name] of [[[1], "a value of kind Array"], [
      new Int32Array(1),
      "a value of kind Int32Array",
    ]]
  ) {
    const error = assertThrows(() => new OwnArray(wrong(array)), TypeError);
    assertEquals(
      error.message,
      `Cannot make a Storage of ${name}: wanted a Float64Array or Float32Array`,
    );
  }
  const own = new OwnArray(Float32Array.of(1, 2));
  assertEquals(own.handedOut(), own);
  assertEquals([new Storage(Float32Array.of(1)).dtype, new Storage(Float64Array.of(1)).dtype], [
    ...["float32", "float64"],
  ]);
});

Deno.test("a storage tells what was written to it since a time, and that it is disposed of", () => {
  const storage = reserve("float64", 3);
  storage.noteWrite();
  const time = Number.MAX_SAFE_INTEGER;
  assertEquals([storage.wasWrittenSince(0), storage.wasWrittenSince(time)], [true, false]);
  assertEquals([storage.isDisposed, storage.dispose(), storage.isDisposed], [
    false,
    undefined,
    true,
  ]);
  for (const use of [() => storage.numbers, () => storage.handOut()]) {
    assertThrows(use, TypeError, "disposed of, or made in a scope that has ended");
  }
});

Deno.test("what is made in a scope is disposed of at its end, once, and what it keeps by the outer one", () => {
  const log: string[] = [];
  const thing = (name: string) => {
    const made = { dispose: () => void log.push(name) };
    noteMade(made);
    return made;
  };
  disposeAfter(() => {
    const lasting = disposeAfter(() => {
      thing("inner");
      return [thing("kept"), thing("outlived")];
    }, ([kept]) => kept === undefined ? [] : [kept]);
    assertEquals(log, ["inner", "outlived"]);
    outlive(disposeAfter(() => thing("taken out"), (made) => [made]));
    return lasting;
  }, () => []);
  assertEquals(log, ["inner", "outlived", "kept"]);
  noteMade({ dispose: () => void log.push("outside") });
  assertThrows(() =>
    disposeAfter(() => {
      thing("failed");
      throw new Error("stop");
    }, () => [])
  );
  assertEquals(log, ["inner", "outlived", "kept", "failed"]);
});

Deno.test("zeros are written where others were", () => {
  const used = copyOf(new Float64Array(512).fill(9), "float64");
  const at = used.pointer();
  used.dispose();
  const again = allocate("float64", 512);
  assertEquals(again.pointer(), at);
  assert(again.numbers.every((x) => x === 0));
  const y = reserve("float64", 512);
  unary("neg", again, y);
  assert(y.numbers.every((x) => Object.is(x, -0)));
});

Deno.test("of operands elsewhere, what is only read is not written, and what is only written is not read", () => {
  const at = (pointer: number) => new Float64Array(memory.buffer, pointer, 512);
  const before = takeBlock(3 * 4096, true);
  assert(before !== undefined);
  new Float64Array(memory.buffer, before.start, 3 * 512).fill(5);
  releaseBlock(before);
  const [read, both, written] = [1, 2, 3].map((x) =>
    new Storage(new Float64Array(512).fill(x))
  ) as [Storage, Storage, Storage];
  const room = largestResult();
  const done = atPointers({ read: [read], update: [both], write: [written] }, (...pointers) => {
    const views = pointers.map(at);
    assertEquals(views.map(([x]) => x), [1, 2, 5]);
    assertEquals(room - largestResult(), 3 * 4096);
    for (const view of views) view.fill(7);
    return "done";
  });
  assertEquals(done, { value: "done" });
  assertEquals([read, both, written].map(({ numbers }) => numbers[511]), [1, 7, 7]);
  // As many as may be copied, and one less.
  const call = (most: number) => atPointers({ read: [read], write: [written] }, () => 1, most);
  assertEquals([call(1024), call(1023)], [{ value: 1 }, undefined]);
});
