// A training step of CBOW in plain loops: forward, cross-entropy, backward, Adam.

import type { FloatArray } from "minimodel";
import { adamFactors, contextWidth } from "./_cases.ts";

/** What the loops work on. */
export interface CbowNumbers {
  /** The input vectors, (V, d), which are trained in place. */
  readonly table: FloatArray;
  /** The words of the contexts, `contextWidth` for each center. */
  readonly contexts: Int32Array;
  /** The words that are predicted. */
  readonly centers: Int32Array;
  /** V and d. */
  readonly shape: readonly number[];
  /** Makes an array of zeros in the dtype. */
  zeros(length: number): FloatArray;
}

/** Returns a function that takes a step, and the parameters: input vectors, output vectors, bias. */
export function cbowLoops(
  { table, contexts, centers, shape: [size, width], zeros }: CbowNumbers,
): { step: () => void; parameters: FloatArray[] } {
  const count = centers.length;
  const [output, bias] = [zeros(size * width), zeros(size)];
  const parameters = [table, output, bias];
  const gradients = parameters.map(({ length }) => zeros(length));
  const [dTable, dOutput, dBias] = gradients;
  const states = parameters.map(({ length }) => [zeros(length), zeros(length)]);
  const [h, p, dh] = [zeros(count * width), zeros(count * size), zeros(count * width)];
  let steps = 0;

  function forward(): void {
    h.fill(0);
    for (let n = 0; n < contexts.length; n++) {
      const [from, to] = [contexts[n] * width, Math.floor(n / contextWidth) * width];
      for (let i = 0; i < width; i++) h[to + i] += table[from + i] / contextWidth;
    }
    for (let row = 0; row < count; row++) {
      let top = -Infinity;
      for (let word = 0; word < size; word++) {
        let logit = bias[word];
        for (let i = 0; i < width; i++) logit += h[row * width + i] * output[word * width + i];
        p[row * size + word] = logit;
        if (logit > top) top = logit;
      }
      let total = 0;
      for (let at = row * size; at < (row + 1) * size; at++) total += p[at] = Math.exp(p[at] - top);
      for (let at = row * size; at < (row + 1) * size; at++) p[at] /= total * count;
      p[row * size + centers[row]] -= 1 / count;
    }
  }

  function backward(): void {
    for (const gradient of gradients) gradient.fill(0);
    dh.fill(0);
    for (let row = 0; row < count; row++) {
      for (let word = 0; word < size; word++) {
        const slope = p[row * size + word];
        dBias[word] += slope;
        for (let i = 0; i < width; i++) {
          dOutput[word * width + i] += slope * h[row * width + i];
          dh[row * width + i] += slope * output[word * width + i];
        }
      }
    }
    for (let n = 0; n < contexts.length; n++) {
      const [to, from] = [contexts[n] * width, Math.floor(n / contextWidth) * width];
      for (let i = 0; i < width; i++) dTable[to + i] += dh[from + i] / contextWidth;
    }
  }

  function step(): void {
    forward();
    backward();
    const { lr, beta1, beta2, eps, correction1, correction2 } = adamFactors(++steps);
    parameters.forEach((x, n) => {
      const [g, [m, v]] = [gradients[n], states[n]];
      for (let i = 0; i < x.length; i++) {
        m[i] += (1 - beta1) * (g[i] - m[i]);
        v[i] += (1 - beta2) * (g[i] * g[i] - v[i]);
        x[i] -= lr * (m[i] / correction1) / (Math.sqrt(v[i] / correction2) + eps);
      }
    });
  }

  return { step, parameters };
}
