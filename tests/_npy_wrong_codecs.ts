// Codecs with one planted mistake each, for the checks to refuse.

import { decodeNpy, encodeNpy, type NpyArray } from "../lib/io/npy.ts";
import { type Codec, product } from "./_npy_cases.ts";

const mistakes = {
  "ignores fortran_order": {
    decodeNpy: (bytes) => decodeNpy(patched(bytes, ": True, ", ": False,")),
  },
  "ignores the byte order": {
    decodeNpy: (bytes) => decodeNpy(patched(bytes, "'>", "'<")),
  },
  "makes all NaN the same": {
    decodeNpy: (bytes) => throughNumbers(decodeNpy(bytes)),
  },
  "loses the payload of NaN when writing": {
    encodeNpy: (array, options) =>
      encodeNpy({ ...array, ...throughNumbers(decodeNpy(encodeNpy(array))) }, options),
  },
  "ignores bytes after the data": {
    decodeNpy: (bytes) => {
      for (let length = bytes.length; length > 0; length--) {
        try {
          return decodeNpy(bytes.subarray(0, length));
        } catch (error) {
          if (!String(error).includes("bytes from byte")) throw error;
        }
      }
      return decodeNpy(bytes);
    },
  },
  "fills in zeros for missing data": {
    decodeNpy: (bytes) => {
      const whole = new Uint8Array(Math.max(bytes.length, 128 + 64));
      whole.set(bytes);
      try {
        return decodeNpy(bytes);
      } catch (error) {
        const missing = /must have (\d+) bytes from byte (\d+)/.exec(String(error));
        if (missing === null || Number(missing[1]) > 64) throw error;
        return decodeNpy(whole.subarray(0, Number(missing[1]) + Number(missing[2])));
      }
    },
  },
  "allocates what the header claims": {
    decodeNpy: (bytes) => {
      const shape = /\((\d*)\D*(\d*)/.exec(String.fromCharCode(...bytes.subarray(0, 120)));
      new ArrayBuffer(product(shape === null ? [] : shape.slice(1).map(Number)));
      return decodeNpy(bytes);
    },
  },
  "crashes with an error of its own": {
    decodeNpy: (bytes) => {
      if (bytes.length < 128) throw new RangeError("Offset is outside the bounds");
      return decodeNpy(bytes);
    },
  },
  "takes an aligned offset for granted": {
    decodeNpy: (bytes) => {
      const array = decodeNpy(bytes);
      if (array.data instanceof Float64Array) new Float64Array(bytes.buffer, bytes.byteOffset, 1);
      return array;
    },
  },
  "pads to 16 bytes": {
    encodeNpy: (array, options) => {
      const bytes = encodeNpy(array, options);
      const shorter = new Uint8Array(bytes.length - 16);
      shorter.set(bytes.subarray(0, 111));
      shorter.set(bytes.subarray(127), 111);
      shorter[8] -= 16;
      return shorter;
    },
  },
  "swaps bytes in the caller's array": {
    encodeNpy: (array, options) => {
      const bytes = encodeNpy(array, options);
      const { buffer, byteOffset, byteLength } = array.data;
      if (options?.dtype?.startsWith(">")) new Uint8Array(buffer, byteOffset, byteLength).reverse();
      return bytes;
    },
  },
  "reads float128 as complex128": {
    decodeNpy: (bytes) => decodeNpy(patched(bytes, "f16'", "c16'")),
  },
} satisfies Record<string, Partial<Codec>>;

/** What a planted codec does wrong. */
export type Mistake = keyof typeof mistakes;

/** The library's codec with this mistake in it. */
export function wrongCodec(mistake: Mistake): Codec {
  return { encodeNpy, decodeNpy, ...mistakes[mistake] };
}

/** The file with one text in its header replaced by another of the same length. */
function patched(file: Uint8Array, from: string, to: string): Uint8Array {
  const bytes = file.slice();
  for (let at = 0; at < 120; at++) {
    const here = String.fromCharCode(...bytes.subarray(at, at + from.length));
    if (here === from) bytes.set(Array.from(to, (character) => character.charCodeAt(0)), at);
  }
  return bytes;
}

/** The array with its floats taken as JavaScript numbers, as `Array.from` and DataView do. */
function throughNumbers(array: NpyArray): NpyArray {
  const { data } = array;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return array;
  return { ...array, data: data.map((value) => Number.isNaN(value) ? NaN : value) };
}
