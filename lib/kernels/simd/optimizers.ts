// @ts-nocheck: AssemblyScript, which its own compiler checks.
// Steps of gradient descent, with PyTorch's formulas, every operation rounded to the dtype.

import { Lanes } from "./lanes.ts";

class Sgd {
  /** One vector, or with `whole` false one number, of a dense step. */
  @inline
  static step<T>(
    param: usize,
    grad: usize,
    velocity: usize,
    rate: v128,
    momentum: v128,
    decay: v128,
    decays: bool,
    first: bool,
    whole: bool,
  ): void {
    const p = Lanes.load<T>(param, whole);
    let g = Lanes.load<T>(grad, whole);
    if (decays) g = v128.add<T>(g, v128.mul<T>(decay, p));
    if (velocity) {
      if (!first) g = v128.add<T>(v128.mul<T>(momentum, Lanes.load<T>(velocity, whole)), g);
      Lanes.store<T>(velocity, g, whole);
    }
    Lanes.store<T>(param, v128.sub<T>(p, v128.mul<T>(rate, g)), whole);
  }

  @inline
  static run<T>(
    param: usize,
    grad: usize,
    velocity: usize,
    bytes: usize,
    lr: f64,
    momentum: f64,
    weightDecay: f64,
    first: bool,
    whole: bool,
  ): void {
    const rate = v128.splat<T>(<T> lr), kept = v128.splat<T>(<T> momentum);
    const decay = v128.splat<T>(<T> weightDecay);
    const decays = weightDecay != 0;
    const step = Lanes.step<T>(whole);
    for (let at: usize = 0; at < bytes; at += step) {
      const v = velocity ? velocity + at : 0;
      Sgd.step<T>(param + at, grad + at, v, rate, kept, decay, decays, first, whole);
    }
  }

  @inline
  static plain<T>(param: usize, grad: usize, rate: v128, whole: bool): void {
    const change = v128.mul<T>(rate, Lanes.load<T>(grad, whole));
    Lanes.store<T>(param, v128.sub<T>(Lanes.load<T>(param, whole), change), whole);
  }
}

/**
 * g = grad + weightDecay param; with a velocity (pointer not 0), v = first ? g : momentum v + g and
 * g = v; param -= lr g.
 */
export function sgd<T>(
  param: usize,
  grad: usize,
  velocity: usize,
  n: i32,
  lr: f64,
  momentum: f64,
  weightDecay: f64,
  first: bool,
): void {
  const bytes = <usize> n * sizeof<T>(), body = bytes & ~15;
  Sgd.run<T>(param, grad, velocity, body, lr, momentum, weightDecay, first, true);
  const rest = velocity ? velocity + body : 0;
  const left = bytes - body;
  Sgd.run<T>(param + body, grad + body, rest, left, lr, momentum, weightDecay, first, false);
}

/** `param[rows[k]] -= lr values[k]`, k = 0, 1, ...: no other row is touched. */
export function sgdRows<T>(
  param: usize,
  values: usize,
  rows: usize,
  n: i32,
  width: i32,
  lr: f64,
): void {
  const bytes = <usize> width * sizeof<T>();
  const rate = v128.splat<T>(<T> lr);
  for (; n > 0; n--, rows += 4, values += bytes) {
    const row = param + <usize> load<u32>(rows) * bytes;
    const body = bytes & ~15;
    let at: usize = 0;
    for (; at < body; at += 16) Sgd.plain<T>(row + at, values + at, rate, true);
    for (; at < bytes; at += sizeof<T>()) Sgd.plain<T>(row + at, values + at, rate, false);
  }
}

