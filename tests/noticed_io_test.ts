// What is said of files and of what is to be written into them, word by word, and how often they are read.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fs from "node:fs";
import { join } from "node:path";
import { FormatError } from "../lib/check/errors.ts";
import { jsonText } from "../lib/io/_json_text.ts";
import { checkLengths } from "../lib/io/_names.ts";
import { quote } from "../lib/io/_npy_dtypes.ts";
import { readPlainFile, sha256OfPlainFile } from "../lib/io/_plain_file.ts";
import {
  type CheckpointInput,
  exportNpy,
  readCheckpoint,
  writeCheckpoint,
} from "../lib/io/checkpoint.ts";
import { decodeNpy } from "../lib/io/npy.ts";
import { forge, inFolder, matrixIn, sample, seal, sha256 } from "./_checkpoint_files.ts";
import { wrong } from "./_refused.ts";
import { withReplaced } from "./_replaced.ts";

/** What the load of a checkpoint is refused with. */
async function refusal(path: string): Promise<string> {
  return (await assertRejects(() => readCheckpoint(path), FormatError)).message;
}

const forged: readonly [change: (fields: Record<string, unknown>) => void, says: string][] = [
  [(fields) => delete fields.file, 'it must have the key "file"'],
  [(fields) => fields.extra = 1, 'it must not have the key "extra"'],
  [(fields) => fields.format = "x", '"format" must be "minimodel-checkpoint", got "x"'],
  [(fields) => fields.version = 2, '"version" must be 1, got 2'],
  [(fields) => fields.dtype = "f8", '"dtype" must be "float64" or "float32", got "f8"'],
  [(fields) => fields.shape = 6, '"shape" must be an array, got 6'],
  [(fields) => fields.shape = [3, -2], '"shape[1]" must be a whole number from 0, got -2'],
  [(fields) => fields.byteLength = "1", '"byteLength" must be a whole number from 0, got "1"'],
  [
    (fields) => fields.byteLength = 48,
    '"byteLength" of shape [3,2] must be in (48, 10060], got 48',
  ],
  [
    (fields) => fields.byteLength = 10061,
    '"byteLength" of shape [3,2] must be in (48, 10060], got 10061',
  ],
  [
    (fields) => fields.shape = [2 ** 52, 2],
    '"shape" [4503599627370496,2] must be of less than 2^53 bytes',
  ],
  [
    (fields) => fields.sha256 = "A",
    '"sha256" must be 64 lower-case hexadecimal digits, got "A"',
  ],
  [(fields) => fields.options = 1, '"options" must be an object, got 1'],
  [(fields) => fields.metadata = null, '"metadata" must be an object, got null'],
];

Deno.test("what a manifest says wrong is told by its key, with what was wanted", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    for (const [change, says] of forged) {
      await writeCheckpoint(path, sample);
      await forge(`${path}.json`, change);
      assertEquals(await refusal(path), `Cannot load ${path}.json: ${says}`);
    }
    await writeCheckpoint(path, sample);
    const ends = 'it must end in a "checksum" of 64 hexadecimal digits and "}"';
    const texts: [text: string, says: string][] = [
      ["{}", ends],
      [(await Deno.readTextFile(`${path}.json`)).replace('"checksum"', '"Checksum"'), ends],
      [await seal("[1}"), "it must be JSON in UTF-8: "],
      [await seal("{\ufeff}"), "it must be JSON in UTF-8: "],
    ];
    for (const [text, says] of texts) {
      await Deno.writeTextFile(`${path}.json`, text);
      const message = await refusal(path);
      assertEquals(
        message.slice(0, path.length + 19 + says.length),
        `Cannot load ${path}.json: ${says}`,
      );
    }
  }));

