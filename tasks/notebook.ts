// Opens JupyterLab on notebooks/ with the Deno kernel. Further arguments go to JupyterLab as they are.

import { main, root, runToEnd } from "./_cli.ts";
import { ensureJupyter, jupyterEnv, venvPython } from "./jupyter.ts";

/** What Python is told so that it serves the notebooks below `folder` to this machine only. */
export function jupyterLabArgs(folder: string): string[] {
  const args = [
    ...["-m", "jupyterlab"],
    `--ServerApp.root_dir=${folder}`,
    "--ServerApp.ip=127.0.0.1",
    // Ctrl-C ends it without asking back.
    "--ServerApp.answer_yes=True",
    "--KernelSpecManager.allowed_kernelspecs=deno",
    "--KernelSpecManager.ensure_native_kernel=False",
    "--MultiKernelManager.default_kernel_name=deno",
    // The address to open is printed all the same.
    "--ServerApp.log_level=WARN",
  ];
  // JupyterLab refuses to start as root, as in a container, unless told.
  if (Deno.uid() === 0 && !Deno.args.includes("--allow-root")) args.push("--allow-root");
  return args;
}

if (import.meta.main) {
  await main(async () => {
    await ensureJupyter();
    // The whole project can be seen in the file browser; a kernel's folder is still its notebook's.
    const args = [...jupyterLabArgs(root), "--LabApp.default_url=/lab/tree/notebooks"];
    return await runToEnd(venvPython, [...args, ...Deno.args], jupyterEnv);
  });
}