class Adam {
  /**
   * m += (1 - beta1) (g - m); v = beta2 v + (1 - beta2) g g;
   * param -= step m / (sqrt(v) / root + eps), with the moments m at `mAt` and v at `vAt`.
   */
  @inline
  static run<T>(
    param: usize,
    grad: usize,
    mAt: usize,
    vAt: usize,
    bytes: usize,
    beta1: f64,
    beta2: f64,
    eps: f64,
    weightDecay: f64,
    step: f64,
    root: f64,
    whole: bool,
  ): void {
    const newInM = v128.splat<T>(<T> (1 - beta1)), kept = v128.splat<T>(<T> beta2);
    const newInV = v128.splat<T>(<T> (1 - beta2)), epsilon = v128.splat<T>(<T> eps);
    const stride = v128.splat<T>(<T> step), roots = v128.splat<T>(<T> root);
    const decay = v128.splat<T>(<T> weightDecay);
    const decays = weightDecay != 0;
    for (let at: usize = 0; at < bytes; at += Lanes.step<T>(whole)) {
      const p = Lanes.load<T>(param + at, whole);
      let g = Lanes.load<T>(grad + at, whole);
      if (decays) g = v128.add<T>(g, v128.mul<T>(decay, p));
      let m = Lanes.load<T>(mAt + at, whole), v = Lanes.load<T>(vAt + at, whole);
      m = v128.add<T>(m, v128.mul<T>(newInM, v128.sub<T>(g, m)));
      v = v128.add<T>(v128.mul<T>(kept, v), v128.mul<T>(v128.mul<T>(newInV, g), g));
      const scale = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), roots), epsilon);
      Lanes.store<T>(mAt + at, m, whole);
      Lanes.store<T>(vAt + at, v, whole);
      const change = v128.div<T>(v128.mul<T>(stride, m), scale);
      Lanes.store<T>(param + at, v128.sub<T>(p, change), whole);
    }
  }
}

/**
 * Adam with g = grad + weightDecay param and param -= lr / c1 m / (sqrt(v) / sqrt(c2) + eps), where
 * c1 and c2 are the bias corrections 1 - beta^t. `m` and `v` point to the moments.
 */
export function adam<T>(
  param: usize,
  grad: usize,
  m: usize,
  v: usize,
  n: i32,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  weightDecay: f64,
  correction1: f64,
  correction2: f64,
): void {
  const bytes = <usize> n * sizeof<T>(), body = bytes & ~15;
  const step = lr / correction1, root = Math.sqrt(correction2);
  Adam.run<T>(param, grad, m, v, body, beta1, beta2, eps, weightDecay, step, root, true);
  param += body;
  grad += body;
  m += body;
  v += body;
  const left = bytes - body;
  Adam.run<T>(param, grad, m, v, left, beta1, beta2, eps, weightDecay, step, root, false);
}

/**
 * Adam on the rows `rows[k]` (each at most once) with gradients `values[k]`; no other row of the
 * parameter or of the moments is touched. As PyTorch's SparseAdam, eps is not scaled by the bias
 * correction: param -= lr sqrt(c2) / c1 m / (sqrt(v) + eps).
 */
export function adamRows<T>(
  param: usize,
  values: usize,
  rows: usize,
  n: i32,
  width: i32,
  m: usize,
  v: usize,
  lr: f64,
  beta1: f64,
  beta2: f64,
  eps: f64,
  correction1: f64,
  correction2: f64,
): void {
  const bytes = <usize> width * sizeof<T>(), body = bytes & ~15, left = bytes - body;
  const step = lr * Math.sqrt(correction2) / correction1;
  for (; n > 0; n--, rows += 4, values += bytes) {
    const at = <usize> load<u32>(rows) * bytes;
    const p = param + at, mRow = m + at, vRow = v + at;
    Adam.run<T>(p, values, mRow, vRow, body, beta1, beta2, eps, 0, step, 1, true);
    if (left) {
      const rest = values + body;
      Adam.run<T>(
        p + body,
        rest,
        mRow + body,
        vRow + body,
        left,
        beta1,
        beta2,
        eps,
        0,
        step,
        1,
        false,
      );
    }
  }
}
