// Options come last and as an object; anything else in their place would be passed over in silence.

import { describe } from "./_describe.ts";

/** Refuses options that are no object. */
export function checkOptions(doing: string, options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Cannot ${doing}: options must be an object, got ${describe(options)}`);
  }
}
