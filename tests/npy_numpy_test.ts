import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../lib/check/errors.ts";
import { decodeNpy, encodeNpy, type NpyArray } from "../lib/io/npy.ts";
import {
  bitsOf,
  type Codec,
  dataStart,
  descrs,
  goodFiles,
  kinds,
  payloadFor,
  shapes,
} from "./_npy_cases.ts";
import { type Loaded, NumPy } from "./_numpy.ts";
import { mutate, mutations } from "./_npy_mutations.ts";
import { wrongCodec } from "./_npy_wrong_codecs.ts";
import { asyncProperty } from "./_property.ts";
import { findPython } from "./_python.ts";

const python = findPython();
if (python === undefined) {
  console.log("NumPy tests skipped: no .venv; run deno task lab once");
}

function numpyTest(name: string, run: (numpy: NumPy) => Promise<void>): void {
  Deno.test({
    name,
    ignore: python === undefined,
    fn: async () => {
      if (python === undefined) return;
      await using numpy = new NumPy(python);
      await run(numpy);
    },
  });
}

/** A decoded array is the one that NumPy loaded, bit for bit and number for number. */
function assertSame({ data, shape, dtype }: NpyArray, loaded: Loaded): void {
  const kind = kinds.find(({ code }) => dtype.slice(1) === code);
  assert(kind !== undefined);
  assertEquals(dtype, loaded.descr);
  assertEquals(data.constructor, kind.array);
  assertEquals(shape, kind.parts === 2 ? [...loaded.shape, 2] : loaded.shape);
  assertEquals(bitsOf(data).toBase64(), loaded.bits);
  const values = Array.from<number | bigint>(data);
  // A byte of a bool that is neither 0 nor 1 is kept here; NumPy prints it as True.
  if (dtype === "|b1") values.forEach((value, i) => values[i] = value === 0 ? 0 : 1);
  assertEquals(values, loaded.values.flat().map(numberOf(data)));
}

/** Reads a number as Python prints it. */
function numberOf(data: NpyArray["data"]): (text: string) => number | bigint {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return BigInt;
  const names = new Map([["inf", Infinity], ["-inf", -Infinity], ["True", 1], ["False", 0]]);
  return (text) => names.get(text) ?? Number(text);
}

function payload(descr: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = payloadFor(descr, shape);
  return descr === "|b1" ? bytes.map((byte) => byte & 1) : bytes;
}

/** The array that NumPy is given for a descr and shape, in our terms. */
function arrayFor(descr: NpyArray["dtype"], shape: readonly number[]): NpyArray {
  const kind = kinds.find(({ code }) => descr.slice(1) === code);
  assert(kind !== undefined);
  const bits = payload(descr, shape);
  const size = Number(descr.slice(2)) / kind.parts;
  if (descr[0] === ">") {
    for (let i = 0; i < bits.length; i += size) bits.subarray(i, i + size).reverse();
  }
  const data = new kind.array(bits.buffer);
  return { data, shape: kind.parts === 2 ? [...shape, 2] : [...shape], dtype: descr };
}

/** Everything that NumPy writes is read as the array that it was given. */
async function readsWhatNumPyWrites({ decodeNpy }: Codec, numpy: NumPy): Promise<number> {
  let files = 0;
  for (const descr of descrs) {
    for (const shape of shapes) {
      for (const order of ["C", "F"]) {
        for (const version of [null, [1, 0], [2, 0], [3, 0]]) {
          const data = payload(descr, shape).toBase64();
          const file = await numpy.file({ op: "save", descr, shape, order, data, version });
          const decoded = decodeNpy(file);
          assertEquals(decoded, arrayFor(descr, shape));
          if (version === null) {
            const loaded = await numpy.load(file);
            assert(typeof loaded !== "string", String(loaded));
            const longAxes = shape.includes(0) ? 0 : shape.filter((size) => size > 1).length;
            assertEquals(loaded.fortran, order === "F" && longAxes > 1);
            assertSame(decoded, loaded);
          }
          files++;
        }
      }
    }
  }
  return files;
}

/** Every array becomes the very bytes that numpy.save writes for it. */
async function writesWhatNumPyWrites({ encodeNpy }: Codec, numpy: NumPy): Promise<number> {
  let files = 0;
  const wide: number[][] = [7, 8, 9, 20, 63, 64].map((rank) => Array(rank).fill(1));
  for (const size of [1, 10, 100]) wide.push([0, size, ...Array<number>(12).fill(1)]);
  for (const descr of descrs) {
    for (const shape of [...shapes, ...wide, [1000], [100, 1], [12, 34, 5], [0, 123456789]]) {
      const data = payload(descr, shape).toBase64();
      const { dtype, ...array } = arrayFor(descr, shape);
      const file = encodeNpy(array, { dtype });
      assertEquals(
        file.toBase64(),
        (await numpy.file({ op: "save", descr, shape, order: "C", data })).toBase64(),
        `${descr} of shape ${shape}`,
      );
      files++;
    }
  }
  return files;
}

/** Good files in every spelling are read as NumPy reads them. */
async function agreesOnSpellings({ decodeNpy }: Codec, numpy: NumPy): Promise<number> {
  for (const file of goodFiles) {
    const loaded = await numpy.load(file);
    assert(typeof loaded !== "string", String(loaded));
    assertSame(decodeNpy(file), loaded);
  }
  return goodFiles.length;
}

const codec: Codec = { encodeNpy, decodeNpy };

numpyTest("decodeNpy reads every file that NumPy writes", async (numpy) => {
  const files = await readsWhatNumPyWrites(codec, numpy);
  assertEquals(files, descrs.length * shapes.length * 2 * 4);
});

