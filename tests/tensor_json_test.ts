// Tensors in JSON and CSV: a scalar is its number, others tell shape, dtype and data, and nothing is lost
// without a word.

import { assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import { Adam, Embedding, ones, Parameter, RowGradient, tensor, zeros } from "minimodel";
import { createExperiment, type Experiment } from "minimodel/lab";

/** Values with what JSON keeps of them. */
const kept: [what: string, make: () => unknown, json: unknown][] = [
  ["a scalar", () => tensor(0.25), 0.25],
  ["the sum of a tensor", () => tensor([1, 2]).sum(), 3],
  ["a scalar of float32", () => tensor(0.1, { dtype: "float32" }), Math.fround(0.1)],
  ["NaN in a scalar", () => tensor(NaN), "NaN"],
  ["an infinity in a scalar", () => tensor(-Infinity), "-Infinity"],
  ["a tensor of one number", () => tensor([5]), { shape: [1], dtype: "float64", data: [5] }],
  ["a matrix of float32", () => tensor([[1], [2]], { dtype: "float32" }), {
    shape: [2, 1],
    dtype: "float32",
    data: [1, 2],
  }],
  ["NaN and infinities among others", () => tensor([NaN, Infinity, -Infinity, 1e300]), {
    shape: [4],
    dtype: "float64",
    data: ["NaN", "Infinity", "-Infinity", 1e300],
  }],
  ["no numbers", () => zeros([0, 2]), { shape: [0, 2], dtype: "float64", data: [] }],
  ["a Parameter", () => new Parameter(ones([2])), { shape: [2], dtype: "float64", data: [1, 1] }],
  [
    "a gradient of rows",
    () => new RowGradient(Int32Array.of(1), ones([1, 1]), [3, 1]),
    { shape: [3, 1], dtype: "float64", data: [0, 1, 0] },
  ],
  ["tensors deep in others", () => ({ a: [{ b: tensor(1) }, tensor(2)], c: null }), {
    a: [{ b: 1 }, 2],
    c: null,
  }],
  ["an Embedding", () => new Embedding(1, 1, { table: tensor([[7]]) }), {
    numEmbeddings: 1,
    embeddingDim: 1,
    E: { shape: [1, 1], dtype: "float64", data: [7] },
  }],
  ["an optimiser", () => new Adam([new Parameter(ones([1]))], { lr: 0.5 }), {
    optimizer: "Adam",
    options: { lr: 0.5, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
    parameters: [null],
  }],
];

/** A way to write a value, and to read it again. */
type Way = (value: unknown) => Promise<unknown>;

const byStringify: Way = (value) => Promise.resolve(JSON.parse(JSON.stringify(value)));

/** Runs a test with an experiment in a folder of its own. */
async function inFolder(run: (experiment: Experiment) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "minimodel-json-" });
  try {
    await run(await createExperiment("json", { root, date: "2026-11-23" }));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const byWriteJson: Way = async (value) => {
  let read: unknown;
  await inFolder(async (experiment) => {
    read = JSON.parse(await Deno.readTextFile(await experiment.writeJson("a.json", value)));
  });
  return read;
};

/** The one cell of a row, as text. */
const byWriteCsv: Way = async (value) => {
  let text = "";
  await inFolder(async (experiment) => {
    text = await Deno.readTextFile(await experiment.writeCsv("a.csv", [{ value }]));
  });
  return text.slice("value\r\n".length, -2).replace(/^"([^]*)"$/, "$1").replaceAll('""', '"');
};

/** Every value comes back as it should, alone and among others. */
async function checkKept(way: Way): Promise<void> {
  for (const [what, make, json] of kept) {
    assertEquals(await way(make()), json, what);
    assertEquals(await way({ x: [make()] }), { x: [json] }, what);
  }
}

Deno.test("JSON.stringify and writeJson keep what a tensor is", async () => {
  await checkKept(byStringify);
  await checkKept(byWriteJson);
});

Deno.test("the check of JSON refuses a way that knows nothing of tensors, or of infinities", async () => {
  const blind: Way = (value) => Promise.resolve(structuredCloneOfFields(value));
  await assertRejects(() => checkKept(blind), AssertionError, "a scalar");
  const numbersOnly: Way = async (value) => {
    const text = JSON.stringify(await byStringify(value)).replaceAll(/"(NaN|-?Infinity)"/g, "null");
    return JSON.parse(text);
  };
  await assertRejects(() => checkKept(numbersOnly), AssertionError, "NaN in a scalar");
});

/** What JSON makes of an object without a toJSON. */
function structuredCloneOfFields(value: unknown): unknown {
  return JSON.parse(JSON.stringify(Object.assign({}, value)));
}

Deno.test("writeCsv has the number of a scalar in its cell, and JSON of other tensors", async () => {
  const cells: [unknown, string][] = [
    [tensor(0.25), "0.25"],
    [tensor(NaN), "NaN"],
    [tensor([1, Infinity]), '{"shape":[2],"dtype":"float64","data":[1,"Infinity"]}'],
    [{ loss: tensor(2) }, '{"loss":2}'],
    [[1, [2]], "[1,[2]]"],
    [new Float32Array([1, NaN]), '[1,"NaN"]'],
    [Infinity, "Infinity"],
    [12n, "12"],
    [null, ""],
    ["a, b", "a, b"],
    [true, "true"],
  ];
  for (const [value, text] of cells) assertEquals(await byWriteCsv(value), text);
});

/** Values that JSON would leave out or make `{}` of, with the name in the refusal. */
const lost: [what: string, value: unknown, says: string][] = [
  ["undefined", { a: { b: { loss: undefined } } }, "loss is undefined"],
  ["undefined in an array", { a: [1, [2, undefined]] }, "entry 1 is undefined"],
  ["a hole in an array", { a: new Array(1) }, "entry 0 is undefined"],
  ["a function", { run: () => 1 }, "run is a function"],
  ["a symbol", { mark: Symbol("m") }, "mark is a symbol"],
  ["a Map", { counts: new Map([["a", 1]]) }, "counts is a value of kind Map"],
  ["a Set", { words: new Set(["a"]) }, "words is a value of kind Set"],
  ["a promise", { loss: Promise.resolve(1) }, "loss is a value of kind Promise"],
  ["an error", { why: new Error("x") }, "why is a value of kind Error"],
  ["a buffer", { bytes: new ArrayBuffer(2) }, "bytes is a value of kind ArrayBuffer"],
];

for (const [what, value, says] of lost) {
  Deno.test(`writeJson and writeCsv refuse ${what} by its name, however deep`, async () => {
    await inFolder(async (experiment) => {
      for (const nested of [value, [value], { deep: { deeper: [value] } }]) {
        await assertRejects(
          () => experiment.writeJson("a.json", nested),
          TypeError,
          `Cannot write JSON: ${says}`,
        );
      }
      await assertRejects(() => experiment.writeCsv("a.csv", [{ value }]), TypeError, says);
      assertEquals([...Deno.readDirSync(experiment.path)], []);
    });
  });
}

Deno.test("a bare undefined is refused, in JSON as the value and in CSV as that of its row", async () => {
  await inFolder(async (experiment) => {
    await assertRejects(
      () => experiment.writeJson("a.json", undefined),
      TypeError,
      "Cannot write JSON: the value is undefined",
    );
    await assertRejects(
      () => experiment.writeCsv("a.csv", [{ loss: 1 }, { loss: undefined }]),
      TypeError,
      "Cannot write JSON: loss of row 1 is undefined",
    );
  });
});

Deno.test("writeCsv refuses rows that are none, and columns that no row has", async () => {
  const refused: [unknown, object, string][] = [
    [
      [{ loss: 1 }],
      { columns: ["los"] },
      'Cannot write a.csv: no row has a column "los", only "loss"',
    ],
    [[{ loss: 1 }], { columns: "loss" }, "Cannot write a.csv: columns must be an array of names"],
    [{ loss: 1 }, {}, "Cannot write a.csv: rows must be an array of objects"],
    [[{ loss: 1 }, null], {}, "Cannot write a.csv: row 1 must be an object, got null"],
    [[tensor([1])], {}, "Cannot write a.csv: row 0 must be an object, got a value of kind Tensor"],
  ];
  await inFolder(async (experiment) => {
    for (const [rows, options, says] of refused) {
      await assertRejects(() => experiment.writeCsv("a.csv", rows as [], options), TypeError, says);
    }
    assertEquals([...Deno.readDirSync(experiment.path)], []);
  });
});

Deno.test("a tensor that was disposed of is refused in JSON, in words of the library", () => {
  const x = tensor([1]);
  x.dispose();
  assertThrows(() => JSON.stringify({ x }), TypeError, "Cannot use a tensor that was disposed of");
});
