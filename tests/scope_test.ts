// Giving memory back: scopes, dispose, and what stays good afterwards. Everything is done to small
// tensors, which are plain arrays, and to large ones, which are blocks of the kernels' memory.

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  Adam,
  crossEntropy,
  Embedding,
  normal,
  ones,
  Parameter,
  RowGradient,
  scope,
  Sgd,
  Tensor,
  tensor,
} from "minimodel";
import { withScratch } from "../lib/kernels/memory.ts";
import { disposeAfter } from "../lib/kernels/open_scope.ts";
import { copyOf, Storage } from "../lib/kernels/storage.ts";

const sizes = [4, 5000];
const gone = "Cannot use a tensor that was disposed of, or made in a scope that has ended";

/** Uses up and reuses memory, so that whatever was given back is written over. */
function churn(size: number): void {
  for (let i = 0; i < 10; i++) ones([size]).mul(-7).dispose();
}

Deno.test("scope returns what its function returns, numbers and tensors alike", () => {
  for (const size of sizes) {
    assertEquals(scope(() => ones([size]).sum().item()), size);
    const kept = scope(() => {
      ones([size]).mul(2);
      return { y: ones([size]).mul(3), list: [ones([size]).mul(4), "text"], nothing: null };
    });
    churn(size);
    assertEquals([kept.y.data[size - 1], kept.nothing], [3, null]);
    assertInstanceOf(kept.list[0], Tensor);
    assertEquals(kept.list[0].data[0], 4);
  }
});

Deno.test("what is made in a scope and not returned cannot be used afterwards", () => {
  for (const size of sizes) {
    const lost: Tensor[] = [];
    scope(() => {
      lost.push(ones([size]), ones([size]).mul(2));
    });
    for (const each of lost) {
      for (const use of [() => each.data, () => each.add(1), () => each.toArray()]) {
        assertEquals(assertThrows(use, TypeError).message, gone);
      }
    }
  }
});

Deno.test("what was made before a scope stays good in and after it", () => {
  for (const size of sizes) {
    const x = ones([size]);
    scope(() => {
      x.mul(2);
      x.data[0] = 5;
    });
    churn(size);
    assertEquals([x.data[0], x.data[size - 1]], [5, 1]);
  }
});

Deno.test("gradients of leaves, parameters and their windows outlive the scope", () => {
  for (const size of sizes) {
    const x = ones([size]);
    x.requiresGrad = true;
    const made = scope(() => {
      x.mul(3).sum().backward();
      x.mul(4).sum().backward();
      const parameter = new Parameter(ones([size]).mul(6));
      return { window: parameter.data, hidden: () => parameter };
    });
    churn(size);
    assertEquals([x.grad?.data[0], x.grad?.data[size - 1]], [7, 7]);
    made.window[0] = 1;
    assertEquals([made.hidden().data[0], made.hidden().data[size - 1]], [1, 6]);
  }
});

Deno.test("a RowGradient outlives the scope, also when the whole of it was read inside", () => {
  for (const rows of [4, 3000]) {
    for (const read of [true, false]) {
      const embedding = new Embedding(rows, 2, { sparse: true });
      const { E } = embedding;
      scope(() => {
        embedding.forward([1, 3, 1]).sum().backward();
        if (read) assertEquals(E.grad?.data.length, 2 * rows);
      });
      churn(2 * rows);
      assertInstanceOf(E.grad, RowGradient);
      assertEquals(E.grad.values.toArray(), [[2, 2], [1, 1]]);
      assertEquals([...E.grad.data.subarray(0, 8)], [0, 0, 2, 2, 0, 0, 1, 1]);
    }
  }
});

Deno.test("training in scopes gives the bits that training without them gives", () => {
  for (const [rows, dtype] of [[4, "float64"], [700, "float32"]] as const) {
    for (const sparse of [true, false]) {
      for (const kind of ["Adam", "Sgd"]) {
        const train = (around: <Result>(fn: () => Result) => Result) => {
          const E = new Parameter(normal([rows, 9], { seed: 1, dtype }));
          const embedding = new Embedding(rows, 9, { table: E, sparse });
          const optimizer = kind === "Adam"
            ? new Adam([E], { lr: 0.1 })
            : new Sgd([E], { lr: 0.1, momentum: sparse ? 0 : 0.9 });
          const losses = Array.from({ length: 5 }, (_, step) =>
            around(() => {
              optimizer.zeroGrad();
              const loss = crossEntropy(embedding.forward([step % 4, 1, 2, 1]), [0, 8, 3, 1]);
              loss.backward();
              optimizer.step();
              return loss.item();
            }));
          return { losses, table: E.data.slice() };
        };
        assertEquals(train(scope), train((fn) => fn()));
      }
    }
  }
});

