// What must hold of a .npy codec, as functions over any codec: the tests run them on the library's
// and on planted wrong ones, which they must refuse.

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../lib/check/errors.ts";
import type { NpyArray } from "../lib/io/npy.ts";
import { bytesAllocated } from "./_bytes_allocated.ts";
import {
  bitsOf,
  type Codec,
  dataStart,
  descrs,
  goodFiles,
  kinds,
  npyFile,
  product,
  slowRead,
} from "./_npy_cases.ts";
import { mutate, mutations, onlyPayload } from "./_npy_mutations.ts";
import { property } from "./_property.ts";

/** Small arrays become exactly the bytes that the format document asks for. */
export function writesExactBytes({ encodeNpy }: Codec): void {
  const header = (dict: string): number[] =>
    Array.from(
      "\x93NUMPY\x01\x00\x76\x00" + dict.padEnd(117) + "\n",
      (character) => character.charCodeAt(0),
    );
  assertEquals(Array.from(encodeNpy({ data: new Int16Array([1, -2, 300]), shape: [3] })), [
    ...header("{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }"),
    ...[0x01, 0x00, 0xfe, 0xff, 0x2c, 0x01],
  ]);
  assertEquals(Array.from(encodeNpy({ data: new Float64Array([-1.5]), shape: [] })), [
    ...header("{'descr': '<f8', 'fortran_order': False, 'shape': (), }"),
    ...[0, 0, 0, 0, 0, 0, 0xf8, 0xbf],
  ]);
  assertEquals(Array.from(encodeNpy({ data: new Uint8Array([1, 0]), shape: [1, 2] })), [
    ...header("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2), }"),
    ...[1, 0],
  ]);
  assertEquals(
    Array.from(encodeNpy({ data: new Uint8Array([1, 0]), shape: [2, 1] }, { dtype: "|b1" })),
    [...header("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 1), }"), ...[1, 0]],
  );
  assertEquals(
    Array.from(encodeNpy({ data: new Float32Array([1, 2]), shape: [1, 2] }, { dtype: ">c8" })),
    [
      ...header("{'descr': '>c8', 'fortran_order': False, 'shape': (1,), }"),
      ...[0x3f, 0x80, 0, 0, 0x40, 0, 0, 0],
    ],
  );
  assertEquals(
    Array.from(encodeNpy({ data: new BigUint64Array(0), shape: [0, 7] })),
    header("{'descr': '<u8', 'fortran_order': False, 'shape': (0, 7), }"),
  );
  // What is left of 64 after NumPy's room for growth: one byte, then none, for which it adds 64.
  const ones = Array<number>(12).fill(1);
  assertEquals(encodeNpy({ data: new Uint8Array(0), shape: [0, 10, ...ones] }).length, 128);
  assertEquals(encodeNpy({ data: new Uint8Array(0), shape: [0, 100, ...ones] }).length, 192);
  for (const rank of [2, 7, 8, 9, 30, 64]) {
    const bytes = encodeNpy({ data: new Uint8Array(1), shape: Array(rank).fill(1) });
    assertEquals((bytes.length - 1) % 64, 0, `the header of rank ${rank} is padded to 64`);
    assertEquals(bytes[bytes.length - 2], 0x0a, `the header of rank ${rank} ends in a new line`);
  }
}

/** Every kind and shape comes back with its bits, and encoding leaves its input alone. */
export function roundTrips(codec: Codec): void {
  const arrays = fc.tuple(
    fc.constantFrom(...descrs),
    fc.array(fc.nat(5), { maxLength: 4 }),
    fc.integer({ min: 0, max: 15 }),
    fc.infiniteStream(fc.nat(255)),
  );
  property([arrays], ([dtype, logicalShape, offset, bytes]) => {
    const kind = kinds.find(({ code }) => dtype.slice(1) === code);
    assert(kind !== undefined);
    const shape = kind.parts === 2 ? [...logicalShape, 2] : logicalShape;
    const data = new kind.array(product(shape));
    bitsOf(data).set([...bytes.take(data.byteLength)]);
    const before = bitsOf(data).slice();
    const file = codec.encodeNpy({ data, shape }, { dtype });
    assertEquals(bitsOf(data), before, "encoding changed its input");
    assertSame(codec.decodeNpy(misaligned(file, offset)), {
      dtype,
      shape,
      bits: before,
      arrayName: kind.array.name,
    });
  }, { numRuns: 1000 });
}

