import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import {
  Embedding,
  FormatError,
  gatherBackward,
  type JsonObject,
  normal,
  Parameter,
  readCheckpoint,
  RowGradient,
  type Tensor,
  tensor,
  writeCheckpoint,
  zeros,
} from "minimodel";
import { property } from "./_property.ts";

const table = () => tensor([[1, 2], [3, 4], [5, 6]]);

function gradientOf(embedding: Embedding): Tensor {
  const { grad } = embedding.E;
  assert(grad !== null);
  return grad;
}

Deno.test("Embedding looks rows up, of shape ids.shape + (d,)", () => {
  const embedding = new Embedding(3, 2, { table: table() });
  assertEquals(embedding.forward(1).toArray(), [3, 4]);
  assertEquals(embedding.forward([[2, 0]]).toArray(), [[[5, 6], [1, 2]]]);
  assertEquals([embedding.numEmbeddings, embedding.embeddingDim, embedding.E.shape], [3, 2, [
    3,
    2,
  ]]);
});

Deno.test("Embedding draws its numbers from N(0, initScale^2), the same for the same seed", () => {
  const { E } = new Embedding(400, 50, { seed: 3 });
  assertEquals(E.data, normal([400, 50], { std: 0.02, seed: 3 }).data);
  assertEquals(E.data, new Embedding(400, 50, { seed: 3 }).E.data);
  assert(E.data.some((each, i) => each !== new Embedding(400, 50, { seed: 4 }).E.data[i]));
  const [mean, square] = [E.mean().item(), E.mul(E).mean().item()];
  assertLess(Math.abs(mean), 4 * 0.02 / Math.sqrt(20_000));
  assertLess(Math.abs(square / 0.02 ** 2 - 1), 4 * Math.sqrt(2 / 20_000));
  assertEquals(new Embedding(2, 2, { initScale: 0 }).E.toArray(), [[0, 0], [0, 0]]);
  const float32 = new Embedding(4, 2, { dtype: "float32", seed: 3 }).E;
  assertEquals(float32.data, Float32Array.from(normal([4, 2], { std: 0.02, seed: 3 }).data));
});

Deno.test("the gradient of a row adds up what all places of its id got", () => {
  const embedding = new Embedding(3, 2, { table: table() });
  embedding.forward([2, 0, 2]).backward(tensor([[1, 2], [4, 8], [16, 32]]));
  assertEquals(gradientOf(embedding).toArray(), [[4, 8], [0, 0], [17, 34]]);
});

Deno.test("the row of paddingIdx starts at zero, is looked up, and gets no gradient", () => {
  for (const paddingIdx of [1, -2]) {
    const embedding = new Embedding(3, 2, { paddingIdx, seed: 1 });
    assertEquals(embedding.E.toArray(), [
      [...normal([3, 2], { std: 0.02, seed: 1 }).data.subarray(0, 2)],
      [0, 0],
      [...normal([3, 2], { std: 0.02, seed: 1 }).data.subarray(4)],
    ]);
    embedding.E.data.fill(7);
    const y = embedding.forward([1, 0, 1]);
    assertEquals(y.toArray(), [[7, 7], [7, 7], [7, 7]]);
    y.sum().backward();
    assertEquals(gradientOf(embedding).toArray(), [[1, 1], [0, 0], [0, 0]]);
  }
});

Deno.test("scaleGradByFreq divides a row's gradient by how often its id occurs", () => {
  const embedding = new Embedding(3, 2, { table: table(), scaleGradByFreq: true });
  embedding.forward([[2, 0], [2, 2]]).backward(tensor([[[3, 6], [1, 1]], [[6, 9], [0, 0]]]));
  assertEquals(gradientOf(embedding).toArray(), [[1, 1], [0, 0], [3, 5]]);
});

Deno.test("maxNorm scales looked-up rows that are longer down in place, and no others", () => {
  const rows = [[3, 4], [0.3, 0.4], [30, 40]];
  for (const [normType, norm] of [[2, 5], [1, 7], [Infinity, 4]]) {
    const embedding = new Embedding(3, 2, { table: tensor(rows), maxNorm: 1, normType });
    const y = embedding.forward([0, 1, 0]);
    const scale = 1 / (norm + 1e-7);
    assertEquals(embedding.E.toArray(), [[3 * scale, 4 * scale], rows[1], rows[2]]);
    assertEquals(y.toArray(), [[3 * scale, 4 * scale], rows[1], [3 * scale, 4 * scale]]);
    y.sum().backward();
    assertEquals(gradientOf(embedding).toArray(), [[2, 2], [1, 1], [0, 0]]);
  }
});

