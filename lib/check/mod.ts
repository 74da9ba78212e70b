/**
 * How minimodel refuses arguments, for packages that extend it: they then say it in the same words.
 *
 * @module
 */

export { describe } from "./describe.ts";
export { allowFlag } from "./flags.ts";
export { type Kind, kindOf } from "./marks.ts";
export {
  checkChoice,
  checkFlag,
  checkFunction,
  checkOptions,
  type OptionNames,
} from "./options.ts";
export { formatShape } from "./shape.ts";