/** Every kind is written as itself, little endian, when nothing else is asked for. */
export function writesNaturalKinds({ encodeNpy, decodeNpy }: Codec): void {
  for (const { code, array, parts } of kinds) {
    if (parts === 2 || code === "b1") continue;
    const data = new array(6);
    bitsOf(data).forEach((_, i, bits) => bits[i] = 37 * i + 11);
    const expected = { shape: [3, 2], bits: bitsOf(data).slice(), arrayName: array.name };
    const dtype = code.endsWith("1") ? `|${code}` : `<${code}`;
    assertSame(decodeNpy(encodeNpy({ data, shape: [3, 2] })), { ...expected, dtype });
  }
  const clamped = encodeNpy({ data: new Uint8ClampedArray([7, 255]), shape: [2] });
  assertEquals(decodeNpy(clamped), { data: new Uint8Array([7, 255]), shape: [2], dtype: "|u1" });
  const part = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
  assertEquals(decodeNpy(encodeNpy({ data: part, shape: [2] })).data, new Float32Array([2, 3]));
}

/** Every good file is read as the slow reader reads it, wherever it lies in memory. */
export function readsGoodFiles({ decodeNpy }: Codec): void {
  for (const [i, file] of goodFiles.entries()) {
    const before = file.slice();
    assertSame(decodeNpy(file), slowRead(file));
    assertSame(decodeNpy(misaligned(file, 1 + i % 15)), slowRead(file));
    assertEquals(file, before, "decoding changed its input");
  }
  const file = npyFile({ descr: "<i2", shape: [2] });
  const { data, shape } = decodeNpy(file);
  shape.push(3); // it is the caller's
  assertEquals(decodeNpy(file).shape, [2]);
  file.fill(0);
  assertEquals(data.length, 2);
  assert(data[0] !== 0, "the decoded data must be a copy");
}

/** Numbers written by hand are read as those numbers. */
export function readsKnownValues({ decodeNpy }: Codec): void {
  const read = (descr: string, shape: number[], payload: number[], fortranOrder = false) =>
    decodeNpy(npyFile({ descr, shape, fortranOrder, payload: Uint8Array.from(payload) })).data;
  assertEquals(read("|b1", [3], [0, 1, 1]), new Uint8Array([0, 1, 1]));
  assertEquals(read("|i1", [2], [0xff, 0x80]), new Int8Array([-1, -128]));
  assertEquals(read(">u2", [2], [1, 0, 0, 1]), new Uint16Array([256, 1]));
  assertEquals(read("<i4", [1], [0xfe, 0xff, 0xff, 0xff]), new Int32Array([-2]));
  assertEquals(read(">i8", [], [0x80, 0, 0, 0, 0, 0, 0, 1]), new BigInt64Array([1n - 2n ** 63n]));
  assertEquals(read("<u8", [], Array(8).fill(0xff)), new BigUint64Array([2n ** 64n - 1n]));
  assertEquals(read("<f2", [2], [0, 0x3c, 1, 0]), new Float16Array([1, 2 ** -24]));
  assertEquals(read(">f4", [1], [0xc0, 0x20, 0, 0]), new Float32Array([-2.5]));
  assertEquals(
    read(">f8", [1], [0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]),
    new Float64Array([0.1]),
  );
  assertEquals(read(">c8", [1], [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]), new Float32Array([1, -2]));
  assertEquals(read("|u1", [2, 3], [1, 2, 3, 4, 5, 6]), new Uint8Array([1, 2, 3, 4, 5, 6]));
  assertEquals(read("|u1", [2, 3], [1, 2, 3, 4, 5, 6], true), new Uint8Array([1, 3, 5, 2, 4, 6]));
  assertEquals(
    read("|u1", [2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7], true),
    new Uint8Array([0, 4, 2, 6, 1, 5, 3, 7]),
  );
}

/** NaN payloads (quiet and signalling), -0 and subnormals keep their bits in both functions. */
export function keepsBits({ encodeNpy, decodeNpy }: Codec): void {
  const patterns = {
    f2: ["7e01", "7c01", "fdff", "8000", "0001", "83ff"],
    f4: ["7fc00001", "7f800001", "ffbfffff", "80000000", "00000001", "807fffff"],
    f8: ["7ff8000000000001", "7ff0000000000001", "fff7ffffffffffff"].concat(
      ["8000000000000000", "0000000000000001", "800fffffffffffff"],
    ),
    c8: ["7fc00001", "7f800001", "ffbfffff", "80000000", "00000001", "807fffff"],
  };
  for (const [code, words] of Object.entries(patterns)) {
    const big = Uint8Array.fromHex(words.join(""));
    const size = words[0].length / 2;
    const little = big.slice();
    for (let i = 0; i < big.length; i += size) little.subarray(i, i + size).reverse();
    const shape = code === "c8" ? [3, 1] : [3, 2];
    for (const [order, payload] of [["<", little], [">", big]] as const) {
      for (const fortranOrder of [false, true]) {
        const file = npyFile({ descr: `${order}${code}`, shape, payload, fortranOrder });
        const decoded = decodeNpy(file);
        assertSame(decoded, slowRead(file));
        assertEquals(bitsOf(decoded.data).toHex().length, 12 * size);
        if (!fortranOrder) {
          assertEquals(bitsOf(decoded.data), little);
          const again = encodeNpy(decoded, { dtype: decoded.dtype });
          assertEquals(again.slice(-payload.length), payload);
        }
      }
    }
  }
}