Deno.test("scopes may be nested: what an inner one returns lives as long as the outer one", () => {
  for (const size of sizes) {
    const lost: Tensor[] = [];
    const kept = scope(() => {
      const inner = scope(() => [ones([size]).mul(2), ones([size]).mul(3)]);
      churn(size);
      assertEquals(inner.map(({ data }) => data[size - 1]), [2, 3]);
      lost.push(inner[1]);
      return inner[0];
    });
    churn(size);
    assertEquals(kept.data[0], 2);
    assertThrows(() => lost[0].data, TypeError, gone);
  }
});

Deno.test("a scope ends when its function throws", () => {
  for (const size of sizes) {
    const lost: Tensor[] = [];
    assertThrows(
      () =>
        scope(() => {
          lost.push(ones([size]).mul(2));
          throw new Error("stop");
        }),
      Error,
      "stop",
    );
    assertThrows(() => lost[0].data, TypeError, gone);
    assertEquals(ones([size]).mul(2).data[0], 2);
  }
});

Deno.test("refused: an async function in a scope", () => {
  assertEquals(
    assertThrows(() => scope(() => Promise.resolve(1)), TypeError).message,
    "Cannot run in a scope: wanted a function that is done when it returns, got one that returns a promise",
  );
});

Deno.test("dispose and using give a tensor's numbers up, and nobody else's", () => {
  for (const size of sizes) {
    const x = ones([size]);
    const y = x.mul(2);
    const z = y.mul(2);
    y.dispose();
    y.dispose();
    churn(size);
    assertEquals([x.data[0], z.data[size - 1]], [1, 4]);
    assertEquals(assertThrows(() => y.add(1), TypeError).message, gone);
    let ended: Tensor;
    {
      using short = z.mul(2);
      ended = short;
      assertEquals(short.data[0], 8);
    }
    assertThrows(() => ended.data, TypeError, gone);
  }
});

Deno.test("arrays that a tensor handed out stay good after it was disposed of", () => {
  for (const size of sizes) {
    const result = ones([size]).mul(2);
    const parameter = new Parameter(result);
    const [copy, window, part] = [result.data, parameter.data, parameter.data.subarray(1, 3)];
    result.dispose();
    parameter.dispose();
    churn(size);
    assertEquals([copy[0], copy[size - 1], window[0], window[size - 1]], [2, 2, 2, 2]);
    assertEquals([...part], [2, 2]);
    assertThrows(() => parameter.data, TypeError, gone);
  }
});

Deno.test("going back through a disposed tensor is an error that says so", () => {
  for (const size of sizes) {
    const x = tensor(new Float64Array(size).fill(3), { requiresGrad: true });
    const y = x.mul(x);
    const z = y.exp().sum();
    const { tape } = z;
    assert(tape !== null);
    tape.inputs[0].dispose();
    assertEquals(assertThrows(() => z.backward(), TypeError).message, gone);
  }
});

Deno.test("memory that was given back is given out again", () => {
  const pointers = new Set<number | undefined>();
  for (let i = 0; i < 1000; i++) {
    pointers.add(scope(() => ones([100_000]).mul(2).storage.pointer()));
  }
  // A step takes two blocks at most; without giving back there would be 1000 of 800 kB.
  assert(pointers.size <= 2, `${pointers.size} places`);
});

Deno.test("disposeAfter keeps what it is told to keep, and that only", () => {
  const numbers = new Float64Array(5000).fill(3);
  const made: Storage[] = [];
  const kept = disposeAfter(() => {
    made.push(copyOf(numbers, "float64"), copyOf(numbers, "float64"), new Storage(numbers));
    return made[0];
  }, (first) => [first]);
  assertEquals(kept.numbers[4999], 3);
  for (const each of made.slice(1)) assertThrows(() => each.numbers, TypeError, gone);
});

Deno.test("refused: more room to work in than kernels have", () => {
  assertEquals(
    assertThrows(() => withScratch(2 ** 20 + 1, () => {}), RangeError).message,
    "Cannot lend a kernel 1048577 bytes to work in",
  );
});
