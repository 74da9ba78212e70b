import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  Adam,
  type DType,
  Embedding,
  gather,
  Parameter,
  RowGradient,
  Sgd,
  tensor,
} from "minimodel";

const dtypes: readonly DType[] = ["float64", "float32"];

function parameterOf(values: number[], dtype: DType = "float64"): Parameter {
  return new Parameter(tensor(values, { dtype }));
}

/** Rounds as numbers of the dtype are rounded when they are stored. */
function rounder(dtype: DType): (value: number) => number {
  return dtype === "float32" ? Math.fround : (value) => value;
}

Deno.test("Sgd takes a step of lr against the gradient", () => {
  const p = parameterOf([1, 2]);
  p.mul(tensor([10, -20])).sum().backward();
  new Sgd([p], { lr: 0.5 }).step();
  assertEquals(p.toArray(), [-4, 12]);
});

Deno.test("the first step of Adam is lr long, whatever the size of the gradient", () => {
  for (const scale of [1e-3, 1, 1e6]) {
    const p = parameterOf([1]);
    p.mul(scale).sum().backward();
    new Adam([p], { lr: 0.25, eps: 0 }).step();
    assertAlmostEquals(p.item(), 0.75, 1e-15);
  }
});

Deno.test("optimisers keep float32 parameters, and round to them", () => {
  const round = rounder("float32");
  const p = parameterOf([1, 0.1, 3], "float32");
  p.mul(0.1).sum().backward();
  new Sgd([p], { lr: 0.1 }).step();
  assertEquals(p.data, Float32Array.from([1, 0.1, 3], (x) => round(x) - 0.1 * round(0.1)));
  const adam = new Adam([p], { lr: 0.1 });
  adam.step();
  assertEquals([p.data.constructor, p.grad?.dtype], [Float32Array, "float32"]);
});

Deno.test("parameters without a gradient stay, and keep no state", () => {
  for (const make of [(p: Parameter[]) => new Sgd(p, { lr: 1 }), (p: Parameter[]) => new Adam(p)]) {
    const [moved, still] = [parameterOf([1]), parameterOf([1])];
    const optimizer = make([moved, still]);
    moved.mul(2).sum().backward();
    optimizer.step();
    assertEquals(still.item(), 1);
    assert(moved.item() < 1);
  }
});

Deno.test("zeroGrad forgets gradients, and nothing else", () => {
  const p = parameterOf([1, 2, 4]);
  for (const optimizer of [new Sgd([p], { lr: 1, momentum: 0.5 }), new Adam([p])]) {
    p.sum().backward();
    optimizer.zeroGrad();
    assertEquals(p.grad, null);
    optimizer.step();
    assertEquals(p.toArray(), [1, 2, 4]);
  }
});

Deno.test("a parameter that is listed twice is moved once", () => {
  const p = parameterOf([1]);
  p.sum().backward();
  new Sgd([p, p], { lr: 0.25 }).step();
  assertEquals(p.item(), 0.75);
});

/** Rows of 0.1, 0.2, ... and an embedding over them, sparse or not. */
function tableOf(dtype: DType, sparse: boolean): Embedding {
  const values = Float64Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  return new Embedding(5, 2, { table: tensor(values, { dtype, shape: [5, 2] }), sparse });
}

function bits({ data }: Parameter): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

Deno.test("a RowGradient moves its rows and leaves every bit of the others", () => {
  for (const dtype of dtypes) {
    for (
      const make of [(p: Parameter) => new Sgd([p], { lr: 0.3 }), (p: Parameter) => new Adam([p])]
    ) {
      const embedding = tableOf(dtype, true);
      // A bit pattern that arithmetic would not keep.
      embedding.E.data.set([-0, NaN], 4);
      const before = bits(embedding.E);
      const optimizer = make(embedding.E);
      for (const ids of [[1], [3, 1, 3]]) {
        optimizer.zeroGrad();
        embedding.forward(ids).sum().backward();
        assert(embedding.E.grad instanceof RowGradient);
        optimizer.step();
      }
      const after = bits(embedding.E);
      const row = 2 * embedding.E.data.BYTES_PER_ELEMENT;
      for (const kept of [0, 2, 4]) {
        const range = [kept * row, (kept + 1) * row] as const;
        assertEquals(after.slice(...range), before.slice(...range));
      }
      for (const moved of [1, 3]) assert(embedding.E.data[2 * moved] < (2 * moved + 1) / 10);
    }
  }
});

Deno.test("Sgd on a RowGradient moves rows exactly as on the whole gradient", () => {
  for (const dtype of dtypes) {
    const [sparse, dense] = [true, false].map((sparse) => {
      const embedding = tableOf(dtype, sparse);
      const optimizer = new Sgd([embedding.E], { lr: 0.3 });
      for (const ids of [[1, 2, 1], [], [4, 0]]) {
        optimizer.zeroGrad();
        embedding.forward(ids).mul(1.1).sum().backward();
        optimizer.step();
      }
      return embedding.E.data;
    });
    assertEquals(sparse, dense);
  }
});

Deno.test("Adam on a RowGradient keeps the means of rows that had none, as SparseAdam does", () => {
  const embedding = tableOf("float64", true);
  const optimizer = new Adam([embedding.E], { lr: 0.1 });
  for (const [id, g] of [[1, 3], [2, -1], [1, 0.5]]) {
    optimizer.zeroGrad();
    gather(embedding.E, id, { sparse: true }).mul(g).sum().backward();
    optimizer.step();
  }
  // Row 1 has gradients at steps 1 and 3; only the correction counts the step between.
  const rate = (t: number) => 0.1 * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
  let [p, m, v] = [0.3, 0, 0];
  for (const [t, g] of [[1, 3], [3, 0.5]]) {
    m += 0.1 * (g - m);
    v += (1 - 0.999) * (g * g - v);
    p -= rate(t) * m / (Math.sqrt(v) + 1e-8);
  }
  assertAlmostEquals(embedding.E.data[2], p, 1e-15);
  assertAlmostEquals(embedding.E.data[3], p + 0.1, 1e-15);
  assertEquals(embedding.E.data[0], 0.1);
});

Deno.test("optimisers step over empty parameters", () => {
  const empty = new Embedding(0, 2, { sparse: true });
  for (const optimizer of [new Sgd([empty.E], { lr: 1, momentum: 0 }), new Adam([empty.E])]) {
    empty.forward([]).sum().backward();
    optimizer.step();
    assertEquals(empty.E.shape, [0, 2]);
  }
});

Deno.test("training an embedding fits its targets", () => {
  for (const sparse of [true, false]) {
    const embedding = new Embedding(4, 2, { seed: 1, sparse });
    const optimizer = new Adam([embedding.E], { lr: 0.05 });
    const targets = tensor([[1, 0], [0, 1], [-1, 0], [0, -1]]);
    for (let step = 0; step < 400; step++) {
      optimizer.zeroGrad();
      const off = embedding.forward([0, 1, 2, 3]).sub(targets);
      off.mul(off).sum().backward();
      optimizer.step();
    }
    embedding.E.data.forEach((each, i) => assertAlmostEquals(each, targets.data[i], 1e-6));
  }
});
