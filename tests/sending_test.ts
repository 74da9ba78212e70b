// Numbers on their way to a worker, and what is printed of tensors that are gone.

import { assert, assertEquals, AssertionError, assertThrows } from "@std/assert";
import {
  Adam,
  Embedding,
  EmbeddingBag,
  type FloatArray,
  ones,
  Parameter,
  RowGradient,
  scope,
  Sgd,
  tensor,
} from "minimodel";

/** Makers of arrays that a program may send: small ones, and those that live in the kernels' memory. */
const arrays: Record<string, (rows: number) => FloatArray> = {
  "a tensor": (rows) => ones([rows, 16]).data,
  "the result of an op": (rows) => ones([rows, 16]).mul(3).data,
  "a Parameter": (rows) => new Parameter(ones([rows, 16])).data,
  "a float32 Parameter": (rows) => new Parameter(ones([rows, 16], { dtype: "float32" })).data,
  "an Embedding's table": (rows) => new Embedding(rows, 16, { seed: 0 }).E.data,
  "a gradient": (rows) => {
    const embedding = new Embedding(rows, 16);
    embedding.forward([0]).sum().backward();
    return embedding.E.grad?.data ?? new Float64Array();
  },
  "a gradient of rows": (rows) => {
    const embedding = new Embedding(rows, 16, { sparse: true });
    embedding.forward([0, rows - 1]).sum().backward();
    return embedding.E.grad?.data ?? new Float64Array();
  },
  "an optimiser's memory": (rows) => {
    const p = new Parameter(ones([rows, 16]));
    p.grad = ones([rows, 16]);
    const optimizer = new Adam([p]);
    optimizer.step();
    return optimizer.state().parameters[0]?.numbers.m.data ?? new Float64Array();
  },
};

/** Of 16 numbers each, up to megabytes; the largest that are no block, and the smallest that are. */
const counts = [1, 2, 15, 31, 32, 33, 5000];

/** Cloned or moved, the array is what it was, in a buffer of just its bytes. */
function checkSending(make: (rows: number) => FloatArray): void {
  for (const rows of counts) {
    const expected = make(rows).slice();
    const copy = structuredClone(make(rows));
    const data = make(rows);
    const moved = structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
    for (const sent of [copy, moved]) {
      assertEquals(sent, expected);
      assertEquals([sent.byteOffset, sent.buffer.byteLength], [0, expected.byteLength]);
    }
    assertEquals(data.length, 0);
  }
}

for (const [what, make] of Object.entries(arrays)) {
  Deno.test(`the data of ${what} can be cloned and moved, with no more than its own bytes`, () => {
    checkSending(make);
  });
}

Deno.test("the check of sending refuses a view of memory that others share", () => {
  const memory = new WebAssembly.Memory({ initial: 20 });
  const views: ((rows: number) => FloatArray)[] = [
    (rows) => new Float64Array(new ArrayBuffer(128 * rows + 64), 64, 16 * rows),
    (rows) => new Float64Array(new ArrayBuffer(128 * rows + 64), 0, 16 * rows),
  ];
  for (const view of views) assertThrows(() => checkSending(view), AssertionError);
  assertThrows(() => checkSending((rows) => new Float64Array(memory.buffer, 0, 16 * rows)));
});

Deno.test("a worker gets the numbers of a parameter, and sends them back", async () => {
  const source = "onmessage = ({ data }) => { data[0] += 1; postMessage(data, [data.buffer]); };";
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  try {
    for (const rows of [2, 500]) {
      const embedding = new Embedding(rows, 16, { seed: 0 });
      const before = embedding.E.data.slice();
      const answer = new Promise<FloatArray>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
      });
      worker.postMessage(embedding.E.data);
      const data = await answer;
      assertEquals(data, before.with(0, before[0] + 1));
      assertEquals(embedding.E.data, before);
      embedding.E.data.set(data);
      assertEquals(embedding.forward([0]).data[0], before[0] + 1);
    }
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
});

const says = "Cannot send this to a worker: x.data.slice() can be sent";

