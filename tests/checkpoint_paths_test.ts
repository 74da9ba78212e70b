// Where a checkpoint goes: paths, file URLs as URLs and as text, and names that no file system holds.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exportNpy, readCheckpoint, writeCheckpoint } from "../lib/io/checkpoint.ts";
import { taskAt } from "../lib/io/_path.ts";
import { type Check, inFolder, namesIn, otherSample, sample, textOf } from "./_checkpoint_files.ts";

/** What must hold of the address of a file, given as text. */
const takesFileUrlsAsText: Check = ({ save, load }) =>
  inFolder(async (folder) => {
    const path = join(folder, "a b", "ü");
    const url = pathToFileURL(path).href;
    assertEquals(url.endsWith("/a%20b/%C3%BC"), true);
    for (const text of [url, `${url}.json`, url.replace("file:", "FILE:"), url.replace("//", "")]) {
      await save(text, sample);
      assert(namesIn(join(folder, "a b")).includes("ü.json"));
      assertEquals(namesIn(folder), ["a b"]);
      assertEquals(textOf(await load(path)), textOf(sample));
      await save(path, otherSample);
      assertEquals(textOf(await load(text)), textOf(otherSample));
      await Deno.remove(join(folder, "a b"), { recursive: true });
    }
  });

Deno.test("A file URL given as text is the file of that URL", async () => {
  await takesFileUrlsAsText({ save: writeCheckpoint, load: readCheckpoint });
  await takesFileUrlsAsText({
    save: exportNpy,
    load: readCheckpoint,
  });
});

Deno.test("The check refuses a way that takes a file URL for a path, or leaves its %20 in", () =>
  inFolder(async (folder) => {
    const wrongs: ((text: string) => string)[] = [
      (text) => join(folder, text),
      (text) => text.replace(/^file:(\/\/)?/i, ""),
    ];
    for (const wrong of wrongs) {
      await assertRejects(() =>
        takesFileUrlsAsText({
          save: (path, checkpoint) => writeCheckpoint(wrong(String(path)), checkpoint),
          load: (path) => readCheckpoint(wrong(String(path))),
        })
      );
    }
  }));

Deno.test("What import.meta.resolve gives is the file that it means", () =>
  inFolder(async (folder) => {
    const module = pathToFileURL(join(folder, "program.ts")).href;
    await writeCheckpoint(new URL("./runs/first", module).href, sample);
    assertEquals(textOf(await readCheckpoint(join(folder, "runs", "first"))), textOf(sample));
    const own = import.meta.resolve("./no such checkpoint");
    const error = await assertRejects(() => readCheckpoint(own), Deno.errors.NotFound);
    const path = join(import.meta.dirname ?? "", "no such checkpoint.json");
    assertEquals(error.message, `Cannot load ${path}: there is no such file`);
  }));

Deno.test("An address that names no file is refused by what is wrong with it", async () => {
  const cases: [string | URL, string][] = [
    ["http://example.com/emb", 'its URL must begin with "file:", got "http:"'],
    ["HTTPS://example.com/emb", 'its URL must begin with "file:", got "https:"'],
    ["s3://bucket/emb", 'its URL must begin with "file:", got "s3:"'],
    [new URL("data:text/plain,emb"), 'its URL must begin with "file:", got "data:"'],
    ["http://", 'its URL must be valid, got "http://"'],
    [
      "file:///runs/emb?v=1",
      'its URL must have no "?" and no "#" (%3F and %23 in a name), got "file:///runs/emb?v=1"',
    ],
    [
      new URL("file:///runs/a#b"),
      'its URL must have no "?" and no "#" (%3F and %23 in a name), got "file:///runs/a#b"',
    ],
    ["file:///", 'its path must end in a name, as "runs/embedding" does, got "/"'],
    ["file:///a%00b", 'its path must end in a name, as "runs/embedding" does, got "/a\\u0000b"'],
  ];
  for (const [path, message] of cases) {
    const acts = {
      save: () => writeCheckpoint(path, sample),
      export: () => exportNpy(path, sample),
      load: () => readCheckpoint(path),
    };
    for (const [verb, act] of Object.entries(acts)) {
      const error = await assertRejects(act, TypeError);
      assertEquals(error.message, `Cannot ${verb} a checkpoint: ${message}`);
    }
  }
  for (const path of ["file://elsewhere/emb", "file:///%zz/emb", "file:///a%2Fb"]) {
    await assertRejects(
      () => readCheckpoint(path),
      TypeError,
      `Cannot load a checkpoint: its URL must be that of a file, got "${path}" (`,
    );
  }
});

Deno.test("A name with a colon is a name as long as no address begins so", () => {
  for (const name of ["a:b", "file:x", "npm:x", "12:30"]) {
    assertEquals(taskAt("save", `${name}.json`).manifestPath, `${name}.json`);
    assertEquals(taskAt("save", name), {
      verb: "save",
      name,
      folder: ".",
      manifestPath: `${name}.json`,
    });
  }
  for (const folder of ["C:/runs", "c://runs"]) { // a drive of Windows
    assertEquals(taskAt("load", `${folder}/emb`).folder, folder);
  }
});

Deno.test("A name that no file system holds is refused before anything is written", () =>
  inFolder(async (folder) => {
    const longest = "x".repeat(198);
    for (const act of [writeCheckpoint, exportNpy]) {
      await act(join(folder, "runs", longest), sample);
      await act(join(folder, "runs", longest), otherSample); // with a manifest that is kept meanwhile
      const found = await readCheckpoint(join(folder, "runs", longest));
      assertEquals(textOf(found), textOf(otherSample));
      await Deno.remove(join(folder, "runs"), { recursive: true });
      const verb = act === exportNpy ? "export" : "save";
      const cases: [string, string][] = [
        [`${longest}x`, "its name must have at most 198 bytes in UTF-8, got 199"],
        ["ü".repeat(100), "its name must have at most 198 bytes in UTF-8, got 200"],
        [
          join("ü".repeat(128), "emb"),
          "a folder's name must have at most 255 bytes in UTF-8, got 256",
        ],
        [
          join("a", "y".repeat(300), "b", "emb"),
          "a folder's name must have at most 255 bytes in UTF-8, got 300",
        ],
      ];
      for (const [name, message] of cases) {
        const path = join(folder, "runs", name);
        const error = await assertRejects(() => act(path, sample), RangeError);
        assertEquals(error.message, `Cannot ${verb} ${path}.json: ${message}`);
        assertEquals(namesIn(folder), []);
      }
      await act(join(folder, "runs", "ü".repeat(127), "emb"), sample);
      await Deno.remove(join(folder, "runs"), { recursive: true });
    }
  }));
