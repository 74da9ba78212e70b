// Making tensors, reading them, and how they look.

import { assert, assertEquals } from "@std/assert";
import { noGrad, ones, Parameter, parseIds, tensor, zeros } from "minimodel";

Deno.test("tensor takes a number, nested arrays and typed arrays, with the shape they have", () => {
  assertEquals(tensor(3).shape, []);
  assertEquals(tensor([]).shape, [0]);
  assertEquals(tensor([[], []]).shape, [2, 0]);
  assertEquals(tensor([[[1], [2]]]).shape, [1, 2, 1]);
  assertEquals(tensor(new Float64Array([1, 2])).toArray(), [1, 2]);
  assertEquals(tensor(new Int8Array([-1, 2]), { shape: [2, 1] }).toArray(), [[-1], [2]]);
  assertEquals(tensor(7, { shape: [1, 1] }).toArray(), [[7]]);
});

Deno.test("tensor makes float64 by default, and float32 from a Float32Array", () => {
  assertEquals(tensor([0.1]).dtype, "float64");
  assertEquals(tensor(new Float32Array([0.1])).dtype, "float32");
  assertEquals(tensor(new Float32Array([0.1]), { dtype: "float64" }).item(), Math.fround(0.1));
  assertEquals(tensor([0.1], { dtype: "float32" }).item(), Math.fround(0.1));
  assertEquals(tensor([0.1], { dtype: "float32" }).data.constructor, Float32Array);
});

Deno.test("tensor copies what it is given", () => {
  const values = new Float64Array([1, 2]);
  const shape = [2, 1];
  const x = tensor(values, { shape });
  values[0] = 100;
  shape[0] = 100;
  assertEquals([x.toArray(), x.shape], [[[1], [2]], [2, 1]]);
});

Deno.test("tensor keeps NaN, infinities and -0", () => {
  const values = [NaN, Infinity, -Infinity, -0];
  assertEquals(tensor(values).toArray(), values);
  assertEquals(tensor(values, { dtype: "float32" }).toArray(), values);
});

Deno.test("zeros and ones fill a shape in a dtype", () => {
  assertEquals(zeros([2, 1]).toArray(), [[0], [0]]);
  assertEquals(ones([]).item(), 1);
  assertEquals(ones([2], { dtype: "float32" }).data, new Float32Array([1, 1]));
  assertEquals(zeros([0, 3]).data.length, 0);
});

Deno.test("size, item and toArray say what a tensor holds", () => {
  assertEquals(zeros([2, 3]).size, 6);
  assertEquals(tensor([[4]]).item(), 4);
  assertEquals(tensor([[1, 2], [3, 4]]).toArray(), [[1, 2], [3, 4]]);
  assertEquals(tensor(5).toArray(), 5);
  assertEquals(zeros([2, 0]).toArray(), [[], []]);
});

Deno.test("writing to data changes the tensor", () => {
  const x = tensor([[1, 2]]);
  x.data[1] = 5;
  assertEquals(x.add(0).toArray(), [[1, 5]]);
});

Deno.test("a tensor prints its shape, dtype and numbers", () => {
  assertEquals(`${tensor([[1, 2], [3, 40]])}`, "Tensor (2, 2) float64\n[[ 1,  2],\n [ 3, 40]]");
  assertEquals(
    `${tensor([1.5, -0.25], { requiresGrad: true })}`,
    "Tensor (2,) float64 requiresGrad\n[ 1.5000, -0.2500]",
  );
  assertEquals(`${tensor(1e-9)}`, "Tensor () float64\n1.000e-9");
  assertEquals(`${zeros([0, 2], { dtype: "float32" })}`, "Tensor (0, 2) float32\n[]");
  const parameter = new Parameter(tensor([NaN, -Infinity, -0, 1e7]));
  assertEquals(
    `${parameter}`,
    "Parameter (4,) float64 requiresGrad\n[      NaN, -Infinity,        -0,  1.000e+7]",
  );
});

Deno.test("a large tensor prints the ends of its axes only", () => {
  const text = `${tensor(Float64Array.from({ length: 90 }, (_, i) => i), { shape: [9, 10] })}`;
  assertEquals(
    text,
    [
      "Tensor (9, 10) float64",
      "[[ 0,  1,  2, …,  7,  8,  9],",
      " [10, 11, 12, …, 17, 18, 19],",
      " [20, 21, 22, …, 27, 28, 29],",
      " …,",
      " [60, 61, 62, …, 67, 68, 69],",
      " [70, 71, 72, …, 77, 78, 79],",
      " [80, 81, 82, …, 87, 88, 89]]",
    ].join("\n"),
  );
  assertEquals(Deno.inspect(tensor([1])), "Tensor (1,) float64\n[1]");
  assert(`${zeros([1000, 1000])}`.length < 400);
});

Deno.test("a tensor of eight rows and columns is printed whole", () => {
  const rows = Array.from({ length: 8 }, (_, n) => Array.from({ length: 8 }, (_, i) => n + i));
  const lines = rows.map((row) => `[${row.map((each) => `${each}`.padStart(2)).join(", ")}]`);
  assertEquals(`${tensor(rows)}`, `Tensor (8, 8) float64\n[${lines.join(",\n ")}]`);
});

Deno.test("parseIds reads ids of every kind, negative ones too, with their shape", () => {
  assertEquals(parseIds(-3), { data: [-3], shape: [] });
  assertEquals(parseIds([[1], [-2]]), { data: [1, -2], shape: [2, 1] });
  assertEquals(parseIds(new BigInt64Array([5n])), { data: [5], shape: [1] });
  assertEquals(parseIds({ data: new Uint8Array([1, 2]), shape: [1, 2] }), {
    data: [1, 2],
    shape: [1, 2],
  });
});

Deno.test("noGrad returns what its function returns", () => {
  assertEquals(noGrad(() => "result"), "result");
});