Deno.test("a tensor itself is not sent, and the error says what can be", () => {
  const things: Record<string, () => unknown> = {
    "a tensor": () => tensor([1]),
    "a Parameter": () => new Parameter(ones([2])),
    "the result of an op": () => tensor([1], { requiresGrad: true }).mul(2),
    "a gradient of rows": () => new RowGradient(Int32Array.of(0), ones([1, 1]), [2, 1]),
    "an Embedding": () => new Embedding(2, 2),
    "an EmbeddingBag": () => new EmbeddingBag(2, 2),
    "tensors among others": () => ({ losses: [1, tensor(2)] }),
    "a state": () => {
      const p = new Parameter(ones([1]));
      p.grad = ones([1]);
      const optimizer = new Adam([p]);
      optimizer.step();
      return optimizer.state();
    },
  };
  const { port1, port2 } = new MessageChannel();
  for (const make of Object.values(things)) {
    for (const send of [structuredClone, (value: unknown) => port1.postMessage(value)]) {
      const error = assertThrows(() => send(make()), DOMException);
      assertEquals(error.name, "DataCloneError");
      assert(/could not be cloned/.test(error.message), error.message);
      // The result of an op has a way back, which cannot be cloned either.
      if (error.message.startsWith("Symbol")) assert(error.message.includes(says), error.message);
    }
  }
  for (const port of [port1, port2]) port.close();
  assertThrows(() => structuredClone(new Sgd([], { lr: 1 })), DOMException, "optimizer.state()");
  assertThrows(() => structuredClone(tensor([1])), DOMException, says);
});

Deno.test("the use of numbers that were moved away is refused, by every op and at every size", () => {
  for (const size of [1, 5, 300, 5000]) {
    const moved = () => {
      const p = new Parameter(ones([size]));
      p.grad = ones([size]);
      structuredClone(p.data, { transfer: [p.data.buffer as ArrayBuffer] });
      return p;
    };
    const uses: ((p: Parameter) => unknown)[] = [
      (p) => p.sum(),
      (p) => p.add(1),
      (p) => p.mul(p),
      (p) => p.data,
      (p) => p.toArray(),
      (p) => p.item(),
      (p) => new Sgd([p], { lr: 1 }).step(),
      (p) => new Embedding(size, 1, { table: p.reshape([size, 1]) }),
    ];
    for (const use of uses) assertThrows(() => use(moved()), TypeError, "Cannot use a tensor");
  }
});

/** Tensors that are gone, each in its way. */
const gone: Record<string, () => object> = {
  "that was disposed of": () => {
    const x = tensor([1, 2]);
    x.dispose();
    return x;
  },
  "in the kernels' memory": () => {
    const x = ones([64, 64]);
    x[Symbol.dispose]();
    return x;
  },
  "of a scope that has ended": () => {
    const made: object[] = [];
    scope(() => {
      made.push(ones([3]).mul(2));
    });
    return made[0];
  },
  "of rows": () => {
    const x = new RowGradient(Int32Array.of(1), ones([1, 2]), [4, 2]);
    x.dispose();
    return x;
  },
  "of rows whose whole was looked at": () => {
    const x = new RowGradient(Int32Array.of(1), ones([1, 2]), [4, 2]);
    assertEquals(x.data.length, 8);
    x.dispose();
    return x;
  },
  "of rows whose values are gone": () => {
    const x = new RowGradient(Int32Array.of(1), ones([1, 2]), [4, 2]);
    x.values.dispose();
    return x;
  },
};

for (const [what, make] of Object.entries(gone)) {
  Deno.test(`a tensor ${what} is printed as such, and throws nothing`, () => {
    const x = make();
    const text = /^(Tensor|RowGradient) \(.+\) float64, disposed of$/;
    assert(text.test(`${x}`), `${x}`);
    assert(text.test(Deno.inspect(x)), Deno.inspect(x));
    assert(Deno.inspect([{ x }]).includes("disposed of"));
    assertThrows(() => JSON.stringify(x), TypeError, "Cannot use a tensor that was disposed of");
  });
}

Deno.test("an optimiser prints what it is", () => {
  assertEquals(Deno.inspect(new Sgd([], { lr: 0.5 })), "Sgd of 0 Parameters, lr 0.5");
  assertEquals(
    Deno.inspect([new Adam([new Parameter(ones([1]))])]),
    "[ Adam of 1 Parameter, lr 0.001 ]",
  );
});