Deno.test("what a matrix is otherwise than its manifest says is told with both", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const matrix = matrixIn(folder);
    const whole = await Deno.readFile(matrix);
    await Deno.writeFile(matrix, whole.slice(0, -1));
    assertEquals(
      await refusal(path),
      `Cannot load ${matrix}: it must have 176 bytes by its manifest, got 175`,
    );
    const damaged = whole.with(170, 7);
    await Deno.writeFile(matrix, new Uint8Array(damaged));
    const [wanted, got] = [await sha256(whole), await sha256(new Uint8Array(damaged))];
    assertEquals(
      await refusal(path),
      `Cannot load ${matrix}: it must have the SHA-256 ${wanted} by its manifest, got ${got}`,
    );
    await Deno.remove(matrix);
    assertEquals(
      await refusal(path),
      `Cannot load ${matrix}: its manifest is there, but this file is missing`,
    );
    await writeCheckpoint(path, sample);
    await forge(`${path}.json`, (fields) => fields.shape = [2, 3]);
    assertEquals(
      await refusal(path),
      `Cannot load ${matrix}: it must have the shape (2, 3) by its manifest, got (3, 2)`,
    );
  }));

Deno.test("a damaged matrix is read once, since another look gives the same", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const matrix = matrixIn(folder);
    const { size } = await Deno.stat(matrix);
    await Deno.writeFile(matrix, new Uint8Array(size));
    const opened: unknown[] = [];
    await withReplaced(fs, {
      openSync: (real, args) => {
        opened.push(args[0]);
        return real(...args);
      },
    }, () => refusal(path));
    assertEquals(opened, [`${path}.json`, matrix, `${path}.json`]);
  }));

Deno.test("a matrix that is gone eleven times in a row is given up", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const matrix = matrixIn(folder);
    for (const [times, looked] of [[10, 11], [11, 11], [12, 11]] as const) {
      let looks = 0;
      await withReplaced(Deno, {
        lstatSync: (real, args) => {
          if (args[0] === matrix && ++looks <= times) throw new Deno.errors.NotFound("gone");
          return real(...args);
        },
      }, async () => {
        if (times === 10) await readCheckpoint(path);
        else await refusal(path);
      });
      assertEquals(looks, looked);
    }
  }));

Deno.test("an error of the system is told with its code, as Deno's own kind if there is one", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const kinds: [code: string | undefined, Kind: new (message: string) => Error][] = [
      ["EACCES", Deno.errors.PermissionDenied],
      ["EIO", Error],
      [undefined, Error],
    ];
    for (const [code, Kind] of kinds) {
      const failure = Object.assign(new Error("failed"), code === undefined ? {} : { code });
      const openSync = () => {
        throw failure;
      };
      await withReplaced(fs, { openSync }, async () => {
        const error = await assertRejects(() => readCheckpoint(path), Error);
        assertEquals([error.constructor, error.message], [
          ...[Kind, `Cannot load ${path}.json: failed`],
        ]);
        assertEquals([Reflect.get(error, "code"), "code" in error], [code, code !== undefined]);
        assertEquals(error.cause, failure);
      });
    }
  }));

Deno.test("what is no plain file is refused by what it is", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    const kinds: [kind: object, says: string][] = [
      [{ isSymlink: true }, "a symbolic link"],
      [{ isDirectory: true }, "a folder"],
      [{ isFifo: true }, "a pipe"],
      [{ isSocket: true }, "a socket"],
      [{}, "a device"],
    ];
    for (const [kind, says] of kinds) {
      await withReplaced(Deno, { lstatSync: () => ({ isFile: false, ...kind }) }, () => {
        const { message } = assertThrows(() => readPlainFile(path, () => {}), FormatError);
        assertEquals(message, `Cannot load ${path}: it must be a plain file, got ${says}`);
      });
    }
    assertEquals(readPlainFile(path, () => {}), null);
    assertEquals(sha256OfPlainFile(path, () => {}), null);
    const bytes = Uint8Array.from({ length: 2 ** 20 + 5 }, (_, i) => i * i);
    await Deno.writeFile(path, bytes);
    const sizes: number[] = [];
    assertEquals(readPlainFile(path, (size) => void sizes.push(size)), bytes);
    assertEquals(sha256OfPlainFile(path, (size) => void sizes.push(size)), await sha256(bytes));
    assertEquals(sizes, [bytes.length, bytes.length]);
  }));

