// Models in checkpoints. A checkpoint has one matrix and commits by one rename; so all tables of a
// model, and what its optimiser remembers, lie end to end in a matrix of one axis, and the options
// list the parts in order. However many there are, they are saved as a whole or not at all.

import type { Parameter } from "../autograd/parameter.ts";
import { bytesOf, type DType, dtypeOf, type FloatArray } from "../check/dtype.ts";
import { FormatError } from "../check/errors.ts";
import { formatShape, sameShape, type Shape, sizeOf } from "../check/shape.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  readCheckpoint,
  writeCheckpoint,
} from "../io/checkpoint.ts";
import { namedParameters, type Sides } from "./_sides.ts";

/** The models that can be saved. */
export type Kind = "Cbow" | "SkipGram";

/** Numbers with a shape. */
export interface Part {
  readonly numbers: FloatArray;
  readonly shape: Shape;
}

/** What is saved. */
export interface ToSave {
  /** The kind and the options of the model. */
  readonly model: { readonly kind: Kind } & JsonObject;
  /** Numbers by name, all of one dtype. */
  readonly parts: Readonly<Record<string, Part>>;
  /** Where the training stands. */
  readonly training?: JsonObject;
  /** What the caller adds. */
  readonly metadata?: JsonObject;
}

/** What was read. */
export interface Saved {
  readonly kind: Kind;
  /** The options of the model, as its constructor takes them. */
  readonly options: JsonObject;
  readonly dtype: DType;
  readonly training: JsonObject | undefined;
  readonly metadata: JsonObject;
  /** Returns the numbers of a part; refuses the file if it has no such part of that shape. */
  part(name: string, shape: Shape): FloatArray;
  /** The shapes of the parts. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Refuses the file. */
  fail(detail: string, cause?: unknown): never;
}

/** The parameters of a model as parts. */
export function partsOf(model: Sides): Record<string, Part> {
  const parts = Object.entries(namedParameters(model)).map(([name, { storage, shape }]) =>
    [name, { numbers: storage.numbers, shape }] as const
  );
  return Object.fromEntries(parts);
}

/** Saves a model, and perhaps its training, as one checkpoint. */
export async function saveAll(path: string | URL, saving: ToSave): Promise<void> {
  const { model, training, metadata } = saving;
  const parts = Object.entries(saving.parts);
  const total = parts.reduce((sum, [, { numbers }]) => sum + numbers.length, 0);
  const isWide = parts.some(([, { numbers }]) => dtypeOf(numbers) === "float64");
  const data = isWide ? new Float64Array(total) : new Float32Array(total);
  let start = 0;
  for (const [, { numbers }] of parts) {
    data.set(numbers, start);
    start += numbers.length;
  }
  const listed = parts.map(([name, { shape }]) => ({ name, shape: [...shape] }));
  const options: JsonObject = { model, parts: listed, ...(training && { training }) };
  await writeCheckpoint(path, { matrix: { data, shape: [total] }, options, metadata });
}

/** Reads what {@linkcode saveAll} wrote; `wanted` is the kind of model, if only one will do. */
export async function readAll(path: string | URL, wanted?: Kind): Promise<Saved> {
  const { matrix, options, metadata } = await readCheckpoint(path);
  const doing = wanted === undefined ? "resume a training" : `load ${wanted}`;
  const fail = (detail: string, cause?: unknown): never => {
    throw new FormatError(`Cannot ${doing} from ${path}: ${detail}`, { cause });
  };
  const { model, parts, training } = options;
  if (!isJsonObject(model) || !Array.isArray(parts) || matrix.shape.length !== 1) {
    return fail("it is a checkpoint of something else");
  }
  const { kind, ...modelOptions } = model;
  if (kind !== "Cbow" && kind !== "SkipGram" || kind !== (wanted ?? kind)) {
    return fail(`wanted a model of kind ${wanted ?? "Cbow or SkipGram"}, got ${shown(kind)}`);
  }
  if (training !== undefined && !isJsonObject(training)) {
    return fail(`training must be an object, got ${shown(training)}`);
  }
  const shapes = new Map<string, Shape>();
  const starts = new Map<string, number>();
  let end = 0;
  for (const part of parts as readonly JsonValue[]) {
    const { name, shape } = isJsonObject(part) ? part : {};
    if (typeof name !== "string" || !isShape(shape) || shapes.has(name)) {
      return fail(`each of its parts must have a name of its own and a shape, got ${shown(part)}`);
    }
    shapes.set(name, shape);
    starts.set(name, end);
    end += sizeOf(shape);
  }
  const { data } = matrix;
  if (end !== data.length) {
    return fail(`its parts must have ${data.length} numbers, as its matrix has, got ${end}`);
  }
  const part = (name: string, shape: Shape): FloatArray => {
    const found = shapes.get(name);
    const start = starts.get(name);
    if (found === undefined || start === undefined || !sameShape(found, shape)) {
      const got = found === undefined ? "none" : `one of shape ${formatShape(found)}`;
      return fail(`wanted a part ${name} of shape ${formatShape(shape)}, got ${got}`);
    }
    return data.subarray(start, start + sizeOf(shape));
  };
  const dtype = data.BYTES_PER_ELEMENT === bytesOf.float64 ? "float64" : "float32";
  return { kind, options: modelOptions, dtype, training, metadata, part, shapes, fail };
}

/** Makes the model that was saved. */
export function restore<Model extends Sides>(
  saved: Saved,
  make: (vocabSize: number, embeddingDim: number, options: object) => Model,
): Model {
  const [vocabSize = 0, embeddingDim = 0] = saved.shapes.get("E") ?? [];
  let model: Model;
  try {
    // The seed only keeps the common random stream as it is: every number is then replaced.
    model = make(vocabSize, embeddingDim, { ...saved.options, dtype: saved.dtype, seed: 0 });
  } catch (cause) {
    return saved.fail(cause instanceof Error ? cause.message : String(cause), cause);
  }
  for (const [name, parameter] of Object.entries(namedParameters(model))) {
    setNumbers(parameter, saved.part(name, parameter.shape));
  }
  return model;
}

/** Copies numbers into a parameter. */
export function setNumbers({ storage }: Parameter, numbers: FloatArray): void {
  storage.numbers.set(numbers);
  storage.noteWrite();
}

function isShape(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

/** A value of the file as a message tells it. */
function shown(value: JsonValue | undefined): string {
  return JSON.stringify(value)?.slice(0, 80) ?? "nothing";
}
