// Checkpoints: what is saved comes back to the bit, and what is not as it was saved is refused.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { FormatError } from "../lib/check/errors.ts";
import {
  type CheckpointInput,
  exportNpy,
  readCheckpoint,
  writeCheckpoint,
} from "../lib/io/checkpoint.ts";
import { decodeNpy, encodeNpy } from "../lib/io/npy.ts";
import {
  bitsOf,
  type Check,
  forge,
  inFolder,
  link,
  matrixIn,
  namesIn,
  otherSample,
  sample,
  seal,
  sha256,
  textOf,
} from "./_checkpoint_files.ts";
import { cleaningChecks } from "./_checkpoint_cleaning.ts";
import { loadingChecks } from "./_checkpoint_loading.ts";
import { savingChecks } from "./_checkpoint_saving.ts";
import { wrongs } from "./_checkpoint_wrong.ts";

const library = { save: writeCheckpoint, load: readCheckpoint };
const checks: Record<string, Check> = { ...savingChecks, ...cleaningChecks, ...loadingChecks };

for (const [name, check] of Object.entries(checks)) {
  Deno.test(`A checkpoint ${asWords(name)}`, () => check(library));
}

for (const { title, io, refusedBy } of wrongs) {
  for (const name of refusedBy) {
    Deno.test(`A way that ${title} is caught by "${asWords(name)}"`, async () => {
      await assertRejects(() => checks[name](io));
    });
  }
}

function asWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

Deno.test("A checkpoint goes to a path, a path with .json and a file URL alike", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a b", "emb");
    for (
      const place of [path, `${path}.json`, pathToFileURL(path), pathToFileURL(`${path}.json`)]
    ) {
      await writeCheckpoint(place, sample);
      assertEquals(namesIn(join(folder, "a b")).length, 2);
      for (const other of [path, `${path}.json`, pathToFileURL(path)]) {
        assertEquals(textOf(await readCheckpoint(other)), textOf(sample));
      }
      await Deno.remove(join(folder, "a b"), { recursive: true });
    }
  }));

Deno.test("A checkpoint's path must name a file", async () => {
  for (const path of ["", ".", "..", "runs/", "runs/.", "runs/..", ".json", "runs/.json", "a\0b"]) {
    for (const act of [() => readCheckpoint(path), () => writeCheckpoint(path, sample)]) {
      const error = await assertRejects(act, TypeError);
      assertStringIncludes(error.message, `as "runs/embedding" does, got ${JSON.stringify(path)}`);
    }
  }
  const web = new URL("https://example.com/emb");
  await assertRejects(
    () => readCheckpoint(web),
    TypeError,
    'must begin with "file:", got "https:"',
  );
  for (const path of [null, 7, {}]) {
    await assertRejects(
      () => readCheckpoint(path as unknown as string),
      TypeError,
      "string or URL",
    );
  }
});

Deno.test("A checkpoint's matrix must be floats that its shape fits", () =>
  inFolder(async (folder) => {
    const data = new Float64Array(6);
    const cases: [unknown, string][] = [
      [null, "{ matrix, options, metadata } must be an object, got null"],
      [{}, "matrix, { data, shape }, must be an object, got undefined"],
      [{ matrix: { data: [1], shape: [1] } }, "must be a Float64Array or Float32Array"],
      [{ matrix: { data: new Int32Array(1), shape: [1] } }, "got a value of kind Int32Array"],
      [{ matrix: { data, shape: [5] } }, "shape must hold the 6 numbers of the data, got (5,)"],
      [{ matrix: { data, shape: [-3, -2] } }, "shape[0] must be a whole number"],
      [{ matrix: { data, shape: [1.5, 4] } }, "shape[0] must be a whole number"],
      [{ matrix: { data, shape: 6 } }, "shape must be an array"],
      [{ matrix: { data } }, "shape must be an array"],
      [[], "options must be an object, got a value of kind Array"],
      [
        { matrix: { data, shape: [6] }, metdata: {} },
        'there is no option "metdata"; did you mean "metadata"? ' +
        "Its options are matrix, options, metadata",
      ],
      [{ weights: { data, shape: [6] } }, 'there is no option "weights"; did you mean "matrix"?'],
    ];
    for (const [input, message] of cases) {
      for (const act of [writeCheckpoint, exportNpy]) {
        await assertRejects(
          () => act(join(folder, "new", "emb"), input as CheckpointInput),
          TypeError,
          message,
        );
      }
    }
    assertEquals(namesIn(folder), []);
  }));

