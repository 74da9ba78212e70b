import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { FormatError } from "../lib/check/errors.ts";
import { decodeNpy, encodeNpy } from "../lib/io/npy.ts";
import { type Codec, npyFile, slowRead } from "./_npy_cases.ts";
import {
  allocatesNothingForClaims,
  keepsBits,
  readsGoodFiles,
  readsKnownValues,
  refusesOtherLengths,
  roundTrips,
  survivesMutations,
  writesExactBytes,
  writesNaturalKinds,
} from "./_npy_checks.ts";
import { refusesBadHeaders, refusesBadInput } from "./_npy_refusals.ts";
import { type Mistake, wrongCodec } from "./_npy_wrong_codecs.ts";

const codec: Codec = { encodeNpy, decodeNpy };

Deno.test("encodeNpy writes exactly the bytes of the format document", () => {
  writesExactBytes(codec);
});

Deno.test("decodeNpy refuses float16 where the engine has no Float16Array", () => {
  const half = encodeNpy({ data: new Float16Array([1, 2]), shape: [2] });
  const own = Object.getOwnPropertyDescriptor(globalThis, "Float16Array") ?? {};
  Reflect.deleteProperty(globalThis, "Float16Array");
  try {
    const message = "dtype '<f2' needs a Float16Array, which this JavaScript engine does not have";
    assertThrows(() => decodeNpy(half), FormatError, message);
    assertEquals(decodeNpy(encodeNpy({ data: new Float32Array([1]), shape: [1] })).shape, [1]);
  } finally {
    Object.defineProperty(globalThis, "Float16Array", own);
  }
});

Deno.test("encodeNpy writes every typed array as its own kind", () => writesNaturalKinds(codec));

Deno.test("encodeNpy refuses what is no array with a TypeError that says why", () => {
  refusesBadInput(codec);
});

Deno.test("decodeNpy gives back every array that encodeNpy wrote, bit for bit", () => {
  roundTrips(codec);
});

Deno.test("decodeNpy reads every kind, order, shape, version and spelling", () => {
  readsGoodFiles(codec);
});

Deno.test("decodeNpy reads known bytes as the numbers they mean", () => readsKnownValues(codec));

Deno.test("NaN payloads, -0 and subnormals keep their bits", () => keepsBits(codec));

Deno.test("decodeNpy refuses a file cut at any byte and one with bytes to spare", () => {
  refusesOtherLengths(codec);
});

Deno.test("decodeNpy says what is wrong with a header and where", () => refusesBadHeaders(codec));

Deno.test("decodeNpy allocates nothing for a hostile shape", () => {
  allocatesNothingForClaims(codec);
});

Deno.test("decodeNpy names the file in its message when it is told the name", () => {
  const { message } = assertThrows(
    () => decodeNpy(new Uint8Array(3), { name: "E.npy" }),
    FormatError,
  );
  assertEquals(message, "Cannot decode E.npy: magic string wants 0x93 at byte 0, got 0x00");
});

Deno.test("Fuzz: 30,000 mutated files are refused or read as what their bytes say", () => {
  const { read, ofWhichOtherHeader, refused } = survivesMutations(codec, 30_000);
  console.log(
    `30000 mutated files: ${read} read right (${ofWhichOtherHeader} with another header), ` +
      `${refused} refused, none read wrong`,
  );
  assertEquals(read + refused, 30_000);
  assertGreater(ofWhichOtherHeader, 2_000);
  assertGreater(refused, 10_000);
});

/** For each planted mistake, the checks that must refuse it. */
const refusals: [Mistake, ((codec: Codec) => void)[]][] = [
  ["ignores fortran_order", [readsGoodFiles, readsKnownValues, fuzz]],
  [
    "ignores the byte order",
    [readsGoodFiles, readsKnownValues, keepsBits, roundTrips, fuzz],
  ],
  ["makes all NaN the same", [keepsBits]],
  ["loses the payload of NaN when writing", [keepsBits]],
  ["ignores bytes after the data", [refusesOtherLengths, fuzz]],
  ["fills in zeros for missing data", [refusesOtherLengths, fuzz]],
  ["allocates what the header claims", [allocatesNothingForClaims]],
  ["crashes with an error of its own", [refusesOtherLengths, fuzz]],
  ["takes an aligned offset for granted", [readsGoodFiles, roundTrips]],
  ["pads to 16 bytes", [writesExactBytes]],
  ["swaps bytes in the caller's array", [roundTrips]],
  ["reads float128 as complex128", [refusesBadHeaders]],
];

function fuzz(codec: Codec): void {
  survivesMutations(codec, 5_000);
}

for (const [mistake, checks] of refusals) {
  Deno.test(`The checks refuse a codec that ${mistake}`, () => {
    const wrong = wrongCodec(mistake);
    const plain = npyFile({ descr: "<f8", shape: [2, 3] });
    const array = decodeNpy(plain);
    assertEquals(wrong.decodeNpy(plain), array, "it must do well otherwise");
    assertEquals(decodeNpy(wrong.encodeNpy(array)), array, "it must do well otherwise");
    for (const check of checks) {
      let refused = false;
      try {
        check(wrong);
      } catch {
        refused = true;
      }
      assert(refused, `${check.name} must refuse a codec that ${mistake}`);
    }
  });
}

Deno.test("The slow reader knows Fortran order, byte order and complex parts by itself", () => {
  const payload = Uint8Array.from({ length: 32 }, (_, i) => i);
  const { dtype, shape, bits } = slowRead(
    npyFile({ descr: ">c8", shape: [2, 2], fortranOrder: true, payload }),
  );
  assertEquals({ dtype, shape }, { dtype: ">c8", shape: [2, 2, 2] });
  assertEquals(
    Array.from(bits),
    [3, 2, 1, 0, 7, 6, 5, 4, 19, 18, 17, 16, 23, 22, 21, 20]
      .concat([11, 10, 9, 8, 15, 14, 13, 12, 27, 26, 25, 24, 31, 30, 29, 28]),
  );
});
