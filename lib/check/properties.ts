// Refuses properties that an object does not have. In JavaScript, writing one, or reading an entry
// as if the object were an array, silently does nothing useful. A proxy at the end of the prototype
// chain catches only names that are found nowhere else, so that existing properties cost no time.

import { quoted } from "./describe.ts";
import { nearestName } from "./options.ts";

/**
 * A value for a property of an object that structuredClone and postMessage must not copy, since the
 * copy would have none of the numbers. Their error message quotes the text.
 */
export function uncloneable(instead: string): symbol {
  return Symbol(`Cannot send this to a worker: ${instead}`);
}

/** Keeps a class's name, which tensors and messages print, where a bundler shortens names. */
export function keepName(kind: { readonly name: string }, name: string): void {
  Object.defineProperty(kind, "name", { value: name });
}

/** Prototypes of the classes whose instances are guarded. */
const guarded = new WeakSet<object>();

/** The properties that may be set on instances of a class, and the names that must not be read. */
export interface Guard {
  /** The names that can be set, each with what other libraries call it. */
  readonly settable: Readonly<Record<string, readonly string[]>>;
  /** The message for a name that must not be read or set; undefined for all other names. */
  readonly instead?: (name: string) => string | undefined;
}

/** What can be set on a tensor, and what to write in place of what only arrays have. */
export const tensorGuard: Guard = {
  settable: { grad: ["gradient"], requiresGrad: ["trainable"] },
  instead(name) {
    if (/^-?\d+$/.test(name)) {
      return `Cannot index a tensor by [${name}]: slice and gather return parts of it, ` +
        "x.toArray() nested arrays, and x.data the numbers";
    }
    if (name === "length") {
      return "Cannot read the length of a tensor: x.shape has the lengths of its axes, " +
        "and x.size is how many numbers it has";
    }
  },
};

/**
 * Makes instances of a class refuse to get properties that they do not have. Instances of a
 * subclass may still get new ones, unless the subclass is guarded too; it then needs no `guard` of
 * its own.
 */
export function refuseUnknownProperties(
  { prototype }: { readonly prototype: object },
  guard?: Guard,
): void {
  guarded.add(prototype);
  if (guard === undefined) return;
  const end = new Proxy(Object.create(Object.prototype), {
    get(target, name, instance) {
      if (typeof name === "string") refuse(guard.instead?.(name));
      return Reflect.get(target, name, instance);
    },
    set(target, name, value, instance) {
      const own: object = Object.getPrototypeOf(instance);
      if (!guarded.has(own)) return Reflect.set(target, name, value, instance);
      refuse(typeof name === "string" ? guard.instead?.(name) : undefined);
      refuse(describeUnknown(String(name), own.constructor.name, guard.settable));
      return false;
    },
  });
  Object.setPrototypeOf(prototype, end);
}

/** Makes the properties that an object has so far read-only; a subclass can still add others. */
export function lockProperties(object: object): void {
  for (const name of Object.keys(object)) {
    Object.defineProperty(object, name, { writable: false });
  }
}

function refuse(message: string | undefined): void {
  if (message !== undefined) throw new TypeError(message);
}

function describeUnknown(name: string, kind: string, settable: Guard["settable"]): string {
  const nearest = nearestName(name, settable);
  const question = nearest === undefined ? "" : `did you mean "${nearest}"? `;
  const known = Object.keys(settable).join(", ") || "nothing";
  return `Cannot set ${quoted(name.slice(0, 40))} on ${kind}: it has no such property; ` +
    `${question}${question === "" ? "what" : "What"} can be set: ${known}`;
}