Deno.test("What a manifest says wrong is told in full", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, sample);
    const text = await Deno.readTextFile(`${path}.json`);
    const { checksum, ...fields } = JSON.parse(text);
    const failed = `Cannot load ${path}.json:`;

    await forge(`${path}.json`, (fields) => fields.file = "../other.npy");
    const own = `"${fields.file}" or "emb.npy"`;
    assertEquals(
      (await assertRejects(() => readCheckpoint(path), FormatError)).message,
      `${failed} "file" must be ${own} (load and save again to give another name), ` +
        'got "../other.npy"',
    );

    await Deno.writeTextFile(`${path}.json`, text.replace(checksum, "0".repeat(64)));
    assertEquals(
      (await assertRejects(() => readCheckpoint(path), FormatError)).message,
      `${failed} its content must have the checksum ${"0".repeat(64)}, got ${checksum}`,
    );

    await forge(`${path}.json`, (fields) => fields.dtype = "x".repeat(100));
    assertEquals(
      (await assertRejects(() => readCheckpoint(path), FormatError)).message,
      `${failed} "dtype" must be "float64" or "float32", got "${"x".repeat(79)}...`,
    );

    await Deno.writeTextFile(`${path}.json`, await seal("{oops}"));
    const { message } = await assertRejects(() => readCheckpoint(path), FormatError);
    assertMatch(message, /^Cannot load .+: it must be JSON in UTF-8: .+ at position 1/);
  }));

Deno.test("A matrix must be little-endian floats of the manifest's kind", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const [bits, numbers] = [new BigInt64Array(6), new Float64Array(6)];
    const cases = [
      [encodeNpy({ data: numbers, shape: [3, 2] }, { dtype: ">f8" }), ">f8"],
      [encodeNpy({ data: bits, shape: [3, 2] }), "<i8"],
    ] as const;
    for (const [bytes, dtype] of cases) {
      await writeCheckpoint(path, sample);
      const hash = await sha256(bytes);
      const name = `emb-${hash.slice(0, 16)}.npy`;
      await Deno.writeFile(join(folder, name), bytes);
      await forge(`${path}.json`, (fields) => Object.assign(fields, { file: name, sha256: hash }));
      const error = await assertRejects(() => readCheckpoint(path), FormatError);
      assertEquals(
        error.message,
        `Cannot load ${join(folder, name)}: ` +
          `it must be little-endian float64 by its manifest, got '${dtype}'`,
      );
    }
  }));

Deno.test("A checkpoint holds the matrix as it was when the save was called", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const data = new Float64Array([1, 2]);
    const first = writeCheckpoint(path, { matrix: { data, shape: [2] } });
    data.fill(9);
    await first;
    const found = await readCheckpoint(path);
    assertEquals(found.matrix.data, new Float64Array([1, 2]));
    found.matrix.data.fill(7); // memory of its own
    assertEquals((await readCheckpoint(path)).matrix.data, new Float64Array([1, 2]));
  }));

Deno.test("Saves that are not awaited end with the last one called", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    const saves = Array.from({ length: 10 }, (_, index) => {
      const matrix = { data: new Float64Array([index]), shape: [1] };
      return writeCheckpoint(path, { matrix });
    });
    await Promise.all(saves);
    assertEquals((await readCheckpoint(path)).matrix.data[0], 9);
    assertEquals(namesIn(folder).length, 2);
  }));

