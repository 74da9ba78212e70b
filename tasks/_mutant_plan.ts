// Which test files are asked about a change: by the names of both, and by what each test file runs. To ask
// all of them about each change would take hours.

import type { MeasuredTest, TestFile } from "./_mutant_runs.ts";

const core = ["check", "kernels", "autograd", "nn"];

/** The rooms that tests know about; the first pattern counts that the name of a file begins with. */
const rows: readonly (readonly [pattern: RegExp, rooms: readonly string[]])[] = [
  // Tests of other things than the library.
  [/^(?:tasks|doctor|exercises|budget|examples|lint|peers|std|permissions|strict|mutants?)_/, []],
  [/^(?:packages|notebooks|lab_template)_/, []],
  // These take longer than all others together.
  [/^(?:api_fuzz|memory)_/, []],
  [/^(?:large_ops|kernels|storage|simd|every_kernel|long_products|noticed_kernels)_/, ["kernels"]],
  [/^(?:seeds|manual_seed|random)_/, ["nn"]],
  [/^(?:checkpoint|npy|io|noticed_io)_/, ["io"]],
  [/^lab_plot/, ["lab"]],
  [/^(?:lab|noticed_lab)_/, ["check", "lab", "lessons"]],
  [/^checks_/, ["lab", "lessons"]],
  [/^(?:lesson|lookup_timing|planted|tape_lesson|noticed_lessons)_/, ["lessons"]],
  [/^/, core],
];

/** All rooms that a row names; about another one, the tests of the core are asked. */
const named = new Set(rows.flatMap(([, rooms]) => rooms));

/** The tests among these that are asked about a source, both by their paths. */
export function testsFor<Test extends TestFile>(source: string, tests: readonly Test[]): Test[] {
  const folders = source.split("/").slice(1, -1);
  const room = folders.findLast((folder) => named.has(folder)) ?? "autograd";
  return tests.filter(({ path }) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const [, rooms = []] = rows.find(([pattern]) => pattern.test(name)) ?? [];
    return rooms.includes(room);
  });
}

/** Those of them that run a line of the source, the fastest first: others cannot notice its change. */
export function testsOfLine(
  source: string,
  line: number,
  tests: readonly MeasuredTest[],
): MeasuredTest[] {
  return testsFor(source, tests)
    .filter(({ notRun }) => notRun.get(source)?.has(line) === false)
    .sort((a, b) => a.time - b.time);
}
