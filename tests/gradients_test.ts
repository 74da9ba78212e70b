import { assert, assertEquals, assertThrows } from "@std/assert";
import { CheckError, checkGradients, type DType, tensor } from "minimodel";
import { applyOp, casesOf, describeCase, leavesOf, numbersForAll, opNames } from "./_op_cases.ts";
import { property } from "./_property.ts";
import { fixedNumbers, planted, plantedRight, wrongGradientOf } from "./_wrong_gradients.ts";

const dtypes: readonly DType[] = ["float64", "float32"];

for (const op of opNames) {
  Deno.test(`checkGradients accepts the gradient of ${op}, of every shape and dtype`, () => {
    const cases = casesOf(op);
    assert(cases.length >= 4, `${op} has ${cases.length} cases`);
    for (const each of cases) {
      for (const dtype of dtypes) {
        property([numbersForAll(each)], (numbers) => {
          const inputs = leavesOf(each, numbers, dtype);
          const size = inputs.reduce((total, input) => total + input.size, 0);
          const { checked } = checkGradients(() => applyOp(op, inputs, each.params), inputs);
          assertEquals(checked, size, describeCase(each));
        }, { numRuns: 8 });
      }
    }
  });
}

for (const op of opNames) {
  const wrong = wrongGradientOf(op);
  Deno.test(`checkGradients refuses a derivative of ${op} with ${wrong.mistake}`, () => {
    for (const dtype of dtypes) {
      const inputs = wrong.shapes.map((shape, i) =>
        tensor(fixedNumbers(op, shape, i), { dtype, shape, requiresGrad: true })
      );
      checkGradients(plantedRight(op, wrong), inputs);
      assertThrows(
        () => checkGradients(planted(op, wrong, wrong.backward), inputs),
        CheckError,
        "Gradients are wrong at ",
      );
    }
  });
}