Deno.test("The same checkpoint is the same bytes", () =>
  inFolder(async (folder) => {
    await writeCheckpoint(join(folder, "a", "emb"), sample);
    await writeCheckpoint(join(folder, "b", "emb"), sample);
    assertEquals(namesIn(join(folder, "a")), namesIn(join(folder, "b")));
    for (const name of namesIn(join(folder, "a"))) {
      const [one, other] = ["a", "b"].map((part) => Deno.readFileSync(join(folder, part, name)));
      assertEquals(one, other);
    }
  }));

Deno.test("A save that fails leaves the version before and nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    await writeCheckpoint(path, otherSample);
    const name = matrixIn(folder);
    await writeCheckpoint(path, sample);
    await Deno.mkdir(name); // where the matrix should go
    const before = namesIn(folder);
    const error = await assertRejects(() => writeCheckpoint(path, otherSample), Error);
    assertStringIncludes(error.message, `Cannot save ${path}.json: `);
    assertStringIncludes(error.message, name);
    assertEquals(namesIn(folder), before);
    assertEquals(textOf(await readCheckpoint(path)), textOf(sample));
  }));

Deno.test("A save onto a folder fails, names it and leaves nothing", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(join(folder, "emb.json"));
    const error = await assertRejects(() => writeCheckpoint(join(folder, "emb"), sample), Error);
    assertStringIncludes(error.message, `Cannot save ${join(folder, "emb.json")}: `);
    assertEquals(namesIn(folder), ["emb.json"]);
    const inFile = join(folder, "file", "emb");
    await Deno.writeTextFile(join(folder, "file"), "");
    await assertRejects(
      () => writeCheckpoint(inFile, sample),
      Error,
      `Cannot save ${inFile}.json: `,
    );
  }));

Deno.test("A checkpoint takes the place of a link, and does not follow it", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "precious"), "untouched");
    await link(join(folder, "precious"), join(folder, "emb.json"));
    await writeCheckpoint(join(folder, "emb"), sample);
    assertEquals(await Deno.readTextFile(join(folder, "precious")), "untouched");
    assertEquals(textOf(await readCheckpoint(join(folder, "emb"))), textOf(sample));
    assertEquals(namesIn(folder), [basename(matrixIn(folder)), "emb.json", "precious"]);
  }));

Deno.test("Loading what is not there is Deno's NotFound and names the file", () =>
  inFolder(async (folder) => {
    for (const path of [join(folder, "emb"), join(folder, "none", "emb")]) {
      const error = await assertRejects(() => readCheckpoint(path), Deno.errors.NotFound);
      assertEquals(error.message, `Cannot load ${path}.json: there is no such file`);
    }
  }));

Deno.test("Metadata for a manifest of more than 64 MiB is refused before anything is written", () =>
  inFolder(async (folder) => {
    const metadata = { text: "x".repeat(64 * 1024 * 1024) };
    await assertRejects(
      () => writeCheckpoint(join(folder, "emb"), { ...sample, metadata }),
      RangeError,
      "must make a manifest of at most 67108864 bytes, got 671",
    );
    assertEquals(namesIn(folder), []);
  }));

Deno.test("exportNpy writes NumPy's fixed names, over a save and under one", () =>
  inFolder(async (folder) => {
    const path = join(folder, "emb");
    for (const round of [1, 2]) {
      await writeCheckpoint(path, otherSample);
      await exportNpy(path, sample);
      assertEquals(namesIn(folder), ["emb.json", "emb.npy"], `round ${round}`);
      const { data } = decodeNpy(await Deno.readFile(`${path}.npy`));
      assert(data instanceof Float64Array);
      assertEquals(bitsOf(data), bitsOf(sample.matrix.data));
      assertEquals(JSON.parse(await Deno.readTextFile(`${path}.json`)).file, "emb.npy");
      assertEquals(textOf(await readCheckpoint(path)), textOf(sample));
      await exportNpy(path, sample);
    }
    await writeCheckpoint(path, otherSample);
    assertEquals(textOf(await readCheckpoint(path)), textOf(otherSample));
    assert(namesIn(folder).includes("emb.npy")); // a fixed name may be somebody's: it stays
  }));
