// The options of a lookup.

import { checkPaddingIdx } from "./ids.ts";
import { checkFlag, type OptionNames } from "./options.ts";
import { rowsOf, type Shape } from "./shape.ts";

/** Options of `gather`, which say what gradient its table gets. */
export interface GatherOptions {
  /** A row that gets no gradient; negative to count from the back. */
  readonly paddingIdx?: number;
  /** Whether a row's gradient is divided by how often its id occurs. */
  readonly scaleGradByFreq?: boolean;
  /** Whether the gradient keeps only the rows that occur, as a `RowGradient`. */
  readonly sparse?: boolean;
}

/** The names of the options of a lookup. */
export const gatherNames: OptionNames<GatherOptions> = {
  paddingIdx: ["paddingIndex"],
  scaleGradByFreq: [],
  sparse: ["sparseGrad"],
};

/** Validates the options of a lookup; returns them with the padding id counted from the front. */
export function checkLookup(doing: string, table: Shape, options: GatherOptions): GatherOptions {
  const { scaleGradByFreq, sparse } = options;
  checkFlag(doing, "scaleGradByFreq", scaleGradByFreq);
  checkFlag(doing, "sparse", sparse);
  const paddingIdx = checkPaddingIdx(options.paddingIdx, rowsOf(table).count, doing);
  return { paddingIdx, scaleGradByFreq, sparse };
}
