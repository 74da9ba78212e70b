// Dated folders for results: each run has its own, and no run overwrites another.

import { fileURLToPath } from "node:url";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { allowFlag, checkOptions, describe, type OptionNames } from "@minimodel/core/check";
import { csvOf } from "./_csv.ts";
import { withFlags } from "./_permissions.ts";
import type { Plot } from "./plot.ts";
import { projectFolder } from "./_project.ts";
import { readColumns } from "./table.ts";

/** Options of {@linkcode createExperiment}. */
export interface ExperimentOptions {
  /**
   * The folder that holds all experiments. By default it is `experiments/` in the caller's project: in the
   * nearest folder, from the one in which the program runs up, that has a deno.json, deno.jsonc or
   * package.json; if there is none, in the folder in which the program runs.
   */
  root?: string | URL;
  /** The day in the folder's name, such as "2026-11-23"; by default today, by the local clock. */
  date?: string;
}

const experimentNames: OptionNames<ExperimentOptions> = {
  root: ["folder", "directory", "path"],
  date: ["day"],
};

/** Options of {@linkcode Experiment.writeCsv}. */
export interface CsvOptions<Row extends object> {
  /** The columns to write, in their order; every key of the rows by default. */
  readonly columns?: readonly (keyof Row & string)[];
}

const csvNames: OptionNames<CsvOptions<object>> = { columns: ["header"] };

/**
 * One run's folder. {@linkcode createExperiment} makes a new one, `new Experiment` takes an
 * existing one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Experiment } from "@minimodel/lab";
 *
 * const path = await Deno.makeTempDir({ suffix: "-2026-11-23-demo" });
 * const experiment = new Experiment("demo", path);
 * const file = await experiment.writeCsv("losses.csv", [{ step: 0, loss: 4.1 }]);
 * assertEquals(file, experiment.file("losses.csv"));
 * assertEquals(await Deno.readTextFile(file), "step,loss\r\n0,4.1\r\n");
 * await Deno.remove(path, { recursive: true });
 * ```
 */
export class Experiment {
  /** The name without date and number. */
  readonly name: string;
  /** The folder's absolute path. */
  readonly path: string;

  /** Takes an existing folder. */
  constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
  }

  /** Where it is, in short: `experiments/2026-11-23-name`. */
  get folder(): string {
    return `${basename(dirname(this.path))}/${basename(this.path)}`;
  }

  /**
   * Returns the path of a file in the folder.
   *
   * @throws {TypeError} If `name` is not a plain file name: nothing is written outside the folder.
   */
  file(name: string): string {
    const plain = typeof name === "string" && /^[^/\\:\0]+$/.test(name);
    if (!plain || name === "." || name === ".." || isAbsolute(name)) {
      throw new TypeError(
        `Cannot place ${Deno.inspect(name)} in the experiment: it must be a plain file name`,
      );
    }
    return join(this.path, name);
  }

  /**
   * Writes rows as CSV with a header line and returns the file's path; columns as in `table`. A
   * scalar tensor is written as its number, other tensors, arrays and objects as JSON. A row
   * without a column has an empty cell there.
   *
   * @throws {TypeError} If a value is undefined, a function, a symbol, or a Map, a promise and the
   * like, of which JSON keeps nothing; the message says which.
   */
  async writeCsv<Row extends object>(
    name: string,
    rows: readonly Row[],
    options: CsvOptions<Row> = {},
  ): Promise<string> {
    checkOptions(`write ${name}`, options, csvNames);
    const path = this.file(name);
    const columns = readColumns(`write ${name}`, rows, options.columns);
    const records = rows.map((row, index) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, cellOf(value, `${key} of row ${index}`)]),
      )
    );
    await this.#write(path, csvOf(columns, records));
    return path;
  }

  /**
   * Writes a value as indented JSON and returns the file's path. What JSON cannot express stays
   * readable: NaN, infinities and bigints as strings, typed arrays as arrays, tensors by `toJSON`.
   *
   * @throws {TypeError} If a value is undefined, a function, a symbol, or a Map, a promise and the
   * like, of which JSON keeps nothing; the message says which.
   */
  async writeJson(name: string, value: unknown): Promise<string> {
    const path = this.file(name);
    await this.#write(path, `${jsonOf(value, "the value", 2)}\n`);
    return path;
  }

  /** Writes a plot as `name`.svg and `name`.png and returns the two paths. */
  async savePlot(name: string, plot: Plot): Promise<string[]> {
    return await plot.save(this.file(name));
  }

  async #write(path: string, text: string): Promise<void> {
    const flags = allowFlag("write", dirname(this.path));
    await withFlags(`write ${path}`, flags, () => Deno.writeTextFile(path, text));
  }
}

