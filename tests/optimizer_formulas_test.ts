// Optimisers against their formulas, written out for one number.

import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  Adagrad,
  type AdagradOptions,
  Adam,
  type AdamOptions,
  AdamW,
  type Optimizer,
  Parameter,
  Sgd,
  type SgdOptions,
  tensor,
} from "minimodel";

function parameterOf(values: number[]): Parameter {
  return new Parameter(tensor(values));
}

/** The formulas of torch.optim.SGD for one number, written out. */
function sgdByHand(p: number, gradients: number[], options: SgdOptions): number {
  const { lr, momentum = 0, weightDecay = 0 } = options;
  let velocity: number | undefined;
  for (const gradient of gradients) {
    const g = gradient + weightDecay * p;
    velocity = velocity === undefined ? g : momentum * velocity + g;
    p -= lr * velocity;
  }
  return p;
}

/** The formulas of Kingma and Ba for one number, written out. */
function adamByHand(p: number, gradients: number[], options: AdamOptions): number {
  const { lr = 1e-3, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
  let [m, v] = [0, 0];
  gradients.forEach((gradient, i) => {
    const g = gradient + weightDecay * p;
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g * g;
    p -= lr * (m / (1 - b1 ** (i + 1))) / (Math.sqrt(v / (1 - b2 ** (i + 1))) + eps);
  });
  return p;
}

const gradientsOfSteps = [3, -1, 0.5, 0, 2, -7, 0.25, 1];

/** Steps along fixed gradients of `[1, 2, 4]` times each. */
function walk(p: Parameter, optimizer: Optimizer): void {
  for (const g of gradientsOfSteps) {
    optimizer.zeroGrad();
    p.mul(tensor([g, 2 * g, 4 * g], { dtype: p.dtype })).sum().backward();
    optimizer.step();
  }
}

Deno.test("Sgd follows its formulas with momentum and weight decay", () => {
  for (
    const options of [
      { lr: 0.1 },
      { lr: 0.1, momentum: 0.9 },
      { lr: 0.1, weightDecay: 0.3 },
      { lr: 0.05, momentum: 0.5, weightDecay: 0.1 },
    ]
  ) {
    const p = parameterOf([1, -2, 0.5]);
    walk(p, new Sgd([p], options));
    [1, -2, 0.5].forEach((start, i) => {
      const expected = sgdByHand(start, gradientsOfSteps.map((g) => g * 2 ** i), options);
      assertAlmostEquals(p.data[i], expected, 1e-13);
    });
  }
});

Deno.test("Adam follows its formulas with every option", () => {
  for (
    const options of [
      {},
      { lr: 0.1 },
      { lr: 0.1, betas: [0.5, 0.75] as const },
      { lr: 0.1, eps: 0.5 },
      { lr: 0.1, weightDecay: 0.3 },
    ]
  ) {
    const p = parameterOf([1, -2, 0.5]);
    walk(p, new Adam([p], options));
    [1, -2, 0.5].forEach((start, i) => {
      const expected = adamByHand(start, gradientsOfSteps.map((g) => g * 2 ** i), options);
      assertAlmostEquals(p.data[i], expected, 1e-13);
    });
  }
});

/** The formulas of Loshchilov and Hutter for one number: Adam's, and a decay of its own before. */
function adamWByHand(p: number, gradients: number[], options: AdamOptions): number {
  const { lr = 1e-3, weightDecay = 0.01, ...rest } = options;
  gradients.forEach((_, i) => {
    const [before, after] = [i, i + 1].map((count) =>
      adamByHand(0, gradients.slice(0, count), { lr, ...rest })
    );
    p = p * (1 - lr * weightDecay) + after - before;
  });
  return p;
}

/** The formulas of torch.optim.Adagrad for one number. */
function adagradByHand(p: number, gradients: number[], options: AdagradOptions): number {
  const { lr = 1e-2, lrDecay = 0, weightDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } =
    options;
  let sum = initialAccumulatorValue;
  gradients.forEach((gradient, i) => {
    const g = gradient + weightDecay * p;
    sum += g * g;
    p -= lr / (1 + i * lrDecay) * g / (Math.sqrt(sum) + eps);
  });
  return p;
}

Deno.test("AdamW follows its formulas with every option", () => {
  for (
    const options of [
      {},
      { lr: 0.1 },
      { lr: 0.1, betas: [0.5, 0.75] as const, eps: 0.5 },
      { lr: 0.1, weightDecay: 0.3 },
      { lr: 0.1, weightDecay: 0 },
    ]
  ) {
    const p = parameterOf([1, -2, 0.5]);
    walk(p, new AdamW([p], options));
    [1, -2, 0.5].forEach((start, i) => {
      const expected = adamWByHand(start, gradientsOfSteps.map((g) => g * 2 ** i), options);
      assertAlmostEquals(p.data[i], expected, 1e-13);
    });
  }
});

Deno.test("Adagrad follows its formulas with every option", () => {
  for (
    const options of [
      {},
      { lr: 0.1 },
      { lr: 0.1, lrDecay: 0.5 },
      { lr: 0.1, weightDecay: 0.3 },
      { lr: 0.1, initialAccumulatorValue: 2, eps: 0.5 },
    ]
  ) {
    const p = parameterOf([1, -2, 0.5]);
    walk(p, new Adagrad([p], options));
    [1, -2, 0.5].forEach((start, i) => {
      const expected = adagradByHand(start, gradientsOfSteps.map((g) => g * 2 ** i), options);
      assertAlmostEquals(p.data[i], expected, 1e-13);
    });
  }
});

Deno.test("decay that is decoupled does not pass through the means, as that of Adam does", () => {
  const moved = (make: (p: Parameter) => Optimizer) => {
    const p = parameterOf([1, -2, 0.5]);
    walk(p, make(p));
    return p.toArray();
  };
  const options = { lr: 0.1, weightDecay: 0.3 };
  assertNotEquals(
    moved((p) => new AdamW([p], options)),
    moved((p) => new Adam([p], options)),
  );
  const without = { lr: 0.1, weightDecay: 0 };
  assertEquals(moved((p) => new AdamW([p], without)), moved((p) => new Adam([p], without)));
});
