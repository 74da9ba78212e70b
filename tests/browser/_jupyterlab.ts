// A JupyterLab of its own for the browser tests: a folder, a port, a token and settings that nobody
// else uses.

import { dirname, join } from "node:path";
import { root } from "../../tasks/_cli.ts";
import { ensureJupyter, venvPython } from "../../tasks/jupyter.ts";
import { jupyterLabArgs, serverEnv } from "../../tasks/notebook.ts";

/** A running JupyterLab; disposing of it ends it, with its kernels, and removes its folder. */
export class JupyterLab implements AsyncDisposable {
  /** The folder whose notebooks it serves; one within the project, so that "minimodel" is found. */
  readonly folder: string;
  readonly #address: string;
  readonly #token: string;
  readonly #server: Deno.ChildProcess;
  #log = "";

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.#address = `http://127.0.0.1:${port}`;
    this.#token = crypto.randomUUID();
    const args = [
      ...jupyterLabArgs(folder),
      ...["--no-browser", `--ServerApp.port=${port}`, "--ServerApp.port_retries=0"],
      // Lets a test change the theme.
      "--LabApp.expose_app_in_browser=True",
    ];
    const env = {
      ...serverEnv,
      JUPYTER_CONFIG_DIR: join(folder, ".config"),
      JUPYTER_RUNTIME_DIR: join(folder, ".runtime"),
      JUPYTER_TOKEN: this.#token,
    };
    const streams = { stdin: "null", stdout: "null", stderr: "piped" } as const;
    this.#server = new Deno.Command(venvPython, { args, env, cwd: root, ...streams }).spawn();
    void this.#read(this.#server.stderr);
  }

  /** Starts it with these notebooks, by path in its folder, and waits until it answers. */
  static async start(notebooks: ReadonlyMap<string, string>): Promise<JupyterLab> {
    await ensureJupyter();
    const folder = await Deno.makeTempDir({ dir: join(root, ".venv"), prefix: "browser-" });
    for (const [name, json] of notebooks) await write(join(folder, name), json);
    // All cells are in the page, also those that are not in sight.
    const settings = ".config/lab/user-settings/@jupyterlab/notebook-extension";
    await write(
      join(folder, settings, "tracker.jupyterlab-settings"),
      JSON.stringify({ windowingMode: "none" }),
    );
    const lab = new JupyterLab(folder, freePort());
    try {
      await lab.#untilItAnswers();
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  /** The address of a notebook's page, with the token. */
  pageOf(name: string): string {
    return `${this.#address}/lab/tree/${name}?reset&token=${this.#token}`;
  }

  async #untilItAnswers(): Promise<void> {
    const deadline = Date.now() + 60_000;
    let ended = false;
    void this.#server.status.then(() => ended = true);
    while (!ended && Date.now() < deadline) {
      try {
        const response = await fetch(`${this.#address}/api/status?token=${this.#token}`);
        await response.body?.cancel();
        if (response.ok) return;
      } catch {
        // It does not listen yet.
      }
      await new Promise((go) => setTimeout(go, 100));
    }
    throw new Error(`JupyterLab did not start; it said\n${this.#log}`);
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#log += text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#server.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    await this.#server.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
