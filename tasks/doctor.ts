// Tells what the labs need and do not find on this machine, and what to type: `deno task doctor`.

import { join } from "node:path";
import { main, root, SetupError } from "./_cli.ts";
import { denoProgram } from "./deno_program.ts";
import { jupyter, jupyterEnv, venvPython } from "./jupyter.ts";
import { findPython, ofAnother, output, venvState, whyNotWritable } from "./venv.ts";
import { isNewEnough, oldestDeno, withNewDeno } from "./version.ts";

/** The state of one thing that the labs need. */
export interface Finding {
  /** Whether it is in order. */
  good: boolean;
  /** What was found. */
  found: string;
  /** What to do about it, if it is not good. */
  todo?: string;
}

const setup = "type: deno task setup";

/** Deno itself, by its version. */
export function judgeDeno(version: string): Finding {
  return {
    good: isNewEnough(version),
    found: `Deno ${version}`,
    todo: `${oldestDeno} or later is needed; type: ${withNewDeno("task doctor")}`,
  };
}

/** `.venv`, by its state; a Python is only needed when it has to be made. */
export function judgeVenv(
  state: Awaited<ReturnType<typeof venvState>>,
  python: string | SetupError,
): Finding[] {
  const texts = {
    missing: ".venv is not there",
    unfinished: ".venv is half made",
    stale: ".venv is older than requirements.txt",
    broken: ".venv points to a Python that does not run",
    current: ".venv is what requirements.txt asks for",
  };
  const venv: Finding = { good: state === "current", found: texts[state], todo: setup };
  if (!(python instanceof SetupError)) {
    return [{ good: true, found: `Python to make .venv with: ${python}` }, venv];
  }
  if (state === "current") return [venv];
  const todo = "install Python 3.11 or newer with venv; Debian: apt install python3-venv";
  return [{ good: false, found: python.message, todo }, venv];
}

/** The Deno kernel, by what `jupyter kernelspec list --json` printed. */
export function judgeKernel(
  listing: string,
  isFile: (path: string) => boolean,
): Finding[] {
  let spec: { argv?: unknown[]; interrupt_mode?: string } | undefined;
  try {
    spec = JSON.parse(listing).kernelspecs?.deno?.spec;
  } catch {
    return [{ good: false, found: "The Jupyter in .venv does not list its kernels", todo: setup }];
  }
  if (spec === undefined) {
    return [{ good: false, found: "The Jupyter in .venv knows no kernel named deno", todo: setup }];
  }
  const program = String(spec.argv?.[0]);
  const stops = spec.interrupt_mode === "message";
  return [
    isFile(program)
      ? { good: true, found: `The kernel "Deno" runs ${program}` }
      : { good: false, found: `The kernel "Deno" runs ${program}, which is gone`, todo: setup },
    stops ? { good: true, found: "The Stop button interrupts a cell" } : {
      good: false,
      found: "The Stop button ends the Deno kernel (interrupt_mode)",
      todo: setup,
    },
  ];
}

/** The first free one of the ports that JupyterLab tries. */
export function judgePort(free: number | undefined): Finding {
  return {
    good: free !== undefined,
    found: free === undefined
      ? "None of the ports that JupyterLab tries is free"
      : `Port ${free} is free for JupyterLab`,
    todo: "type: deno task notebook --port=9000 (or another free one)",
  };
}

/** The packages of @std, by the links in deno.json and by whether each leads to a package. */
export function judgeStd(links: readonly string[], isThere: (path: string) => boolean): Finding {
  const wanted = ["./vendor/assert", "./vendor/csv"];
  const missing = wanted.filter((link) => !links.includes(link));
  const gone = links.filter((link) => !isThere(link));
  if (gone.length > 0) {
    const todo = "bring the folder back: git checkout vendor";
    return { good: false, found: `@std: deno.json links ${gone.join(", ")}, not there`, todo };
  }
  return {
    good: true,
    found: missing.length === 0
      ? "@std: the packages in vendor/ stand in for JSR's"
      : "@std: from JSR, which must be reachable (the links line of deno.json has been changed)",
  };
}

