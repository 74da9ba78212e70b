// Calls every function of a module with right and wrong values and judges what comes of it: a sane
// result or a documented error, inputs as they were, and no memory kept.

import v8 from "node:v8";
import vm from "node:vm";
import fc from "fast-check";
import { CheckError, type DType, FormatError, IndexError, RowGradient, Tensor } from "minimodel";
import { Counterexample } from "minimodel/lab";
import { bytesHeld } from "../lib/kernels/memory.ts";
import { Storage } from "../lib/kernels/storage.ts";
import { type Given, given, lookWith, Trap } from "./_api_values.ts";
import { asyncProperty } from "./_property.ts";

/** What one parameter of a function is given. */
export interface Slot {
  /** Values that it is made for. */
  readonly good: readonly Given[];
  /** Values that it must refuse, or make sense of. */
  readonly wrong: readonly Given[];
  /** Whether it stands for the object that a method is called on. */
  readonly isSelf?: boolean;
}

/** How a function of the library is called. */
export interface Entry {
  readonly name: string;
  readonly slots: readonly Slot[];
  readonly call: (...values: unknown[]) => unknown;
  /** What else may happen than for a plain function of its arguments. */
  readonly may: readonly Permit[];
}

/**
 * "change": a call that succeeds changes what it was given. "keep": its result keeps the memory of what it was
 * given. "files": it reads and writes files. "refuse": it refuses whatever it is given.
 */
export type Permit = "change" | "keep" | "files" | "refuse";

/** Something that the library should not have done. */
export interface Fault {
  readonly call: string;
  readonly what: string;
}

/** A test's view on the errors of the engine: whether one was thrown by `throw`, in the library's words. */
export type IsOwn = (error: Error) => boolean;

/** Makes the errors that code throws tell themselves from those that the engine throws. */
export function markErrors(): IsOwn {
  const marked = new WeakSet<Error>();
  for (const Kind of [TypeError, RangeError]) {
    const Marked = new Proxy(Kind, {
      construct(target, values, newTarget) {
        const error = Reflect.construct(target, values, newTarget);
        marked.add(error);
        return error;
      },
    });
    Reflect.set(globalThis, Kind.name, Marked);
  }
  return (error) => marked.has(error);
}

const gc: () => void = (() => {
  v8.setFlagsFromString("--expose-gc");
  return vm.runInNewContext("gc");
})();

const lookAt = lookWith((value, look) => {
  if (value instanceof RowGradient) {
    return `rows ${look(value.rows)} ${look(value.values)} of ${look(value.shape)}`;
  }
  if (value instanceof Storage) return `storage ${numbersOf(value)}`;
  if (!(value instanceof Tensor)) return undefined;
  const { shape, dtype, requiresGrad, grad, tape } = value;
  return `${dtype} ${look(shape)} ${requiresGrad} ${look(grad)} ${tape?.name} ` +
    numbersOf(value.storage);
});

function numbersOf(storage: Storage): string {
  try {
    const { buffer, byteOffset, byteLength } = storage.numbers;
    return new Uint8Array(buffer, byteOffset, byteLength).slice().toHex();
  } catch {
    return "disposed of";
  }
}

