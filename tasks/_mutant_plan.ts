// Which test files are asked about a change, by the names of both: to ask all of them about each change
// would take hours.

import type { TestFile } from "./_mutant_runs.ts";

/** What test files are about; the first pattern counts that the name of one begins with. */
const subjects: readonly (readonly [pattern: RegExp, subjects: readonly string[]])[] = [
  // Other things than the library, and one test that takes longer than all others together.
  [/^(?:tasks|doctor|exercises|budget|examples|peers|std|permissions|strict|mutants)_/, []],
  [/^(?:readme|consumers|api_fuzz)_/, []],
  [/^(?:large_ops|kernels|storage|simd|every_kernel|noticed_kernels)_/, ["kernels"]],
  [/^(?:checkpoint|npy|io|noticed_io)_/, ["io"]],
  [/^checks_/, ["lab", "lessons"]],
  [/^(?:lab|noticed_lab)_/, ["lab"]],
  [/^(?:lesson|lookup_timing|planted)_/, ["lessons"]],
  [/^/, ["core"]],
];

/** The tests that are asked about a room; those of the core about a room that is not named. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  check: ["core", "io", "lab"],
  kernels: ["core", "kernels"],
  autograd: ["core"],
  nn: ["core", "io"],
  io: ["io"],
  lab: ["lab", "lessons"],
  lessons: ["lessons"],
};

/** The tests among these that are asked about a source, both by their paths; the fastest first. */
export function testsFor(source: string, tests: readonly TestFile[]): TestFile[] {
  const [, room = ""] = source.split("/");
  const asked = rooms[room] ?? ["core"];
  return tests.filter(({ path }) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const [, about = []] = subjects.find(([pattern]) => pattern.test(name)) ?? [];
    return about.some((each) => asked.includes(each));
  }).sort((a, b) => a.time - b.time);
}
