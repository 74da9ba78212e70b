// Answers to Task 3 of Lab 00 that put the lookup wrongly on the tape, or not at all.

import {
  gather,
  gatherBackward,
  type Ids,
  Parameter,
  parseIds,
  record,
  type Tensor,
  tensor,
} from "minimodel";
import type { LookupClass } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";
import { type Gradient, lookingUp, Lookup } from "./_planted_classes.ts";

/** The class with ids that its next lookup replaces. */
const keepingIds: LookupClass = class extends Lookup {
  #ids: Ids = [];

  override forward(ids: Ids): Tensor {
    this.#ids = ids;
    return super.forward(ids);
  }

  override back(dy: Tensor): Gradient {
    const { data } = parseIds(this.#ids);
    const rows = dy.data.slice(0, data.length * this.embeddingDim);
    const shape = [data.length, this.embeddingDim];
    return [gatherBackward(tensor(rows, { shape }), data, this.E.shape)];
  }
};

const flows = "Gradient flows";

/** Task 3, the tape. */
export const records: readonly Planted<LookupClass>[] = [
  {
    mistake: "nothing recorded",
    answer: lookingUp(({ E }, ids) => gather(E, ids).detach()),
    check: flows,
    says: ["expected a result that is recorded on the tape, got one that needs no gradient"],
    hint: "with E as its input",
  },
  {
    mistake: "E for [E] recorded",
    answer: lookingUp(({ E }, ids) => {
      const { data, shape } = gather(E.detach(), ids);
      return record("lookup", wild(E), data.slice(), shape, () => []);
    }),
    check: "Shape-check",
    says: [
      "ids = 0",
      "expected no error, got TypeError: Cannot record lookup: ",
      "array of tensors",
    ],
    hint: null,
  },
  {
    mistake: "a tensor for the rows recorded",
    answer: lookingUp(({ E }, ids) => {
      const rows = gather(E.detach(), ids);
      return record("lookup", [E], wild(rows), rows.shape, () => []);
    }),
    check: "Shape-check",
    says: [
      "ids = 0",
      "expected no error, got TypeError: Cannot record lookup: ",
      "a value of kind",
    ],
    hint: null,
  },
  {
    mistake: "the ids kept in the object",
    answer: keepingIds,
    check: "Duplicate-id gradient",
    says: ['then = "forward([0]) before backward()"', "expected "],
    hint: "keep the ids it was given",
  },
  {
    mistake: "a copy of E recorded",
    answer: lookingUp(({ E }, ids) => gather(new Parameter(E.detach()), ids)),
    check: flows,
    says: ["expected a gradient of E, got E.grad is null"],
    hint: "with E as its input",
  },
];
