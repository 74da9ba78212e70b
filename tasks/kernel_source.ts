// Generates parts of the kernels' source. AssemblyScript exports no generic functions, so each
// kernel is exported here for both dtypes, under the names that the library calls. The element-wise
// ones come from the table of rules, all others from the signatures of the exported generic
// functions in lib/kernels/simd/.

import { type Rule, rules } from "../lib/kernels/rules.ts";

/** The files whose exported generic functions are kernels, and elementwise.ts for the rules. */
export const sources = [
  "rows.ts",
  "bag.ts",
  "elementwise.ts",
  "reduce.ts",
  "softmax.ts",
  "matmul.ts",
  "dots.ts",
  "optimizers.ts",
] as const;

const suffixes = ["f32", "f64"] as const;
const kinds = { 1: "Unary", 2: "Binary" } as const;
const signatures = {
  1: { declared: "x: usize, out: usize, n: i32", given: "x, out, n" },
  2: {
    declared: "a: usize, aStep: i32, b: usize, bStep: i32, out: usize, n: i32",
    given: "a, aStep, b, bStep, out, n",
  },
} as const;

/**
 * The text before walk.ts: the enums of the rules' names, and Formula, which finds the formulas.
 */
export function ruleFormulas(): string {
  const shapes = ([1, 2] as const).flatMap((of) =>
    (["vector", "pair", "scalar"] as const).map((loop) => ({
      of,
      loop,
      names: Object.entries(rules).filter(([, row]) => row.of === of && row.loop === loop)
        .map(([name]) => name),
    }))
  ).filter(({ names }) => names.length > 0);
  const enums = ([1, 2] as const).map((of) => {
    const names = shapes.filter((shape) => shape.of === of).flatMap(({ names }) => names);
    return `export enum ${kinds[of]} { ${names.map(capital).join(", ")} }\n`;
  });
  const classes = shapes.map(({ of, loop }) => walkName(loop, of)).map(capital);
  return [
    ...enums,
    `import { ${classes.join(", ")} } from "./elementwise.ts";\n`,
    `class Formula {\n${shapes.map(formulaOf).join("")}}\n`,
  ].join("");
}

/** The method that finds the formula of a rule: a chain of tests, without one for the last rule. */
function formulaOf(
  { of, loop, names }: { of: 1 | 2; loop: Rule["loop"]; names: string[] },
): string {
  const type = loop === "scalar" ? "f64" : "v128";
  const [declared, given] = of === 1 ? [`x: ${type}`, "x"] : [`a: ${type}, b: ${type}`, "a, b"];
  const walk = walkName(loop, of);
  const chain = names.map((name, i) =>
    `    ${i < names.length - 1 ? `if (rule == ${kinds[of]}.${capital(name)}) ` : ""}` +
    `return ${capital(walk)}.${name}<T>(${given});\n`
  );
  return `  @inline static ${walk}<T>(rule: ${kinds[of]}, ${declared}): ${type} {\n` +
    `${chain.join("")}  }\n`;
}

function walkName(loop: Rule["loop"], of: 1 | 2): string {
  return `${loop}${of === 1 ? "One" : "Two"}`;
}

/**
 * The exports of both dtypes, for the end of kernels.ts; `read` gives the text of a source file.
 */
export function kernelExports(read: (name: string) => string): string {
  return sources.flatMap((name) => {
    const module = name.replace(".ts", "");
    return name === "elementwise.ts"
      ? [
        'import { Binary, Each, Unary } from "./walk.ts";\n',
        ...Object.entries(rules).flatMap(([rule, row]) => ruleExports(rule, row)),
      ]
      : [`import * as ${module} from "./${name}";\n`, ...genericExports(module, read(name))];
  }).join("");
}

function ruleExports(name: string, { of, loop }: Rule): string[] {
  const { declared, given } = signatures[of];
  return suffixes.map((type) =>
    `export function ${name}_${type}(${declared}): void {\n` +
    `  Each.${walkName(loop, of)}<${type}>(${kinds[of]}.${capital(name)}, ${given});\n}\n`
  );
}

/** A wrapper of each dtype for every `export function name<T>(...)` of a file. */
function genericExports(module: string, text: string): string[] {
  const found = text.matchAll(/^export function (\w+)<T>\(([^)]*)\): (\w+) \{$/gm);
  return [...found].flatMap(([, name = "", list = "", returns = ""]) => {
    const parameters = list.split(",").map((each) => each.trim()).filter((each) => each !== "")
      .map((each) => each.split(": "));
    // WebAssembly has no booleans: a flag is passed as a number.
    const declared = parameters.map(([key, type]) => `${key}: ${type === "bool" ? "i32" : type}`);
    const given = parameters.map(([key, type]) => type === "bool" ? `${key} != 0` : key);
    return suffixes.map((type) =>
      `export function ${name}_${type}(${declared.join(", ")}): ${returns} {\n` +
      `  ${returns === "void" ? "" : "return "}${module}.${name}<${type}>(${
        given.join(", ")
      });\n}\n`
    );
  });
}

function capital(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
