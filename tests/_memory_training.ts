// A little training with arrays of some MiB, whose results are the same to the last bit wherever the numbers
// live. As a worker, it trains as soon as it is started.

import type { Core } from "./_memory_ops.ts";

/** Trains; returns the losses, and the sum of all numbers at the end. */
export function train({ Embedding, Sgd, linear, manualSeed, scope }: Core): number[] {
  manualSeed(1);
  const embedding = new Embedding(5000, 64, { initScale: 0.5 });
  const output = new Embedding(400, 64, { initScale: 0.5 });
  const optimizer = new Sgd([embedding.E, output.E], { lr: 0.125, momentum: 0.5 });
  const seen: number[] = [];
  for (let step = 0; step < 3; step++) {
    const ids = Int32Array.from({ length: 600 }, (_, n) => (n * n + step) % 5000);
    seen.push(scope(() => {
      const loss = linear(embedding.forward(ids), output.E).sub(1).pow(2).mean();
      loss.backward();
      return loss.item();
    }));
    optimizer.step();
    optimizer.zeroGrad();
  }
  return [...seen, embedding.E.sum().item(), output.E.sum().item()];
}

if (globalThis.name === "training") {
  const core: Core = await import("minimodel");
  (globalThis as unknown as { postMessage(result: number[]): void }).postMessage(train(core));
}
