// The peers: what each one needs, and how it is started.

import { basename, join, resolve } from "node:path";
import { root, SetupError } from "../../tasks/_cli.ts";
import { denoProgram } from "../../tasks/deno_program.ts";
import { ensureVenv, pythonOf, type Venv } from "../../tasks/venv.ts";
import { errorLine, PeerError, PeerWorker, type Program } from "./_worker.ts";

/** The peer that all others are compared with. */
export const ours = "minimodel";

/** The peers that run, and for the others, by name, why they do not. */
export interface Started {
  readonly workers: readonly PeerWorker[];
  readonly missing: Readonly<Record<string, string>>;
}

const here = join(root, "bench", "peers");

const venv: Venv = {
  folder: "bench/peers/.venv",
  requirements: "bench/peers/requirements.txt",
  brings: "NumPy and PyTorch (once, about two minutes)",
};

// OpenBLAS, OpenMP and MKL each read a variable of their own.
const oneThread = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/**
 * Installs what peers need and starts them, one after the other. `beside` is the folder of another
 * checkout of the project, which then takes part too; `alone` leaves out all others.
 */
export async function startPeers(
  { beside, alone = false }: { beside?: string; alone?: boolean } = {},
): Promise<Started> {
  const others: [Program, string | undefined][] = beside === undefined
    ? []
    : [[denoPeer(`${ours} in ${basename(beside)}`, "minimodel_peer.ts", { beside }), undefined]];
  if (alone) return await start([[denoPeer(ours, "minimodel_peer.ts"), undefined], ...others]);
  const python = await trouble(() => ensureVenv(venv));
  const npm = await trouble(installNpm);
  return await start([
    [denoPeer(ours, "minimodel_peer.ts"), undefined],
    ...others,
    [denoPeer("TypeScript", "typescript_peer.ts"), undefined],
    [pythonPeer("NumPy", ["numpy_peer.py"], oneThread), python],
    [pythonPeer("NumPy threads", ["numpy_peer.py", "matmul", "nearest", "one-hot"], {}), python],
    [pythonPeer("PyTorch x1", ["torch_peer.py", "1"], oneThread), python],
    [pythonPeer("PyTorch", ["torch_peer.py"], {}), python],
    [denoPeer("tfjs-wasm", "npm/tfjs_peer.ts", { config: "npm" }), npm],
    [denoPeer("jax-js", "npm/jax_peer.ts", { config: "npm" }), npm],
  ]);
}

async function start(plans: readonly [Program, string | undefined][]): Promise<Started> {
  const missing: Record<string, string> = {};
  const workers: PeerWorker[] = [];
  for (const [program, notThere] of plans) {
    const why = notThere ?? await trouble(async () => {
      workers.push(await PeerWorker.start(program));
    });
    if (why === undefined) continue;
    if (program.name === ours) throw new PeerError(`Cannot start ${ours}: ${why}`);
    missing[program.name] = why;
  }
  return { workers, missing };
}

function denoPeer(
  name: string,
  script: string,
  { config: own, beside }: { config?: string; beside?: string } = {},
): Program {
  const home = beside === undefined ? root : resolve(beside);
  const peers = join(home, "bench", "peers");
  const config = own === undefined ? home : join(peers, own);
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  return {
    name,
    program: denoProgram(),
    args: [
      "run",
      "--quiet",
      "--config",
      join(config, "deno.json"),
      ...permissions,
      join(peers, script),
    ],
    env: {},
  };
}

function pythonPeer(name: string, [script, ...args]: string[], env: Program["env"]): Program {
  // -E and -s: without the user's own settings and packages.
  const program = pythonOf(venv);
  return { name, program, args: ["-E", "-s", "-u", join(here, script), ...args], env };
}

async function installNpm(): Promise<void> {
  const { success, stderr } = await new Deno.Command(denoProgram(), {
    args: ["install", "--quiet", "--frozen"],
    cwd: join(here, "npm"),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const said = errorLine(new TextDecoder().decode(stderr));
  throw new SetupError(`Cannot install the packages of bench/peers/npm: ${said}`);
}

/** Why something did not work; undefined if it did. */
async function trouble(body: () => Promise<void>): Promise<string | undefined> {
  try {
    await body();
    return undefined;
  } catch (error) {
    if (error instanceof SetupError || error instanceof PeerError) return error.message;
    if (error instanceof Deno.errors.NotFound) return error.message;
    throw error;
  }
}
