// Tapes that pass the checks of the notebook on the tape: the library's own, behind the interface of the
// notebook, and the one that the notebook builds.

import { mul, record, type Shape, tanh, type Tensor, tensor } from "minimodel";
import type { TapeOps, TapeValue } from "minimodel/lab";

/** The library's product and tanh. */
export const libraryOps: TapeOps = {
  mul: (a, b) => made(mul, [a, b]),
  tanh: (x) => made(tanh, [x]),
};

function made<Inputs extends Tensor[]>(op: (...inputs: Inputs) => Tensor, of: TapeValue[]) {
  const inputs = of.map(({ data, shape }) => tensor(data, { shape, requiresGrad: true }));
  const y = op(...inputs as Inputs);
  return {
    data: Float64Array.from(y.data),
    shape: y.shape,
    inputs: of,
    backward: (dy: Float64Array) => {
      const gradients = y.tape?.backward(tensor(dy, { shape: y.shape })) ?? [];
      return gradients.map((dx) => Float64Array.from(dx?.data ?? []));
    },
    grad: new Float64Array(y.size),
  };
}

/** The library's walk back, over values of the notebook. */
export function libraryGoBack(root: TapeValue): void {
  walk(root);
}

/** The order in which the library goes back, turned round; leaves, which it has no step for, in front. */
export function libraryOrder(root: TapeValue): TapeValue[] {
  const { values, visits } = walk(root);
  return [...values.filter(({ inputs }) => inputs.length === 0), ...visits.reverse()];
}

function walk(root: TapeValue): { values: TapeValue[]; visits: TapeValue[] } {
  const visits: TapeValue[] = [];
  const tensors = new Map<TapeValue, Tensor>();
  const waiting = [root];
  for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
    const value = at;
    const { data, shape, inputs } = value;
    const open = inputs.filter((input) => !tensors.has(input));
    if (open.length > 0 && !tensors.has(value)) {
      for (const input of open) waiting.push(input);
      continue;
    }
    waiting.pop();
    if (tensors.has(value)) continue;
    const of = inputs.map((input) => tensors.get(input)).filter((each) => each !== undefined);
    const leaf = () => tensor(data, { shape, requiresGrad: true });
    const op = () =>
      record("op", of, data.slice(), shape, (dy) => {
        visits.push(value);
        const gradients = value.backward(Float64Array.from(dy.data));
        return gradients.map((dx, k) => tensor(dx, { shape: inputs[k].shape }));
      });
    tensors.set(value, inputs.length === 0 ? leaf() : op());
  }
  const ones = tensor(root.data.map(() => 1), { shape: root.shape });
  tensors.get(root)?.backward(ones);
  for (const [value, { grad }] of tensors) {
    if (grad !== null) value.grad = Float64Array.from(grad.data);
  }
  return { values: [...tensors.keys()], visits };
}

/** What the library's tape makes of the gradient of a result whose input was repeated. */
export function librarySumTo(dy: Float64Array, resultShape: Shape, inputShape: Shape) {
  const size = inputShape.reduce((product, length) => product * length, 1);
  const x = tensor(new Float64Array(size), { shape: inputShape, requiresGrad: true });
  const y = record("repeat", [x], new Float64Array(dy.length), resultShape, (dy) => [dy]);
  y.backward(tensor(dy, { shape: resultShape }));
  return Float64Array.from(x.grad?.data ?? []);
}

/** The order as the notebook's answer has it, which calls itself. */
export function inputsFirst(root: TapeValue): TapeValue[] {
  const order: TapeValue[] = [];
  const seen = new Set<TapeValue>();
  function visit(at: TapeValue): void {
    if (seen.has(at)) return;
    seen.add(at);
    at.inputs.forEach(visit);
    order.push(at);
  }
  visit(root);
  return order;
}

/** The walk back as the notebook's answer has it. */
export function goBack(root: TapeValue): void {
  const order = inputsFirst(root).reverse();
  for (const at of order) at.grad = new Float64Array(at.data.length);
  root.grad.fill(1);
  for (const at of order) {
    at.backward(at.grad).forEach((dx, k) => {
      dx.forEach((each, i) => at.inputs[k].grad[i] += each);
    });
  }
}
