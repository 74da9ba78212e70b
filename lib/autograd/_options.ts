// Options come last and as an object; anything else in their place would be passed over in silence.

import { describe } from "./_describe.ts";

/** Refuses options that are no object. */
export function checkOptions(doing: string, options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Cannot ${doing}: options must be an object, got ${describe(options)}`);
  }
}

/** Refuses a switch that is neither true nor false; one that is left out is as good as false. */
export function checkFlag(doing: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") {
    throw new TypeError(`Cannot ${doing}: ${name} must be true or false, got ${describe(value)}`);
  }
}

/** Refuses anything but a function in the place of one. */
export function checkFunction(doing: string, fn: unknown): void {
  if (typeof fn !== "function") {
    throw new TypeError(`Cannot ${doing}: wanted a function, got ${describe(fn)}`);
  }
}