/**
 * Makes a new folder `<date>-<name>`, or `<date>-<name>-2`, `-3` and so on if that exists; two
 * processes at the same time get two folders.
 *
 * @throws {RangeError} If `name` is not lower-case words joined by hyphens, or `date` is not a
 * date.
 * @throws {Deno.errors.NotCapable} If Deno may not write there; the message names the flag to add.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { createExperiment } from "@minimodel/lab";
 *
 * const root = await Deno.makeTempDir();
 * const first = await createExperiment("demo", { root, date: "2026-11-23" });
 * const second = await createExperiment("demo", { root, date: "2026-11-23" });
 * assert(first.path.endsWith("2026-11-23-demo"));
 * assert(second.path.endsWith("2026-11-23-demo-2"));
 * await first.writeJson("result.json", { loss: 0.25 });
 * assertEquals(JSON.parse(await Deno.readTextFile(first.file("result.json"))), { loss: 0.25 });
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function createExperiment(
  name: string,
  options: ExperimentOptions = {},
): Promise<Experiment> {
  checkOptions("make an experiment", options, experimentNames);
  const { root, date = today() } = options;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new RangeError(
      `Cannot make an experiment: name must be lower-case letters and digits joined by hyphens, got ${
        describe(name)
      }`,
    );
  }
  if (!isDate(date)) {
    throw new RangeError(
      `Cannot make an experiment: date must be a day such as 2026-11-23, got ${describe(date)}`,
    );
  }
  const folder = root === undefined
    ? join(await projectFolder(), "experiments")
    : resolve(root instanceof URL ? fileURLToPath(root) : root);
  return await withFlags(
    `make a folder for ${name} in ${folder}`,
    allowFlag("write", folder),
    () => makeFolder(name, folder, date),
  );
}

async function makeFolder(name: string, folder: string, date: string): Promise<Experiment> {
  await Deno.mkdir(folder, { recursive: true });
  for (let run = 1;; run++) {
    const path = join(folder, `${date}-${name}${run === 1 ? "" : `-${run}`}`);
    try {
      await Deno.mkdir(path); // fails if it exists, so the same call that finds the name takes it
      return new Experiment(name, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

function today(): string {
  const now = new Date();
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/** JSON of a value; throws where JSON.stringify would silently leave something out. */
function jsonOf(value: unknown, name: string, indent?: number): string {
  return JSON.stringify(
    value,
    function (this: unknown, key: string, value: unknown) {
      const place = () => key === "" ? name : Array.isArray(this) ? `entry ${key}` : key;
      if (value === undefined || typeof value === "function" || typeof value === "symbol") {
        throw new TypeError(
          `Cannot write JSON: ${place()} is ${describe(value)}, which JSON cannot express`,
        );
      }
      if (isLeftOut(value)) {
        throw new TypeError(
          `Cannot write JSON: ${place()} is ${describe(value)}, of which JSON would keep nothing`,
        );
      }
      return readable(value);
    },
    indent,
  );
}

/** Whether JSON would write `{}` although a value holds more, for example a Map or an error. */
function isLeftOut(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Object.keys(value).length > 0) return false;
  const tag = Object.prototype.toString.call(value);
  return !/^\[object (Object|Array|DataView|Number|String|Boolean|\w+\d+(Clamped)?Array)\]$/.test(
    tag,
  );
}

function readable(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<unknown>);
  }
  return value;
}

function cellOf(value: unknown, name: string): unknown {
  if (typeof value === "string" || value === null) return value;
  const text = JSON.parse(jsonOf(value, name));
  return typeof text === "object" && text !== null ? JSON.stringify(text) : text;
}