Deno.test("sparse gives a gradient of the looked-up rows only, with the same numbers", () => {
  const ids = fc.array(fc.nat({ max: 5 }), { maxLength: 10 });
  const options = fc.record({
    paddingIdx: fc.option(fc.integer({ min: -6, max: 5 }), { nil: undefined }),
    scaleGradByFreq: fc.boolean(),
  });
  property([ids, options], (ids, options) => {
    const [dense, sparse] = [false, true].map((sparse) => {
      const embedding = new Embedding(6, 2, { ...options, sparse });
      for (const part of [ids, ids.slice(1)]) {
        embedding.forward(part).mul(tensor([3, 7])).sum().backward();
      }
      return gradientOf(embedding);
    });
    assertInstanceOf(sparse, RowGradient);
    assert(!(dense instanceof RowGradient));
    assertEquals(sparse.data, dense.data);
    const padding = (options.paddingIdx ?? 9) + ((options.paddingIdx ?? 9) < 0 ? 6 : 0);
    const rows = [...new Set(ids)].filter((id) => id !== padding).sort((a, b) => a - b);
    assertEquals([...sparse.rows], rows);
    assertEquals(sparse.values.shape, [rows.length, 2]);
  });
});

Deno.test("sparse and dense gradients of one table add up, in either order", () => {
  for (const denseFirst of [true, false]) {
    const E = new Parameter(table());
    const embedding = new Embedding(3, 2, { sparse: true, table: E });
    const terms = [() => E.mul(10).sum().backward(), () => embedding.forward([1]).sum().backward()];
    for (const term of denseFirst ? terms : terms.toReversed()) term();
    assertEquals(E.grad?.toArray(), [[10, 10], [11, 11], [10, 10]]);
  }
});

Deno.test("the sum of gradients of many rows is taken without a limit on their number", () => {
  const count = 200_000;
  const embedding = new Embedding(count, 1, { sparse: true, initScale: 0 });
  const all = Int32Array.from({ length: count }, (_, i) => i);
  embedding.forward(all).sum().backward();
  embedding.forward(all).sum().backward();
  const grad = gradientOf(embedding);
  assertInstanceOf(grad, RowGradient);
  assertEquals([grad.rows.length, grad.values.data[0], grad.values.data[count - 1]], [count, 2, 2]);
});

Deno.test("a table given as a tensor is copied, one given as a Parameter is used as it is", () => {
  const values = table();
  const copied = new Embedding(3, 2, { table: values });
  copied.E.data.fill(0);
  assertEquals(values.toArray(), table().toArray());
  const shared = new Parameter(values);
  assertStrictEquals(new Embedding(3, 2, { table: shared }).E, shared);
});

Deno.test("fromPretrained copies the vectors and freezes them by default", () => {
  const vectors = table();
  const frozen = Embedding.fromPretrained(vectors);
  vectors.data.fill(0);
  assertEquals(frozen.E.toArray(), table().toArray());
  assertEquals([frozen.numEmbeddings, frozen.embeddingDim], [3, 2]);
  assertEquals(frozen.forward([0]).requiresGrad, false);
  const free = Embedding.fromPretrained(table(), { freeze: false, paddingIdx: -3 });
  assertEquals(free.E.toArray(), table().toArray()); // as in torch, given vectors are not zeroed
  free.forward([0, 1]).sum().backward();
  assertEquals(gradientOf(free).toArray(), [[0, 0], [1, 1], [0, 0]]);
  const float32 = Embedding.fromPretrained(tensor([[1]], { dtype: "float32" }));
  assertEquals(float32.E.dtype, "float32");
});

Deno.test("no ids, no rows and vectors of length 0 work, forward and backward", () => {
  for (const sparse of [false, true]) {
    for (const dtype of ["float64", "float32"] as const) {
      const none = new Embedding(3, 2, { sparse, dtype });
      assertEquals(none.forward([]).shape, [0, 2]);
      none.forward([[], []]).sum().backward();
      assertEquals(gradientOf(none).toArray(), [[0, 0], [0, 0], [0, 0]]);
      const noRows = new Embedding(0, 2, { sparse, dtype, maxNorm: 1, scaleGradByFreq: true });
      noRows.forward([]).sum().backward();
      assertEquals(gradientOf(noRows).shape, [0, 2]);
      const noWidth = new Embedding(3, 0, { sparse, dtype, maxNorm: 1, scaleGradByFreq: true });
      const y = noWidth.forward([[1, 1]]);
      assertEquals(y.shape, [1, 2, 0]);
      y.sum().backward();
      assertEquals(gradientOf(noWidth).shape, [3, 0]);
    }
  }
});

Deno.test("Embedding's gradient is the gatherBackward of its upstream, of any shape of ids", () => {
  const ids = fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  });
  property([ids, fc.nat({ max: 99 })], (ids, salt) => {
    const embedding = new Embedding(5, 2, { seed: salt });
    const y = embedding.forward(ids);
    const upstream = normal(y.shape, { seed: salt });
    y.backward(upstream);
    assertEquals(gradientOf(embedding).data, gatherBackward(upstream, ids, [5, 2]).data);
  });
});

