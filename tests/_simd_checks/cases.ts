// What the checks of the SIMD kernels share: the lengths and alignments that every one goes through.

import type { DType } from "minimodel";
import { dtypes, type Kernels, type Suffix, suffixOf } from "../_simd_memory.ts";

/** A check of the kernels, which live in a memory of their own; `start` is where operands go. */
export type Check = (kernels: Kernels, start: number) => void;

/** What a case is about. */
export interface Case {
  readonly dtype: DType;
  readonly suffix: Suffix;
  readonly size: number;
  readonly length: number;
  readonly shift: number;
  readonly seed: number;
  readonly what: string;
}

/** Every dtype, length from 0 to 40 and alignment, `name` being what is checked. */
export function* cases(name: string, longest = 40): Generator<Case> {
  for (const dtype of dtypes) {
    const size = dtype === "float32" ? 4 : 8;
    for (let length = 0; length <= longest; length++) {
      for (let shift = 0; shift < 16 / size; shift++) {
        const seed = length * 4 + shift + 1;
        const what = `${name} of ${length} ${dtype}, moved by ${shift}`;
        yield { dtype, suffix: suffixOf(dtype), size, length, shift, seed, what };
      }
    }
  }
}

/** Widths that have loops of their own, and their neighbours. */
export const specialWidths = [63, 64, 65, 127, 128, 129, 255, 256, 300];