numpyTest("encodeNpy writes the very bytes that numpy.save writes", async (numpy) => {
  const files = await writesWhatNumPyWrites(codec, numpy);
  assertEquals(files, descrs.length * (shapes.length + 13));
});

numpyTest("decodeNpy and NumPy agree on every spelling of a header", async (numpy) => {
  assertEquals(await agreesOnSpellings(codec, numpy), goodFiles.length);
});

numpyTest(
  "Files on disk pass from NumPy to decodeNpy and from encodeNpy to NumPy",
  async (numpy) => {
    const folder = await Deno.makeTempDir();
    try {
      for (const descr of descrs) {
        const shape = [3, 4];
        const path = `${folder}/${descr.slice(1)}.npy`;
        const data = payload(descr, shape).toBase64();
        await numpy.ask({ op: "save_path", path, descr, shape, order: "F", data });
        const decoded = decodeNpy(await Deno.readFile(path));
        assertEquals(decoded, arrayFor(descr, shape));
        await Deno.writeFile(path, encodeNpy(decoded, { dtype: decoded.dtype }));
        assertSame(decoded, await numpy.ask<Loaded>({ op: "load_path", path }));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

numpyTest(
  "decodeNpy refuses by name the kinds that NumPy has and JavaScript has not",
  async (numpy) => {
    const names = {
      "float128": "float128",
      "complex256": "complex256",
      "bytes": "byte strings",
      "strings": "Unicode strings",
      "variable strings": "Python objects",
      "datetimes": "datetime64",
      "timedeltas": "timedelta64",
      "objects": "Python objects",
      "void": "void or structured records",
      "records": "structured records",
      "records with a name outside Latin-1": "structured records",
      "large records": "header length at byte 8 must be at most",
    };
    for (const [name, said] of Object.entries(names)) {
      const file = await numpy.file({ op: "save_other", name });
      const { message } = assertThrows(() => decodeNpy(file), FormatError);
      assertStringIncludes(message, said);
    }
  },
);

// What numpy.load takes and decodeNpy refuses, bytes behind the data apart: kinds that JavaScript
// has not, and spellings of Python that no writer of .npy files needs.
const stricter = [
  /: descr '.*' (means .*, which no typed array can hold|does not say its byte order, .*)$/,
  /: descr '.*' is not a NumPy dtype such as '<f8'$/,
  /: header has .* at byte \d+: descr is a (list|tuple), which means .*$/,
  /: header has '(#|\\x0c|\\)' at byte \d+: .*$/,
  /: header has .* at byte \d+: (a dimension must be a decimal integer|a string must not hold .*)$/,
  /: header has 'L' at byte \d+: ',' or '\)' must follow a dimension$/,
  /: shape must be of less than 2\^53 bytes, got \(.*\)$/,
  /: header has '\\x0[ad]' at byte \d+: the header must be a dict$/,
  /: header has '[rRuU]' at byte \d+: .* must be a string$/,
  /: header key '.*' at byte \d+ must not be there twice$/,
];

/** The file with a new line for the last blank of its header: NumPy minds, in version 3.0 only. */
function withLineEnd(file: Uint8Array): Uint8Array {
  const last = dataStart(file) - 1;
  return file.with(last, [0x20, 0x09].includes(file[last]) ? 0x0a : file[last]);
}

numpyTest(
  "Fuzz: what decodeNpy reads of 5,000 mutated files, NumPy reads the same",
  async (numpy) => {
    const counts = { same: 0, refusedByBoth: 0, refusedHere: 0 };
    const cases = fc.tuple(fc.nat(goodFiles.length - 1), mutations);
    await asyncProperty([cases], async ([index, changes]) => {
      const file = changes.reduce<Uint8Array>(mutate, goodFiles[index]);
      let loaded = await numpy.load(file);
      let decoded: NpyArray;
      try {
        decoded = decodeNpy(file);
      } catch (error) {
        assert(error instanceof FormatError);
        if (typeof loaded === "string") {
          counts.refusedByBoth++;
          return;
        }
        const { message } = error;
        const trailing = loaded.left > 0 && /must have \d+ bytes from byte \d+ on/.test(message);
        const known = trailing || stricter.some((reason) => reason.test(message));
        assert(known, `NumPy reads what is refused here: ${message}`);
        counts.refusedHere++;
        return;
      }
      if (typeof loaded === "string") loaded = await numpy.load(withLineEnd(file));
      assert(typeof loaded !== "string", `read here, but NumPy says ${loaded}`);
      assertEquals(loaded.left, 0);
      assertSame(decoded, loaded);
      counts.same++;
    }, { numRuns: 5_000 });
    const { same, refusedByBoth, refusedHere } = counts;
    console.log(
      `5000 mutated files: ${same} read alike, ${refusedByBoth} refused by both, ` +
        `${refusedHere} refused here only, none read otherwise`,
    );
    assert(same > 1000 && refusedByBoth > 1000);
  },
);

numpyTest("The NumPy checks refuse wrong codecs", async (numpy) => {
  const refused = async (
    mistake: Parameters<typeof wrongCodec>[0],
    check: (codec: Codec, numpy: NumPy) => Promise<number>,
  ): Promise<void> => {
    const outcome = await check(wrongCodec(mistake), numpy).catch((error: unknown) => error);
    assert(outcome instanceof Error, `${check.name} must refuse a codec that ${mistake}`);
  };
  await refused("ignores fortran_order", readsWhatNumPyWrites);
  await refused("ignores fortran_order", agreesOnSpellings);
  await refused("ignores the byte order", readsWhatNumPyWrites);
  await refused("ignores the byte order", agreesOnSpellings);
  await refused("pads to 16 bytes", writesWhatNumPyWrites);
  await refused("makes all NaN the same", agreesOnSpellings);
});