/** A file cut anywhere, or followed by anything, is refused. */
export function refusesOtherLengths({ decodeNpy }: Codec): void {
  const files = [
    npyFile({ descr: "<f4", shape: [3], version: 1 }),
    npyFile({ descr: "|u1", shape: [2, 2], version: 2, fortranOrder: true }),
    npyFile({ descr: ">c16", shape: [], version: 3 }),
  ];
  for (const file of files) {
    for (let length = 0; length < file.length; length++) {
      const { message } = assertThrows(() => decodeNpy(file.slice(0, length)), FormatError);
      const where = length < 8
        ? "inside the magic string and version (bytes 0 to 8)"
        : length < (file[6] === 1 ? 10 : 12)
        ? "inside the header length (bytes 8 to"
        : length < 128
        ? `inside the header (bytes ${file[6] === 1 ? 10 : 12} to 128)`
        : `must have ${file.length - 128} bytes from byte 128 on, got ${length - 128}`;
      assert(message.includes(where), `cut to ${length} bytes: ${message}`);
    }
    for (const more of [1, 2, 64]) {
      const longer = new Uint8Array(file.length + more);
      longer.set(file);
      assertThrows(
        () => decodeNpy(longer),
        FormatError,
        `must have ${file.length - 128} bytes from byte 128 on, got ${file.length - 128 + more}`,
      );
    }
  }
}

/** A shape that claims more than is there is refused before anything of that size is allocated. */
export function allocatesNothingForClaims({ decodeNpy }: Codec): void {
  const claims = ["(100000000,)", "(20000, 30000)", "(1099511627776,)", "(9007199254740991,)"]
    .concat(["(99999999, 99999999, 99999999)", "(0, 9007199254740991)"]);
  for (const claim of claims) {
    for (const fortran of ["False", "True"]) {
      const header = `{'descr': '>f8', 'fortran_order': ${fortran}, 'shape': ${claim}, }\n`;
      const file = npyFile({ header });
      const allocated = bytesAllocated(() => {
        assertThrows(() => decodeNpy(file), FormatError, "Cannot decode .npy bytes: ");
      });
      assert(allocated < 100_000, `${allocated} bytes allocated for a claim of ${claim}`);
    }
  }
  const long = npyFile({ version: 2, header: "" });
  new DataView(long.buffer).setUint32(8, 0xffff_ffff, true);
  const allocated = bytesAllocated(() => {
    assertThrows(
      () => decodeNpy(long),
      FormatError,
      "header length at byte 8 must be at most 10000, got 4294967295",
    );
  });
  assert(allocated < 100_000, `${allocated} bytes allocated for a claimed header of 4 GiB`);
}

/** Mutated files are refused with a FormatError, or read as what their bytes say. */
export function survivesMutations(
  { encodeNpy, decodeNpy }: Codec,
  numRuns: number,
): { read: number; ofWhichOtherHeader: number; refused: number } {
  const counts = { read: 0, ofWhichOtherHeader: 0, refused: 0 };
  const cases = fc.tuple(fc.nat(goodFiles.length - 1), mutations);
  property([cases], ([index, changes]) => {
    const good = goodFiles[index];
    const file = changes.reduce<Uint8Array>(mutate, good);
    const before = file.slice();
    let decoded: NpyArray;
    try {
      decoded = decodeNpy(file);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      assert(!onlyPayload(good, changes), `a good header must be read: ${error.message}`);
      counts.refused++;
      return;
    }
    counts.read++;
    const start = dataStart(good);
    if (!equalBits(file.subarray(0, start), good.subarray(0, start))) counts.ofWhichOtherHeader++;
    assertEquals(file, before, "decoding changed its input");
    assertSame(decoded, slowRead(file));
    const { dtype } = decoded;
    assertSame(decodeNpy(encodeNpy(decoded, { dtype })), slowRead(file));
  }, { numRuns });
  return counts;
}

/** A copy of the bytes that starts at this offset of its buffer, with other bytes around it. */
function misaligned(bytes: Uint8Array, offset: number): Uint8Array {
  const around = new Uint8Array(bytes.length + 32).fill(0xa5);
  around.set(bytes, offset);
  return around.subarray(offset, offset + bytes.length);
}

function assertSame(decoded: NpyArray, expected: ReturnType<typeof slowRead>): void {
  const { data, shape, dtype } = decoded;
  assertEquals({ dtype, shape, array: data.constructor.name }, {
    dtype: expected.dtype,
    shape: expected.shape,
    array: expected.arrayName,
  });
  assertEquals(data.length, product(shape));
  if (!equalBits(bitsOf(data), expected.bits)) assertEquals(bitsOf(data), expected.bits);
}

function equalBits(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
