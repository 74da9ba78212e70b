// Which files belong into the packages.

/** Files that npm's packages have besides those made of sources. */
const added: Readonly<Record<string, readonly string[]>> = {
  core: ["io/no_files.js", "kernels/beside.js", "kernels/inlined.js", "kernels/kernels.wasm"],
  lab: [],
};

/** The sources among the files of a package's folder; tests, notes and the like are none. */
export function sourcesAmong(files: readonly string[]): string[] {
  return files.filter((path) =>
    /^(?!.*_test\.ts$)[a-z0-9_/]+\.ts$/.test(path) && !/^(?:lab|kernels\/simd)\//.test(path)
  );
}

/** What is wrong with the files that `deno publish` sends: a sentence for each. */
export function judgePublished(files: readonly string[], sources: readonly string[]): string[] {
  const wasm = sources.includes("kernels/dispatch.ts") ? ["kernels/kernels.wasm"] : [];
  return differences(files, [...sources, ...wasm, "README.md", "deno.json"]);
}

/** What is wrong with the files of an npm package. */
export function judgePacked(
  name: "core" | "lab",
  files: readonly string[],
  sources: readonly string[],
): string[] {
  // The explorer's page is no module of the package: saveExplorer bundles its sources.
  const scripts = sources.map((path) =>
    path.startsWith("explorer/") ? path : path.replace(/\.ts$/, ".js")
  );
  // A module that no public one names in its types needs none of its own.
  const types = files.filter((path) =>
    path.endsWith(".d.ts") && sources.includes(path.replace(/\.d\.ts$/, ".ts"))
  );
  const always = ["LICENSE", "README.md", "package.json", "mod.d.ts"];
  return differences(files, [
    ...new Set([...scripts, ...types, ...always, ...added[name] ?? []]),
  ]);
}

function differences(files: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...files.filter((path) => !wanted.includes(path)).map((path) =>
      `${path} does not belong in it`
    ),
    ...wanted.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
  ];
}