const refused: readonly [value: unknown, says: string][] = [
  [Object.assign([1], { key: 1 }), "x must have no keys besides its items"],
  [[1, , 3], "x[1] must be a JSON value, got undefined"],
  [{ [Symbol("s")]: 1 }, "x must have no symbols or hidden properties as keys"],
  [
    Object.defineProperty({}, "h", { value: 1 }),
    "x must have no symbols or hidden properties as keys",
  ],
  [new Map(), "x must be a plain object, got a value of kind Map"],
  [{ a: { "b c": [() => {}] } }, 'x.a["b c"][0] must be a JSON value, got a function'],
  [{ a: -0 }, "x.a must be a finite number other than -0, got -0"],
  [[1n], "x[0] must be a JSON value, got 1n"],
];

Deno.test("what JSON would change is refused by its place", () => {
  const textOf = (value: unknown, name = "x") =>
    jsonText(value, name, (detail) => {
      throw new TypeError(detail);
    });
  for (const [value, says] of refused) {
    assertEquals(assertThrows(() => textOf(value), TypeError).message, says);
  }
  const endless: unknown[] = [];
  endless.push({ endless });
  assertEquals(
    assertThrows(() => textOf(endless), TypeError).message,
    "x[0].endless must not contain itself",
  );
  assertEquals(assertThrows(() => textOf({ a: NaN }, ""), TypeError).message.slice(0, 6), "a must");
  const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));
  assertEquals(JSON.parse(textOf(nested(100))), nested(100));
  assertEquals(
    assertThrows(() => textOf(nested(101)), TypeError).message,
    `x${"[0]".repeat(100)} must be nested at most 100 levels deep`,
  );
  // The same value twice, side by side, contains nothing of itself.
  const twice = { a: 1 };
  assertEquals(
    textOf({ b: [twice, twice], c: [], d: {}, e: [1, "2", null, true] }),
    '{\n  "b": [\n    {\n      "a": 1\n    },\n    {\n      "a": 1\n    }\n  ],\n' +
      '  "c": [],\n  "d": {},\n  "e": [1, "2", null, true]\n}',
  );
});

Deno.test("what cannot be saved is refused before a folder is made for it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "new", "emb");
    const inputs: [input: unknown, says: string][] = [
      [
        { matrix: { data: [1], shape: [1] } },
        "matrix.data must be a Float64Array or Float32Array, got a value of kind Array",
      ],
      [{ ...sample, options: 1 }, "options must be a plain object, got 1"],
      [{ ...sample, metadata: [] }, "metadata must be a plain object, got a value of kind Array"],
      [
        { ...sample, options: { a: NaN } },
        "options.a must be a finite number other than -0, got NaN",
      ],
    ];
    for (const [input, says] of inputs) {
      const save = () => writeCheckpoint(path, wrong<CheckpointInput>(input));
      const { message } = await assertRejects(save, TypeError);
      assertEquals(message, `Cannot save ${path}.json: ${says}`);
    }
    const { message } = await assertRejects(() => exportNpy(wrong(7), sample), TypeError);
    assertEquals(message, "Cannot export a checkpoint: its path must be a string or URL, got 7");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("a name may have 198 bytes, a folder's 255", () => {
  const task = (folder: string, name: string) => ({
    ...{ verb: "save", name, folder, manifestPath: "m.json" } as const,
  });
  checkLengths(task(`a/${"f".repeat(255)}`, "n".repeat(198)));
  assertEquals(
    assertThrows(() => checkLengths(task(`a\\${"f".repeat(256)}`, "n")), RangeError).message,
    "Cannot save m.json: a folder's name must have at most 255 bytes in UTF-8, got 256",
  );
  assertEquals(
    assertThrows(() => checkLengths(task("a", "n".repeat(199))), RangeError).message,
    "Cannot save m.json: its name must have at most 198 bytes in UTF-8, got 199",
  );
});

Deno.test("decodeNpy refuses a name that is no text", () => {
  assertEquals(
    assertThrows(() => decodeNpy(new Uint8Array(), { name: wrong(7) }), TypeError).message,
    "Cannot decode .npy: name must be a string, got 7",
  );
});

Deno.test("what stands in a file is cut to 40 characters in a message", () => {
  const shown = (length: number) => quote("x".repeat(length));
  assertEquals([shown(40), shown(41)], [`'${"x".repeat(40)}'`, `'${"x".repeat(40)}...'`]);
});
