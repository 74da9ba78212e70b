// What must hold of saving, for any way to save and load.

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../lib/io/checkpoint.ts";
import {
  bitsOf,
  type Check,
  inFolder,
  matrixIn,
  namesIn,
  otherSample,
  sample,
  sha256,
  textOf,
} from "./_checkpoint_files.ts";
import { asyncProperty } from "./_property.ts";

const keepsEveryBit: Check = ({ save, load }) =>
  inFolder(async (folder) => {
    const float64 = new Float64Array(
      new BigUint64Array([
        0x7ff8000000000001n, // NaNs with payloads, quiet and signalling, either sign
        0x7ff0000000000001n,
        0xfff7ffffffffffffn,
        0x8000000000000000n, // -0
        0x0000000000000001n, // the least subnormal number
        0x7fefffffffffffffn,
        0xfff0000000000000n,
        0x3ff0000000000000n,
      ]).buffer,
    );
    const float32 = new Float32Array(
      new Uint32Array([0x7fc00001, 0x7f800001, 0xffbfffff, 0x80000000, 1, 0x7f7fffff, 0, 1]).buffer,
    );
    for (const data of [float64, float32]) {
      for (const shape of [[8], [2, 4], [2, 2, 2], [8, 1, 1]]) {
        await save(join(folder, "emb"), { matrix: { data, shape } });
        const { matrix } = await load(join(folder, "emb"));
        assertEquals(matrix.data.constructor, data.constructor);
        assertEquals(bitsOf(matrix.data), bitsOf(data));
        assertEquals(matrix.shape, shape);
      }
      for (const shape of [[0, 8], [3, 0]]) {
        await save(join(folder, "emb"), { matrix: { data: data.subarray(8), shape } });
        assertEquals((await load(join(folder, "emb"))).matrix.shape, shape);
      }
      await save(join(folder, "emb"), { matrix: { data: data.subarray(5, 6), shape: [] } });
      assertEquals(
        bitsOf((await load(join(folder, "emb"))).matrix.data),
        bitsOf(data.slice(5, 6)),
      );
    }
  });

const keepsMetadata: Check = ({ save, load }) =>
  inFolder(async (folder) => {
    const { matrix } = sample;
    const round = async (metadata: JsonObject): Promise<void> => {
      await save(join(folder, "emb"), { matrix, metadata, options: metadata });
      const found = await load(join(folder, "emb"));
      for (const part of [found.metadata, found.options]) {
        assertEquals(JSON.stringify(part), JSON.stringify(metadata));
      }
    };
    await round({});
    await round(sample.metadata);
    await round(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "toString": [3]}'));
    assertEquals((await load(join(folder, "emb"))).metadata.polluted, undefined);
    await round({ "": { " a b ": [[], {}, [[]], [{}], "", " "] }, big: 2 ** 53, small: 5e-324 });
    const words = fc.string({ unit: "binary" });
    const { tree } = fc.letrec<{ tree: JsonValue; list: JsonValue; object: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        words,
        tie("list"),
        tie("object"),
      ),
      list: fc.array(tie("tree"), { maxLength: 4 }),
      object: fc.dictionary(words, tie("tree"), { maxKeys: 4 }),
    }));
    await asyncProperty([tree], (value) => round({ value }), { numRuns: 25 });
  });

const keepsOneVersion: Check = ({ save, load }) =>
  inFolder(async (folder) => {
    const path = join(folder, "runs", "of a week", "emb");
    for (const [round, version] of [sample, otherSample, otherSample, sample].entries()) {
      await save(round % 2 === 0 ? path : `${path}.json`, version);
      assertEquals(textOf(await load(path)), textOf(version));
      const matrix = matrixIn(join(folder, "runs", "of a week"));
      const hash = await sha256(await Deno.readFile(matrix));
      assertEquals(matrix, `${path}-${hash.slice(0, 16)}.npy`);
      assertEquals(namesIn(join(folder, "runs", "of a week")).length, 2);
    }
    // The same numbers with other metadata share the matrix's name, and must not remove it.
    const metadata = { steps: 4 };
    await save(path, { ...sample, metadata });
    assertEquals(textOf(await load(path)), textOf({ ...sample, metadata }));
  });

const refusesWhatJsonLoses: Check = ({ save, load }) =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await save(path, sample);
    const cycle: Record<string, unknown> = {};
    cycle.again = [cycle];
    let deep: JsonValue = [];
    for (let level = 0; level < 200; level++) deep = [deep];
    const holes = [1, 2, 3];
    delete holes[1];
    const cases: [unknown, string][] = [
      [{ loss: NaN }, "metadata.loss must be a finite number other than -0, got NaN"],
      [{ a: [1, { "b c": -Infinity }] }, 'metadata.a[1]["b c"] must be a finite number'],
      [{ bias: -0 }, "metadata.bias must be a finite number other than -0, got -0"],
      [{ seed: undefined }, "metadata.seed must be a JSON value, got undefined"],
      [{ id: 1n }, "metadata.id must be a JSON value, got 1n"],
      [{ id: Symbol("x") }, "metadata.id must be a JSON value, got a symbol"],
      [{ toJSON: () => 1 }, "metadata.toJSON must be a JSON value, got a function"],
      [{ when: new Date(0) }, "metadata.when must be a plain object, got a value of kind Date"],
      [{ counts: new Map() }, "metadata.counts must be a plain object"],
      [{ row: new Float64Array(1) }, "metadata.row must be a plain object"],
      [{ list: holes }, "metadata.list[1] must be a JSON value, got undefined"],
      [{ list: Object.assign([1], { extra: 2 }) }, "metadata.list must have no keys besides"],
      [{ [Symbol("x")]: 1 }, "metadata must have no symbols or hidden properties"],
      [Object.defineProperty({}, "x", { value: 1 }), "metadata must have no symbols or hidden"],
      [cycle, "metadata.again[0] must not contain itself"],
      [{ deep }, "must be nested at most 100 levels deep"],
      [[1], "metadata must be a plain object"],
      [null, "metadata must be a plain object, got null"],
    ];
    for (const [metadata, message] of cases) {
      for (const part of ["metadata", "options"]) {
        const error = await assertRejects(
          () => save(path, { matrix: otherSample.matrix, [part]: metadata as JsonObject }),
          TypeError,
        );
        assertStringIncludes(error.message, `Cannot save ${path}.json: `);
        assertStringIncludes(error.message, message.replace("metadata", part));
      }
    }
    assertEquals(textOf(await load(path)), textOf(sample));
    assertEquals(namesIn(folder).length, 2);
  });

/** By name: what must hold of saving. */
export const savingChecks = {
  keepsEveryBit,
  keepsMetadata,
  keepsOneVersion,
  refusesWhatJsonLoses,
};
