// The messages about ids.

import {
  crossEntropy,
  gather,
  gatherBackward,
  type Ids,
  IndexError,
  maxByGroup,
  parseIds,
  tensor,
  zeros,
} from "minimodel";
import { refused, wrong } from "./_refused.ts";

const table = zeros([64, 2]);

refused(
  "an id that is too large",
  IndexError,
  () => gather(table, [[1, 2], [3, 100]]),
  "Cannot look up id 100 at position [1, 1]: ids must be in [0, 64)",
);
refused(
  "an id of its own that is negative",
  IndexError,
  () => gather(table, -1),
  "Cannot look up id -1 at position []: ids must be in [0, 64)",
);
refused(
  "the first of many ids in a typed array",
  IndexError,
  () => gather(zeros([64, 5]), new Int32Array(300).fill(3).with(0, 64)),
  "Cannot look up id 64 at position [0]: ids must be in [0, 64)",
);
refused(
  "the last of many ids in a typed array",
  IndexError,
  () => gather(zeros([64, 5]), { data: new Int32Array(300).with(299, -1), shape: [3, 100] }),
  "Cannot look up id -1 at position [2, 99]: ids must be in [0, 64)",
);
refused(
  "an id in a typed array for a table without numbers",
  IndexError,
  () => gather(zeros([3, 0]), new Int32Array([3])),
  "Cannot look up id 3 at position [0]: ids must be in [0, 3)",
);
refused(
  "the first class in a typed array",
  IndexError,
  () => crossEntropy(zeros([2, 3]), new Int32Array([3, 0])),
  "Cannot take the cross-entropy of class 3 at position [0]: ids must be in [0, 3)",
);
refused(
  "a large id of 64 bits",
  IndexError,
  () => gather(table, new BigInt64Array([2n ** 62n])),
  "Cannot look up id 4611686018427387904 at position [0]: ids must be in [0, 64)",
);
refused(
  "an id that is not a whole number",
  TypeError,
  () => gather(table, [0, 1.5]),
  "Cannot look up id 1.5 at position [1]: ids must be whole numbers in [0, 64)",
);
refused(
  "ids of rows of different lengths",
  TypeError,
  () => gather(table, [[1], [1, 2]]),
  "Cannot look up ids: the nested arrays are ragged, position [1] should hold 1 entries as the " +
    "first does, got 2",
);
refused(
  "ids of another kind",
  TypeError,
  () => gather(table, wrong("3")),
  "Cannot look up ids: ids must be a whole number, nested arrays of them, an integer typed array " +
    'or { data, shape }, got the string "3"',
);
refused(
  "ids in an array of fractions",
  TypeError,
  () => gather(table, wrong<Ids>(tensor([1]))),
  "Cannot look up ids: ids must be integers, got data in a value of kind Float64Array",
);
refused(
  "ids that do not fill their shape",
  TypeError,
  () => gather(table, { data: new Int32Array(3), shape: [2, 2] }),
  "Cannot look up ids: 3 ids do not fill shape (2, 2)",
);
refused(
  "an id that is not a whole number, whatever its range",
  TypeError,
  () => parseIds([0.5]),
  "Cannot look up id 0.5 at position [0]: ids must be whole numbers",
);
refused(
  "a lookup in a scalar",
  TypeError,
  () => gather(tensor(1), 0),
  "Cannot look up rows of a scalar: a table has a first axis",
);
refused(
  "a padding id that is not a row",
  RangeError,
  () => gather(table, [0], { paddingIdx: -65 }),
  "Cannot look up rows: paddingIdx must be a whole number in [-64, 64), got -65",
);
refused(
  "adding up the gradient of an id that is not a row",
  IndexError,
  () => gatherBackward(zeros([1, 2]), [4], [4, 2]),
  "Cannot add up the gradient of id 4 at position [0]: ids must be in [0, 4)",
);
refused(
  "adding up gradients of another shape",
  TypeError,
  () => gatherBackward(zeros([3, 2]), [1, 2], [4, 2]),
  "Cannot add up the gradients of ids (2,) for a table (4, 2): the upstream gradient must be of " +
    "shape (2, 2), got (3, 2)",
);
refused(
  "a row in a group that there is not",
  IndexError,
  () => maxByGroup(zeros([2, 2]), [0, 3], 3),
  "Cannot take the max of group 3 at position [1]: ids must be in [0, 3)",
);
refused(
  "groups for other rows",
  TypeError,
  () => maxByGroup(zeros([2, 2]), [0], 3),
  "Cannot take the max of groups (1,): wanted one for each of 2 rows",
);
refused(
  "a negative number of groups",
  TypeError,
  () => maxByGroup(zeros([0, 2]), [], -1),
  "Cannot take the max of groups: a shape holds whole numbers from 0, got (-1, 2)",
);