const documented = [TypeError, RangeError, IndexError, FormatError, CheckError, Counterexample];
const ofTheEngine =
  /is not (a function|iterable|a constructor|defined|an object)|Cannot (read|set) propert|Cannot (convert|mix|destructure)|call stack|undefined is not|\[object /;

/** What is wrong with an error that a call threw; nothing, as a rule. */
function judgeError(error: unknown, entry: Entry, isOwn: IsOwn): string | undefined {
  if (error instanceof Trap) return undefined;
  if (!(error instanceof Error)) return `it threw ${Deno.inspect(error)}`;
  const { name, message } = error;
  const said = `it threw ${name}: ${message}`;
  const files = entry.may.includes("files") ? Object.values(Deno.errors) : [];
  const kind = [...documented, ...files].find((Kind) => error.constructor.name === Kind.name);
  if (kind === undefined) return `${said}, which is not documented`;
  if ([TypeError.name, RangeError.name].includes(kind.name) && !isOwn(error)) {
    const at = error.stack?.split("\n").find((line) => line.includes("/lib/"))?.trim();
    return `${said}, which are the engine's words, ${at}`;
  }
  if (ofTheEngine.test(message)) return `${said}, which quotes the engine`;
  if (!/^[A-Z]/.test(message)) return `${said}, which starts with no capital`;
  if (message.endsWith(".")) return `${said}, which ends in a full stop`;
  if (message.length > 500) {
    return `it threw ${name} with a message of ${message.length} characters`;
  }
}

/** What is wrong with what a call returned. */
function judgeResult(
  result: unknown,
  values: readonly unknown[],
  { may }: Entry,
): string | undefined {
  if (!(result instanceof Tensor)) return undefined;
  const { shape, dtype } = result;
  const lengths = Array.isArray(shape) ? shape : [NaN];
  if (!lengths.every((each) => Number.isSafeInteger(each) && each >= 0)) {
    return `its result has the shape ${lookAt(shape)}`;
  }
  const size = lengths.reduce((product, each) => product * each, 1);
  const { numbers } = result.storage;
  const Kind: Record<DType, unknown> = { float64: Float64Array, float32: Float32Array };
  if (numbers.length !== size || numbers.constructor !== Kind[dtype]) {
    return `its result of shape (${lengths}) ${dtype} has ${numbers.length} numbers in a ` +
      numbers.constructor.name;
  }
  if (may.includes("keep") || values.includes(result)) return undefined;
  for (const value of values) {
    if (value === shape && !Object.isFrozen(value)) return "its result has the caller's own shape";
    if (isPlainTensor(value) && value.storage === result.storage) {
      return "its result is a view of what it was given";
    }
    if (ArrayBuffer.isView(value) && value.buffer === numbers.buffer) {
      return "its result holds the very array that it was given";
    }
  }
}

function isPlainTensor(value: unknown): value is Tensor {
  return value instanceof Tensor && !(value instanceof RowGradient);
}

/** How a call went. */
interface Outcome {
  readonly refused: boolean;
  readonly fault?: Fault;
}

/** The longest that a call may take, in milliseconds, and the most memory that an entry may fill. */
const longest = 2000;
const mostBytes = 2 ** 30;

/** Calls and judges. */
export class Harness {
  readonly #isOwn: IsOwn;
  readonly #onCall: (text: string) => void;
  readonly #leaf = new Tensor(new Storage(new Float64Array(1)), [], true);
  #held: number | undefined;
  /** How many calls were made, and how many of them threw. */
  readonly count = { calls: 0, refused: 0 };

  /** `onCall` is told of each call before it is made. */
  constructor(isOwn: IsOwn, onCall: (text: string) => void) {
    this.#isOwn = isOwn;
    this.#onCall = onCall;
  }

  /** Makes one call; a fault if anything about it is wrong. */
  async call(entry: Entry, args: readonly Given[]): Promise<Outcome> {
    const call = `${entry.name}(${args.map(({ text }) => text).join(", ")})`;
    this.#onCall(call);
    const values = args.map(({ make }) => make());
    const before = values.map(lookAt);
    const start = performance.now();
    let refused = false;
    let what: string | undefined;
    try {
      const returned = entry.call(...values);
      const result = returned instanceof Promise ? await returned : returned;
      what = judgeResult(result, values, entry);
    } catch (error) {
      refused = true;
      what = judgeError(error, entry, this.#isOwn);
    }
    const took = performance.now() - start;
    this.count.calls++;
    this.count.refused += Number(refused);
    if (refused || !entry.may.includes("change")) {
      const changed = values.findIndex((value, index) => lookAt(value) !== before[index]);
      if (changed >= 0) what ??= `it ${refused ? "failed and " : ""}changed argument ${changed}`;
    }
    if (took > longest) what ??= `it took ${Math.round(took)} ms`;
    if (this.#leaf.neg().tape === null) what ??= "nothing is recorded any more";
    return { refused, fault: what === undefined ? undefined : { call, what } };
  }

  /** Every value in every place, with right ones in the others; then no memory may be held. */
  async everyValue(entry: Entry): Promise<Fault[]> {
    const { slots } = entry;
    const faults: Fault[] = [];
    const held = this.#held ??= await heldAfterCollection();
    const { rss } = Deno.memoryUsage();
    const first = slots.map(({ good }) => good[0]);
    const right = await this.call(entry, first);
    if (right.refused !== entry.may.includes("refuse")) {
      const what = `its first right call was ${right.refused ? "" : "not "}refused`;
      faults.push({ call: entry.name, what });
    }
    const add = ({ fault }: Outcome) => {
      if (fault !== undefined) faults.push(fault);
    };
    add(right);
    for (const [index, { good, wrong }] of slots.entries()) {
      for (const value of [...good, ...wrong]) {
        add(await this.call(entry, first.with(index, value)));
      }
    }
    for (let count = slots[0]?.isSelf ? 1 : 0; count < slots.length; count++) {
      add(await this.call(entry, first.slice(0, count)));
    }
    add(await this.call(entry, [...first, given(() => null)]));
    this.#held = await heldAfterCollection(held);
    const kept = this.#held - held;
    if (kept > 0) faults.push({ call: entry.name, what: `its calls keep ${kept} bytes` });
    const grown = Deno.memoryUsage().rss - rss;
    if (grown > mostBytes) faults.push({ call: entry.name, what: `its calls fill ${grown} bytes` });
    return faults;
  }

  /** Random calls with right and wrong values in random places; the smallest that is wrong, if any. */
  async randomValues(entries: readonly Entry[], numRuns: number): Promise<void> {
    const pick = fc.record({ wrong: fc.boolean(), at: fc.nat(9999) });
    const most = Math.max(...entries.map(({ slots }) => slots.length));
    const picks = fc.array(pick, { minLength: most, maxLength: most });
    await asyncProperty([fc.nat(entries.length - 1), picks], async (index, picks) => {
      const { slots } = entries[index];
      const args = slots.map(({ good, wrong }, slot) => {
        const { wrong: isWrong, at } = picks[slot];
        const values = isWrong && wrong.length > 0 ? wrong : good;
        return values[at % values.length];
      });
      const { fault } = await this.call(entries[index], args);
      if (fault !== undefined) throw new Error(`${fault.call}: ${fault.what}`);
    }, { numRuns });
  }
}

/** The bytes in blocks once everything unused is collected, or at most `enough` are left. */
async function heldAfterCollection(enough = -1): Promise<number> {
  let held = Infinity;
  for (let turn = 0; turn < 5 && held > enough; turn++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve));
    held = Math.min(held, bytesHeld());
  }
  return held;
}