/** The packages that the library imports, by how loading them all went. */
export function judgePackages(loaded: { success: boolean; stderr: string }): Finding {
  const said = loaded.stderr.split("\n").find((line) => /^error/i.test(line)) ?? "no reason given";
  const jsr = /jsr/i.test(said);
  return {
    good: loaded.success,
    found: loaded.success
      ? "All packages that the library imports are here"
      : `A package cannot be loaded: ${said}`,
    todo: jsr
      ? 'without JSR, deno.json needs the line "links": ["./vendor/assert", "./vendor/csv"]'
      : "is the network there? `npm config get registry` names the registry that is asked; the " +
        "environment variable NPM_CONFIG_REGISTRY names another",
  };
}

/** A line for each finding, and the exit code: 1 when one is not good. */
export function summarise(findings: readonly Finding[]): { text: string; code: number } {
  const lines = findings.flatMap(({ good, found, todo }) =>
    good || todo === undefined ? [`${good ? "✓" : "✗"} ${found}`] : [`✗ ${found}`, `    ${todo}`]
  );
  const bad = findings.filter(({ good }) => !good).length;
  const problems = `${bad} ${bad === 1 ? "problem" : "problems"} to fix, from the top`;
  lines.push("", bad === 0 ? "All is well: deno task notebook" : problems);
  return { text: lines.join("\n"), code: bad === 0 ? 0 : 1 };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

/** Whether results can be written, by why they cannot. */
export function judgeResults(folder: string, reason: string | undefined): Finding {
  const todo = `make the folder ${folder}/ writable for you`;
  return reason === undefined
    ? { good: true, found: `Results can be written to ${folder}/` }
    : { good: false, found: `Results cannot be written to ${folder}/: ${reason}`, todo };
}

/** `.venv` when it is there, by why nothing can be written in it. */
export function judgeWriting(folder: string, reason: string | undefined): Finding[] {
  if (reason === undefined) return [];
  return [{ good: false, found: `Cannot write to ${folder}: ${reason}`, todo: ofAnother(folder) }];
}

async function resultsReason(folder: string): Promise<string | undefined> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return await whyNotWritable(folder);
}

async function examine(): Promise<Finding[]> {
  const deno = judgeDeno(Deno.version.deno);
  // An older one may lack what looking further takes.
  if (!deno.good) return [deno];
  const python = await findPython(jupyter.folder).catch((error: unknown) => {
    if (error instanceof SetupError) return error;
    throw error;
  });
  const state = await venvState(jupyter);
  const { folder } = jupyter;
  const reason = state === "missing" ? undefined : await whyNotWritable(join(root, folder));
  const findings = [
    deno,
    ...judgeWriting(folder, reason),
    ...judgeVenv(state, python),
  ];
  if (state === "current") {
    // As a module: the scripts in .venv/bin name the folder in which it was made.
    const list = ["-m", "jupyter_client.kernelspecapp", "list", "--json"];
    const kernel = judgeKernel((await output(venvPython, list, jupyterEnv)).stdout, isFile);
    for (const each of kernel) findings.push(each);
  }
  const ports = Array.from({ length: 51 }, (_, offset) => 8888 + offset);
  findings.push(judgePort(ports.find(isFree)));
  const { links = [] } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  findings.push(judgeStd(links, (link) => isFile(join(root, link, "deno.json"))));
  const entries = ["lib/mod.ts", "lib/lab/mod.ts"];
  findings.push(judgePackages(await output(denoProgram(), ["cache", ...entries])));
  findings.push(judgeResults("experiments", await resultsReason(join(root, "experiments"))));
  return findings;
}

if (import.meta.main) {
  await main(async () => {
    const { text, code } = summarise(await examine());
    console.log(text);
    return code;
  });
}
