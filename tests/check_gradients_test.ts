import { assert, assertEquals, assertThrows } from "@std/assert";
import { CheckError, checkGradients, record, type Tensor, tensor } from "minimodel";

/** `x` times `slopes`, with a backward that says `claimed` instead. */
function scaled(x: Tensor, slopes: number[], claimed: number[]): Tensor {
  const data = x.data.map((each, i) => each * slopes[i]);
  return record("scaled", [x], data, x.shape, (dy) => [
    dy.mul(tensor(claimed, { dtype: x.dtype, shape: x.shape })),
  ]);
}

Deno.test("checkGradients reports how many entries it compared and the largest error", () => {
  const [a, b] = [[1, 2, 3], [0.5, -1, 0.5]].map((v) => tensor(v, { requiresGrad: true }));
  const report = checkGradients((a, b) => a.mul(b).tanh(), [a, b]);
  assertEquals(report.checked, 6);
  assert(report.largestError < 1e-8, `${report.largestError}`);
});

Deno.test("checkGradients leaves numbers and gradients as they were, also after an error", () => {
  for (const claimed of [[2, 3], [2, 4]]) {
    const x = tensor([1, 2], { requiresGrad: true });
    x.sum().backward();
    const { grad } = x;
    const check = () => checkGradients(() => scaled(x, [2, 3], claimed), [x]);
    if (claimed[1] === 4) assertThrows(check, CheckError);
    else check();
    assertEquals([x.toArray(), x.grad === grad, grad?.toArray()], [[1, 2], true, [1, 1]]);
  }
});

Deno.test("checkGradients lists the wrong entries: which input, where, expected and got", () => {
  const x = tensor([[1, 2], [3, 4]], { requiresGrad: true });
  const y = tensor([5], { requiresGrad: true });
  const { message } = assertThrows(
    () => checkGradients(() => scaled(x, [1, 1, 1, 1], [1, 1, 1, -1]).sum().mul(y), [y, x]),
    CheckError,
  );
  const weight = 5 * Math.cos(1);
  assertEquals(message.split("\n"), [
    "Gradients are wrong at 1 of 5 entries:",
    `  input 1 at [1, 1]: expected ${weight.toPrecision(7)}, got ${(-weight).toPrecision(7)}`,
  ]);
});

Deno.test("checkGradients shows the first five wrong entries and how many more there are", () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7], { requiresGrad: true });
  const ones = [1, 1, 1, 1, 1, 1, 1];
  const { message } = assertThrows(
    () => checkGradients(() => scaled(x, ones, ones.map(() => 2)), [x]),
    CheckError,
  );
  const lines = message.split("\n");
  assertEquals(lines.length, 7);
  assertEquals(lines[0], "Gradients are wrong at 7 of 7 entries:");
  assertEquals(lines[6], "  and 2 more");
});

Deno.test("checkGradients notices gradients that are exchanged between entries of one sum", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const swapped = (x: Tensor) =>
    record("swapped", [x], x.data.slice(), x.shape, (dy) => [
      tensor([dy.data[1], dy.data[0]]),
    ]);
  assertThrows(() => checkGradients(() => swapped(x), [x]), CheckError, "at 2 of 2 entries");
});

Deno.test("checkGradients takes a gradient that is missing as 0", () => {
  const [x, unused] = [tensor([2], { requiresGrad: true }), tensor([3], { requiresGrad: true })];
  assertEquals(checkGradients(() => x.mul(2), [x, unused]).checked, 2);
  assertThrows(() => checkGradients(() => x.detach().mul(x.data[0]), [x]), CheckError, "got 0.0");
  assertEquals(checkGradients(() => tensor(1), [x]), { checked: 1, largestError: 0, undecided: 0 });
});

Deno.test("checkGradients refuses NaN where a number is expected, and takes NaN for NaN", () => {
  const x = tensor([1], { requiresGrad: true });
  assertThrows(() => checkGradients(() => scaled(x, [2], [NaN]), [x]), CheckError, "got NaN");
  assertEquals(checkGradients(() => x.mul(NaN), [x]).largestError, 0);
});

Deno.test("checkGradients takes a distance and a tolerance", () => {
  const x = tensor([1], { requiresGrad: true });
  const almost = () => scaled(x, [2], [2.01]);
  assertThrows(() => checkGradients(almost, [x]), CheckError);
  assert(checkGradients(almost, [x], { tolerance: 0.01 }).largestError > 0.002);
  const cube = () => x.pow(3);
  // A difference over so much is off by epsilon^2, times the weight of the only entry.
  const { largestError } = checkGradients(cube, [x], { epsilon: 0.1, tolerance: 0.1 });
  assert(Math.abs(largestError - 0.01 * Math.cos(1) / (3.01 * Math.cos(1))) < 1e-12);
});

Deno.test("checkGradients of float32 allows for its coarser numbers, not for a wrong factor", () => {
  const x = tensor([0.3, -1.7, 12], { dtype: "float32", requiresGrad: true });
  assertEquals(checkGradients(() => x.sigmoid(), [x]).checked, 3);
  assertThrows(() => checkGradients(() => scaled(x, [1, 1, 1], [1, 1, 1.05]), [x]), CheckError);
});
