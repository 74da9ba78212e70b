// Loops that free nothing, each of which makes 1.3 GiB of numbers or many small tensors, without a turn of
// the event loop.

import { Adam, Embedding, normal, ones, Parameter, type Tensor, tensor, zeros } from "minimodel";

const square = [512, 512];
/** How many tensors of 2 MiB are 1.3 GiB. */
const count = 650;
const kept: Tensor[] = [];

const repeat = (times: number, work: (i: number) => void) => {
  for (let i = 0; i < times; i++) work(i);
};

/** The loops, by what they make. */
export const loops: Readonly<Record<string, () => void>> = {
  results() {
    const x = ones(square);
    repeat(count / 2, () => void x.mul(2).add(1));
  },
  lookups() {
    const embedding = new Embedding(64, 32);
    const ids = Int32Array.from({ length: 8192 }, (_, n) => n % 64);
    repeat(count, () => void embedding.forward(ids));
  },
  zeros: () => repeat(count, () => void zeros(square)),
  "random numbers": () => repeat(270, (seed) => void normal(square, { seed })),
  tensors() {
    const values = new Float64Array(512 * 512);
    repeat(count, () => void tensor(values));
  },
  parameters() {
    const x = ones(square);
    repeat(count, () => void new Parameter(x));
  },
  "small parameters"() {
    const x = ones([600]);
    repeat(280_000, () => void new Parameter(x));
  },
  embeddings: () => repeat(count / 2, () => void new Embedding(512, 512, { table: ones(square) })),
  "states of optimisers"() {
    repeat(count / 5, () => {
      const p = new Parameter(zeros(square));
      p.grad = zeros(square);
      new Adam([p]).step();
    });
  },
  "states that are loaded"() {
    const p = new Parameter(zeros(square));
    p.grad = zeros(square);
    const adam = new Adam([p]);
    adam.step();
    repeat(count / 4, () => adam.loadState(adam.state()));
    p.grad = null;
  },
  "gradients that are never zeroed"() {
    const embedding = new Embedding(512, 512);
    repeat(count / 2, () => embedding.forward([1, 2, 3]).sum().backward());
  },
  "gradients of rows"() {
    const embedding = new Embedding(512, 512, { sparse: true });
    repeat(count / 2, (i) => {
      embedding.E.grad = null;
      embedding.forward([i % 512]).sum().backward();
      if (embedding.E.grad !== null) (embedding.E.grad as Tensor).data[0] = 1;
    });
  },
  "one tensor after the other, the last one kept"() {
    let last = ones(square);
    repeat(count, () => last = last.add(1));
    kept.push(last.sum());
  },
  "numbers that are handed out"() {
    const x = ones(square);
    repeat(count / 2, () => {
      x.mul(2).data[0] = 1;
      new Parameter(x).data[0] = 1;
    });
  },
  "larger arrays": () => repeat(42, () => void zeros([2 ** 22]).add(1)),
};

/** How many bytes each of some scalars takes that are kept out of many results. */
export async function bytesOfKeptScalar(collect: () => Promise<void>): Promise<number> {
  const many = 20_000;
  const y = ones([8]);
  const bytes = () => {
    const { external, heapUsed } = Deno.memoryUsage();
    return external + heapUsed;
  };
  await collect();
  const before = bytes();
  repeat(many, () => {
    repeat(20, (k) => void y.add(k));
    kept.push(y.sum().detach());
  });
  await collect();
  return (bytes() - before) / many;
}
