// The sheets of all ops: the compiler demands one for each.

import { choosingSheets } from "./choose.ts";
import { elementwiseSheets } from "./elementwise.ts";
import { lookupSheets } from "./lookup.ts";
import { productSheets, reductionSheets } from "./rows.ts";
import type { OpName, OpSheet } from "./sheet.ts";
import { shapeSheets } from "./shape.ts";
import { softmaxSheets } from "./softmax.ts";

/** What the tests know of each op. */
export const opSheets: { readonly [Name in OpName]: OpSheet<Name> } = {
  ...elementwiseSheets,
  ...choosingSheets,
  ...shapeSheets,
  ...productSheets,
  ...reductionSheets,
  ...softmaxSheets,
  ...lookupSheets,
};
