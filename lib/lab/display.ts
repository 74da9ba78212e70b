// Showing things: in a Deno notebook as rich output, anywhere else as text on the console.

import { checkOptions, describe, type OptionNames } from "@minimodel/core/check";

const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");
const denoInspect: unique symbol = Symbol.for("Deno.customInspect");

/** One thing in several forms, by MIME type; `text/plain` is what a terminal prints. */
export type MimeBundle = { "text/plain": string; [mime: string]: string };

/**
 * A value with a rendering of its own, which `show`, `console.log` and the last expression of a
 * cell use.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Displayable } from "@minimodel/lab";
 *
 * class Tick extends Displayable {
 *   override toMime() {
 *     return { "text/plain": "ok", "text/html": "<b>ok</b>" };
 *   }
 * }
 * assertEquals(Deno.inspect(new Tick()), "ok");
 * ```
 */
export abstract class Displayable {
  /** Returns the renderings of this object, one string for each MIME type. */
  abstract toMime(): MimeBundle;

  /** Returns the renderings under the symbol that the Deno kernel looks for. */
  [jupyterDisplay](): MimeBundle {
    return this.toMime();
  }

  /** Returns the text form, which `console.log` and `Deno.inspect` print. */
  [denoInspect](): string {
    return this.toMime()["text/plain"];
  }
}

/**
 * Tells whether this code runs in a notebook.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isNotebook } from "@minimodel/lab";
 *
 * assertEquals(isNotebook(), false); // a test is not a notebook
 * ```
 */
export function isNotebook(): boolean {
  try {
    return Deno.jupyter !== undefined;
  } catch {
    return false; // outside a notebook the property itself throws
  }
}

/**
 * Shows each thing: as rich output in a notebook, as text on the console elsewhere. Promises are
 * awaited first.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { show, table } from "@minimodel/lab";
 *
 * await show("Two rows:", table([{ id: 3, count: 2 }, { id: 5, count: 1 }]), 1n, null);
 * await assertRejects(() => show(Promise.reject(new Error("no data"))), Error, "no data");
 * ```
 */
export async function show(...things: unknown[]): Promise<void> {
  for (const thing of things) {
    const bundle = await toBundle(await thing);
    if (isNotebook()) await Deno.jupyter.display(bundle, { raw: true });
    else console.log(toText(bundle));
  }
  if (isNotebook()) await sendQueued();
}

/** One display that is updated in place, made by {@linkcode liveDisplay}. */
export interface LiveDisplay {
  /**
   * Shows `thing` in place of what was shown before. A string or a {@linkcode Displayable} is sent
   * before this returns, so that it is seen even if a loop does not await it.
   */
  update(thing: unknown): Promise<void>;
  /** Shows `thing`, or what was shown last, as the final state: later output comes below it. */
  finish(thing?: unknown): Promise<void>;
}

/** Options of {@linkcode liveDisplay}. */
export interface LiveDisplayOptions {
  /** Where it writes outside a notebook; standard output by default. */
  readonly output?: LiveOutput;
}

const liveNames: OptionNames<LiveDisplayOptions> = { output: ["file"] };

/** Where a live display writes outside a notebook. */
export type LiveOutput = Pick<typeof Deno.stdout, "isTerminal" | "writeSync">;

/**
 * Opens a display that changes in place: an output in a notebook, a line in a terminal. To a file
 * or a pipe, only the final state is written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { liveDisplay } from "@minimodel/lab";
 *
 * let written = "";
 * const file = {
 *   isTerminal: () => false,
 *   writeSync(bytes: Uint8Array) {
 *     written += new TextDecoder().decode(bytes);
 *     return bytes.length;
 *   },
 * };
 * const display = liveDisplay({ output: file });
 * for (const loss of [4.1, 2.7, 1.3]) await display.update(`loss ${loss}`);
 * await display.finish();
 * assertEquals(written, "loss 1.3\n");
 * ```
 */
export function liveDisplay(options: LiveDisplayOptions = {}): LiveDisplay {
  checkOptions("open a live display", options, liveNames);
  const { output = Deno.stdout } = options;
  if (typeof output?.isTerminal !== "function" || typeof output.writeSync !== "function") {
    throw new TypeError(
      "Cannot open a live display: output must have isTerminal and writeSync, as Deno.stdout has, " +
        `got ${describe(output)}`,
    );
  }
  // The front end remembers displays by their ids while it is open: a counter would start again
  // with a new Deno kernel and change older outputs.
  const displayId = crypto.randomUUID();
  const encoder = new TextEncoder();
  const write = (text: string) => output.writeSync(encoder.encode(text));
  let opened = false;
  let last = "";

  // An async function runs at once up to its first await: without one, all is sent before it
  // returns.
  async function update(thing: unknown): Promise<void> {
    const ready = thing instanceof Promise ? await thing : thing;
    const made = toBundle(ready);
    const bundle = made instanceof Promise ? await made : made;
    if (isNotebook()) {
      const type = opened ? "update_display_data" : "display_data";
      opened = true;
      // `display` would send it only when the cell awaits something.
      const transient = { display_id: displayId };
      await Deno.jupyter.broadcast(type, { data: bundle, metadata: {}, transient });
      return await sendQueued();
    }
    last = toText(bundle);
    if (output.isTerminal()) write(`\r\x1b[2K${firstLine(last)}`);
  }

  async function finish(thing?: unknown): Promise<void> {
    if (isNotebook()) {
      if (thing !== undefined) await update(thing);
      return;
    }
    if (typeof thing === "string") last = thing;
    else if (thing !== undefined) last = toText(await toBundle(await thing));
    write(output.isTerminal() ? `\r\x1b[2K${last}\n` : `${last}\n`);
  }

  return { update, finish };
}

/**
 * Gives the Deno kernel one turn of the event loop to send what it has queued. `display` resolves
 * before that, so a cell may be reported as done while outputs are still to come, and a reader that
 * stops then loses them. One turn is enough for most outputs, but only a reader that goes on
 * reading after the report gets all.
 */
async function sendQueued(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

/** Cuts text to one row of the terminal, since only one row can be overwritten. */
function firstLine(text: string): string {
  let columns = 80;
  try {
    columns = Deno.consoleSize().columns;
  } catch {
    // the output is a terminal, but this process has none of its own
  }
  const [line = ""] = text.split("\n", 1);
  return line.slice(0, columns - 1);
}

/** The renderings of a thing; a promise only if they have to be awaited. */
function toBundle(thing: unknown): Deno.jupyter.MediaBundle | Promise<Deno.jupyter.MediaBundle> {
  if (typeof thing === "string") return { "text/plain": thing };
  if (typeof thing === "object" && thing !== null) {
    const own: unknown = Reflect.get(thing, jupyterDisplay);
    if (typeof own === "function") return own.call(thing);
    if (isNotebook()) return formatInKernel(thing);
  }
  return plainBundle(thing);
}

async function formatInKernel(thing: object): Promise<Deno.jupyter.MediaBundle> {
  // The Deno kernel renders images, canvases and so on; its plain text shows hidden fields, ours
  // does not.
  const bundle = await Deno.jupyter.format(thing);
  return Object.keys(bundle).some((mime) => mime !== "text/plain") ? bundle : plainBundle(thing);
}

function plainBundle(thing: unknown): Deno.jupyter.MediaBundle {
  return { "text/plain": Deno.inspect(thing, { colors: false }) };
}

function toText(bundle: Deno.jupyter.MediaBundle): string {
  const text = bundle["text/plain"] ?? bundle["text/markdown"] ?? bundle["text/html"];
  return text ?? `[${Object.keys(bundle).join(", ")}]`;
}
