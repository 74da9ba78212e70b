// How much memory a function asks for.

import { kinds } from "./_npy_cases.ts";

/** The bytes of all buffers and typed arrays made by number while a function runs. */
export function bytesAllocated(run: () => void): number {
  const names = ["ArrayBuffer", "Uint8ClampedArray", ...kinds.map(({ array }) => array.name)];
  const saved = new Map(names.map((name) => [name, Reflect.get(globalThis, name)]));
  let total = 0;
  for (const [name, constructor] of saved) {
    const construct = (target: typeof Uint8Array, [first, ...rest]: unknown[]): object => {
      if (typeof first === "number") total += first * (target.BYTES_PER_ELEMENT ?? 1);
      return Reflect.construct(target, [first, ...rest]);
    };
    Reflect.set(globalThis, name, new Proxy(constructor, { construct }));
  }
  try {
    run();
  } finally {
    for (const [name, constructor] of saved) Reflect.set(globalThis, name, constructor);
  }
  return total;
}
