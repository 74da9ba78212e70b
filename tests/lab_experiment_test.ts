// Experiment folders: dated, numbered, never written over, and nothing outside them.

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { createExperiment, Experiment, linePlot } from "minimodel/lab";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { denoProgram } from "../tasks/deno_program.ts";

const date = "2026-11-23";

/** Runs a test in a folder of its own that is gone afterwards. */
function testInFolder(name: string, body: (root: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const root = await Deno.makeTempDir();
    try {
      await body(root);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

testInFolder("the second run of a day gets -2, the third -3", async (root) => {
  const names: string[] = [];
  for (let run = 0; run < 3; run++) {
    const experiment = await createExperiment("phase-13-embedding", { root, date });
    await Deno.writeTextFile(experiment.file("run.txt"), `${run}`);
    names.push(basename(experiment.path));
  }
  assertEquals(names, [
    "2026-11-23-phase-13-embedding",
    "2026-11-23-phase-13-embedding-2",
    "2026-11-23-phase-13-embedding-3",
  ]);
  const kept = names.map((name) => Deno.readTextFileSync(join(root, name, "run.txt")));
  assertEquals(kept, ["0", "1", "2"]);
});

testInFolder("another name or another day begins anew", async (root) => {
  await createExperiment("a", { root, date });
  const others = [
    await createExperiment("b", { root, date }),
    await createExperiment("a", { root, date: "2026-11-24" }),
  ];
  assertEquals(others.map(({ path }) => basename(path)), ["2026-11-23-b", "2026-11-24-a"]);
});

testInFolder("a file of that name is not written over either", async (root) => {
  await Deno.writeTextFile(join(root, `${date}-a`), "kept");
  const { path } = await createExperiment("a", { root, date });
  assertEquals(basename(path), `${date}-a-2`);
  assertEquals(await Deno.readTextFile(join(root, `${date}-a`)), "kept");
});

/** Tells whether 20 runs at once get 20 folders. */
async function givesEachItsOwn(create: () => Promise<string>): Promise<boolean> {
  const paths = await Promise.all(Array.from({ length: 20 }, create));
  return new Set(paths).size === 20;
}

testInFolder("runs at once get a folder each, where looking first would not do", async (root) => {
  const create = () => createExperiment("race", { root, date });
  assert(await givesEachItsOwn(async () => (await create()).path));

  const lookFirst = async () => {
    for (let run = 1;; run++) {
      const path = join(root, `looked-${run}`);
      const taken = await Deno.stat(path).then(() => true, () => false);
      if (taken) continue;
      await Deno.mkdir(path, { recursive: true });
      return path;
    }
  };
  assertEquals(await givesEachItsOwn(lookFirst), false);
});

testInFolder("two processes at once get a folder each", async (root) => {
  const library = new URL("../lib/lab/experiment.ts", import.meta.url).href;
  const script = join(root, "race.ts");
  await Deno.writeTextFile(
    script,
    `import { createExperiment } from ${JSON.stringify(library)};
     const root = ${JSON.stringify(root)};
     for (let run = 0; run < 10; run++) {
       console.log((await createExperiment("race", { root, date: "${date}" })).path);
     }`,
  );
  const config = fileURLToPath(new URL("../deno.json", import.meta.url));
  const outputs = await Promise.all([1, 2].map(() =>
    new Deno.Command(denoProgram(), {
      args: ["run", "-q", "--no-lock", "--config", config, "--allow-read", "--allow-write", script],
      stderr: "inherit",
    }).output()
  ));
  const paths = outputs.flatMap(({ stdout }) =>
    new TextDecoder().decode(stdout).trim().split("\n")
  );
  assertEquals(paths.length, 20);
  assertEquals(new Set(paths).size, 20);
});

Deno.test("without a root, the project's experiments folder is taken, and today by the local clock", async () => {
  const before = new Date();
  const experiment = await createExperiment("default-root-test");
  try {
    const root = fileURLToPath(new URL("../experiments", import.meta.url));
    assertEquals(dirname(experiment.path), root);
    const days = [before, new Date()].map((time) => time.toLocaleDateString("sv-SE"));
    assert(days.includes(basename(experiment.path).slice(0, 10)));
  } finally {
    await Deno.remove(experiment.path, { recursive: true });
  }
});

Deno.test("today is the day where the computer is, not in Greenwich", async () => {
  const library = new URL("../lib/lab/mod.ts", import.meta.url).href;
  const script = `import { createExperiment } from ${JSON.stringify(library)};
    const root = await Deno.makeTempDir();
    const before = new Date().toLocaleDateString("sv-SE");
    const { path } = await createExperiment("a", { root });
    console.log([before, new Date().toLocaleDateString("sv-SE"), path].join(" "));
    await Deno.remove(root, { recursive: true });`;
  const days = await Promise.all(["Etc/GMT+12", "Etc/GMT-14"].map(async (TZ) => {
    const { stdout } = await new Deno.Command(denoProgram(), {
      ...{ args: ["eval", script], env: { TZ }, stderr: "inherit" },
      cwd: fileURLToPath(new URL("../", import.meta.url)),
    }).output();
    const [before, after, path] = new TextDecoder().decode(stdout).trim().split(" ");
    const day = basename(path).slice(0, 10);
    assert([before, after].includes(day), `${day} in ${TZ}, where it is ${after}`);
    return day;
  }));
  assert(days[0] < days[1]); // 26 hours apart: one of them at least is not the day in Greenwich
});

testInFolder("names and days that would not sort or leave the folder are refused", async (root) => {
  for (const name of ["", "A", "a b", "../a", "a/b", "-a", "a-", "a--b", "a.b", "ä"]) {
    await assertRejects(() => createExperiment(name, { root, date }), RangeError, `"${name}"`);
  }
  for (const day of ["", "today", "2026-2-3", "2026-02-30", "../2026", "2026-11-23T10:00"]) {
    const message = "Cannot make an experiment: date must be a day such as 2026-11-23, " +
      `got the string "${day}"`;
    await assertRejects(() => createExperiment("a", { root, date: day }), RangeError, message);
  }
  assertEquals([...Deno.readDirSync(root)], []);
});

Deno.test("file refuses names that are not plain, so that nothing leaves the folder", () => {
  const experiment = new Experiment("a", "/tmp/nowhere/a");
  for (const name of ["", ".", "..", "../b", "b/c", "b\\c", "/etc/passwd", "C:b", "b\0"]) {
    assertThrows(() => experiment.file(name), TypeError, "it must be a plain file name");
  }
  for (const name of ["a.csv", "..a", "loss curve.svg"]) {
    assertEquals(experiment.file(name), `/tmp/nowhere/a/${name}`);
  }
});

testInFolder(
  "writeCsv writes a header and every row, in the columns told or found",
  async (root) => {
    const experiment = await createExperiment("a", { root, date });
    const rows = [{ way: `one-hot, "naive"`, us: 1520.5 }, { way: "lookup", us: 23 }];
    const path = await experiment.writeCsv("all.csv", rows);
    assertEquals(path, experiment.file("all.csv"));
    assertEquals(
      await Deno.readTextFile(path),
      `way,us\r\n"one-hot, ""naive""",1520.5\r\nlookup,23\r\n`,
    );
    const some = await experiment.writeCsv("some.csv", rows, { columns: ["us"] });
    assertEquals(await Deno.readTextFile(some), "us\r\n1520.5\r\n23\r\n");
  },
);

testInFolder("writeJson keeps what JSON would lose", async (root) => {
  const experiment = await createExperiment("a", { root, date });
  const view = new DataView(new ArrayBuffer(2)); // bytes of no kind, so no list of numbers
  const numbers = { nan: NaN, top: -Infinity, big: 2n ** 60n, ids: Int32Array.of(3, 3) };
  const value = { ...numbers, text: "µ", view };
  const path = await experiment.writeJson("result.json", value);
  const text = await Deno.readTextFile(path);
  assertEquals(JSON.parse(text), {
    nan: "NaN",
    top: "-Infinity",
    big: "1152921504606846976",
    ids: [3, 3],
    text: "µ",
    view: {},
  });
  assertMatch(text, /^\{\n {2}"nan"[^]*\}\n$/);
});

testInFolder("savePlot puts SVG and PNG into the folder and nothing outside", async (root) => {
  const experiment = await createExperiment("a", { root, date });
  const labels = { title: "t", xLabel: "x", yLabel: "y" };
  const plot = await linePlot([{ x: 1, y: 2 }], { ...labels, x: "x", y: "y" });
  assertEquals(await experiment.savePlot("loss", plot), [
    experiment.file("loss.svg"),
    experiment.file("loss.png"),
  ]);
  const names = [...Deno.readDirSync(experiment.path)].map(({ name }) => name);
  assertEquals(names.toSorted(), ["loss.png", "loss.svg"]);
  await assertRejects(() => experiment.savePlot("../loss", plot), TypeError, "plain file name");
  await assertRejects(() => experiment.writeJson("../a.json", 1), TypeError, "plain file name");
  await assertRejects(() => experiment.writeCsv("../a.csv", []), TypeError, "plain file name");
});
