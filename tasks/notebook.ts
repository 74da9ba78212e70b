// Opens JupyterLab on notebooks/ with the Deno kernel. Further arguments go to JupyterLab as they
// are.

import { join } from "node:path";
import { main, root, runToEnd } from "./_cli.ts";
import { ensureJupyter, jupyterEnv, venvPython } from "./jupyter.ts";

/** The arguments with which Python serves the notebooks below `folder`, to this machine only. */
export function jupyterLabArgs(folder: string): string[] {
  const args = [
    ...["-m", "jupyterlab"],
    `--ServerApp.root_dir=${folder}`,
    "--ServerApp.ip=127.0.0.1",
    // Ctrl-C ends it without a question.
    "--ServerApp.answer_yes=True",
    "--KernelSpecManager.allowed_kernelspecs=deno",
    "--KernelSpecManager.ensure_native_kernel=False",
    "--MultiKernelManager.default_kernel_name=deno",
    // Reports syntax errors, about which the Deno kernel says nothing.
    "--ServerApp.kernel_websocket_connection_class=kernel_connection.TellingConnection",
    // The address to open is printed in any case.
    "--ServerApp.log_level=WARN",
  ];
  // Without this, JupyterLab refuses to start as root, for example in a container.
  if (Deno.uid() === 0 && !Deno.args.includes("--allow-root")) args.push("--allow-root");
  return args;
}

/** The environment of JupyterLab's Python, in which it also finds our part of the server. */
export const serverEnv: Record<string, string> = {
  ...jupyterEnv,
  PYTHONPATH: join(root, "tasks"),
  PYTHONDONTWRITEBYTECODE: "1",
};

if (import.meta.main) {
  await main(async () => {
    await ensureJupyter();
    // The file browser shows the whole project; a Deno kernel still runs in its notebook's folder.
    const args = [...jupyterLabArgs(root), "--LabApp.default_url=/lab/tree/notebooks"];
    return await runToEnd(venvPython, [...args, ...Deno.args], serverEnv);
  });
}