Deno.test("save and load give the same bits and options back", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const dtype of ["float64", "float32"] as const) {
      const path = `${folder}/${dtype}`;
      const saved = new Embedding(5, 3, { dtype, paddingIdx: -1, scaleGradByFreq: true });
      saved.E.data.set([NaN, -0, 1e-310]);
      await saved.save(path);
      const loaded = await Embedding.load(path);
      assertEquals(loaded.E.data, saved.E.data);
      assertEquals(loaded.E.requiresGrad, true);
      loaded.forward([4, 1, 1]).sum().backward();
      assertEquals(gradientOf(loaded).data, zeros([5, 3], { dtype }).data.fill(1, 3, 6));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What must hold of an embedding that is saved and loaded: any option that it was made with comes back. */
async function keepsInfinity(
  save: (embedding: Embedding, path: string) => Promise<void>,
  load: (path: string) => Promise<Embedding>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const rows = [[3, 4], [-6, 2]];
    for (
      const [options, expected] of [
        [{ maxNorm: 2, normType: Infinity }, [[1.5, 2], [-2, 2 / 3]]],
        [{ maxNorm: 7, normType: 1 }, [[3, 4], [-5.25, 1.75]]],
        [{ maxNorm: Infinity }, rows],
        [{ maxNorm: Infinity, normType: Infinity }, rows],
        [{ normType: Infinity }, rows],
        [{ maxNorm: 1e308 }, rows],
      ] as const
    ) {
      await save(new Embedding(2, 2, { ...options, table: tensor(rows) }), `${folder}/e`);
      const loaded = await load(`${folder}/e`);
      assertEquals(loaded.E.toArray(), rows);
      const found = loaded.forward([0, 1]).data;
      for (const [i, value] of expected.flat().entries()) {
        assertLess(Math.abs((found[i] ?? NaN) - value), 1e-6, JSON.stringify(options));
      }
      const { options: written } = await readCheckpoint(`${folder}/e`);
      const text = Object.entries({ normType: 2, ...options }).map(([name, value]) => [
        name,
        value === Infinity ? "Infinity" : value,
      ]);
      assertEquals(written, {
        ...Object.fromEntries(text),
        scaleGradByFreq: false,
        sparse: false,
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an infinite norm is saved and loaded as any other", () =>
  keepsInfinity((embedding, path) => embedding.save(path), (path) => Embedding.load(path)));

Deno.test("the check refuses a way that loses an infinite norm", async () => {
  const save = (embedding: Embedding, path: string) => embedding.save(path);
  const load = (path: string) => Embedding.load(path);
  const without = async (path: string, name: string) => {
    const { matrix, options } = await readCheckpoint(path);
    const kept = Object.entries(options).filter(([each]) => each !== name);
    await writeCheckpoint(path, { matrix, options: Object.fromEntries(kept) });
    return await Embedding.load(path);
  };
  const wrongs: [typeof save, typeof load][] = [
    [save, (path) => without(path, "normType")],
    [save, (path) => without(path, "maxNorm")],
    [(embedding, path) => writeCheckpoint(path, { matrix: embedding.E }), load],
  ];
  for (const wrong of wrongs) await assertRejects(() => keepsInfinity(...wrong));
});

Deno.test("load refuses options that no embedding has, without a word that moves the terminal", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/e`;
    const matrix = { data: new Float64Array(4), shape: [2, 2] };
    const hostile = "\x1b[2J\x9b31m\u202e";
    const cases: [JsonObject, string][] = [
      [{ normType: "infinity" }, 'normType must be a number above 0, got the string "infinity"'],
      [{ maxNorm: "-Infinity" }, 'maxNorm must be a number above 0, got the string "-Infinity"'],
      [{ paddingIdx: "Infinity" }, 'got the string "Infinity"'],
      [{ sparse: "Infinity" }, 'sparse must be true or false, got the string "Infinity"'],
      [{ maxNorm: null }, "maxNorm must be a number above 0, got null"],
      [{ [hostile]: 1 }, 'there is no option "\\u001b[2J\\u{9b}31m\\u{202e}"'],
      [{ maxNorm: hostile }, 'got the string "\\u001b[2J\\u{9b}31m\\u{202e}"'],
      [{ maxNorm: { constructor: { name: hostile } } }, "got a value of kind Object"],
    ];
    for (const [options, message] of cases) {
      await writeCheckpoint(path, { matrix, options });
      const error = await assertRejects(() => Embedding.load(path), FormatError);
      assertStringIncludes(error.message, `Cannot load an Embedding from ${path}: Cannot make an`);
      assertStringIncludes(error.message, message);
      assertMatch(error.message, /^[^\p{Cc}\p{Cf}]*$/u);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
