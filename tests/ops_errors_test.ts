// The messages of the ops.

import {
  add,
  broadcastTo,
  cast,
  concat,
  crossEntropy,
  IndexError,
  matmul,
  max,
  mul,
  ones,
  reshape,
  slice,
  softmax,
  stack,
  sum,
  tensor,
  transpose,
  zeros,
} from "minimodel";
import { refused, wrong } from "./_refused.ts";

refused(
  "an op of something that is not a tensor",
  TypeError,
  () => mul(wrong("2"), 3),
  'Cannot mul: wanted a tensor, got the string "2"',
);
refused(
  "mixing dtypes",
  TypeError,
  () => add(ones([2], { dtype: "float32" }), ones([2])),
  "Cannot add float32 and float64: cast(x, dtype) makes them the same",
);
refused(
  "shapes that do not broadcast",
  TypeError,
  () => mul(zeros([4, 2, 3]), zeros([3, 1])),
  "Cannot mul shapes (4, 2, 3) and (3, 1): axis -2 is 2 against 3, and neither is 1",
);
refused(
  "casting to a dtype that there is not",
  TypeError,
  () => cast(zeros([2]), wrong("int32")),
  'Cannot cast: dtype must be "float64" or "float32", got the string "int32"',
);
refused(
  "a matrix product of matrices that do not fit",
  TypeError,
  () => matmul(zeros([2, 3]), zeros([2, 3])),
  "Cannot matmul shapes (2, 3) and (2, 3): the last axis of the first must be as long as the " +
    "second-to-last axis of the second",
);
refused(
  "a matrix product with a scalar",
  TypeError,
  () => matmul(tensor(1), zeros([2])),
  "Cannot matmul shapes () and (2,): the last axis of the first must be as long as the " +
    "second-to-last axis of the second",
);
refused(
  "a matrix product of batches that do not broadcast",
  TypeError,
  () => matmul(zeros([2, 3, 4]), zeros([5, 4, 3])),
  "Cannot matmul batches of shapes (2,) and (5,): axis -1 is 2 against 5, and neither is 1",
);

refused(
  "an axis that there is not",
  RangeError,
  () => sum(zeros([2, 3]), { axis: 2 }),
  "Cannot sum over axis 2: a tensor of rank 2 has axes in [-2, 2)",
);
refused(
  "an axis of a scalar",
  RangeError,
  () => softmax(tensor(1)),
  "Cannot softmax along axis -1: a tensor of rank 0 has axes in [0, 0)",
);
refused(
  "the same axis twice",
  RangeError,
  () => sum(zeros([2, 3]), { axis: [1, -1] }),
  "Cannot sum over axis 1 twice",
);
refused(
  "more axes than there are",
  RangeError,
  () => sum(zeros([2, 3]), { axis: [0, 1, 2] }),
  "Cannot sum over 3 axes of a tensor of rank 2",
);
refused(
  "an axis in place of options",
  TypeError,
  () => sum(zeros([2, 3]), wrong(1)),
  "Cannot sum: options must be an object, got 1",
);
refused(
  "the max of nothing",
  RangeError,
  () => max(zeros([2, 0]), { axis: 1 }),
  "Cannot take the max of shape (2, 0) over an axis of length 0",
);
refused(
  "a transpose that does not name each axis once",
  RangeError,
  () => transpose(zeros([2, 3]), [0, 0]),
  "Cannot transpose shape (2, 3) by [0, 0]: each axis must be named once",
);
refused(
  "a transpose of other axes than there are",
  RangeError,
  () => transpose(zeros([2, 3]), [0]),
  "Cannot transpose shape (2, 3) by 1 axes: wanted 2",
);
refused(
  "a transpose by numbers that are not in an array",
  TypeError,
  () => transpose(zeros([2, 3]), wrong(1)),
  "Cannot transpose: perm must be an array of axes, got 1",
);
refused(
  "a reshape to a shape of another size",
  TypeError,
  () => reshape(zeros([2, 3]), [4, -1]),
  "Cannot reshape (2, 3) to (4, -1): 6 numbers must fill it exactly, with at most one axis of -1",
);
refused(
  "a reshape with two axes to work out",
  TypeError,
  () => reshape(zeros([2, 3]), [-1, -1]),
  "Cannot reshape (2, 3) to (-1, -1): 6 numbers must fill it exactly, with at most one axis of -1",
);
refused(
  "a reshape to numbers that are not in an array",
  TypeError,
  () => reshape(zeros([2, 3]), wrong(6)),
  "Cannot reshape: the shape must be an array, got 6",
);
refused(
  "broadcasting to fewer axes",
  TypeError,
  () => broadcastTo(zeros([2, 3]), [3]),
  "Cannot broadcast (2, 3) to (3,)",
);
refused(
  "broadcasting to a shape that does not fit",
  TypeError,
  () => broadcastTo(zeros([2, 3]), [2, 4]),
  "Cannot broadcast shapes (2, 3) and (2, 4): axis -1 is 3 against 4, and neither is 1",
);
refused(
  "a concat of nothing",
  TypeError,
  () => concat([], 0),
  "Cannot concat nothing: wanted an array of at least one tensor",
);
refused(
  "a concat of shapes that do not fit",
  TypeError,
  () => concat([zeros([2, 3]), zeros([2, 4])], 0),
  "Cannot concat shapes (2, 3) and (2, 4) along axis 0: the other axes must be the same",
);
refused(
  "a concat of different ranks",
  TypeError,
  () => concat([zeros([2, 3]), zeros([2])], 1),
  "Cannot concat shapes (2, 3) and (2,) along axis 1: the other axes must be the same",
);
refused(
  "a stack of nothing",
  TypeError,
  () => stack([], 0),
  "Cannot stack nothing: wanted an array of at least one tensor",
);
refused(
  "a stack of different shapes",
  TypeError,
  () => stack([zeros([2]), zeros([3])], 0),
  "Cannot stack shapes (2,) and (3,): they must be the same",
);
refused(
  "a slice without stops",
  TypeError,
  () => slice(zeros([64, 2]), wrong({ starts: [0] })),
  "Cannot slice: stops must be an array, got undefined",
);
refused(
  "a slice by a fraction",
  RangeError,
  () => slice(zeros([64, 2]), { starts: [0, 0.5], stops: [1, 1] }),
  "Cannot slice axis 1 by 0.5: wanted a whole number",
);
refused(
  "a slice by steps of 0",
  RangeError,
  () => slice(zeros([64, 2]), { starts: [0], stops: [1], steps: [0] }),
  "Cannot slice axis 0 with step 0",
);
refused(
  "a slice of more axes than there are",
  RangeError,
  () => slice(zeros([64, 2]), { starts: [0, 0, 0], stops: [1, 1, 1] }),
  "Cannot slice 3 axes of shape (64, 2)",
);

refused(
  "a reduction that there is not",
  TypeError,
  () => crossEntropy(zeros([1, 2]), [0], { reduction: wrong("max") }),
  'Cannot take the cross-entropy: reduction must be "mean", "sum" or "none", got the string "max"',
);
refused(
  "a target that is not a class",
  IndexError,
  () => crossEntropy(zeros([2, 3]), [0, 3]),
  "Cannot take the cross-entropy of class 3 at position [1]: ids must be in [0, 3)",
);
refused(
  "targets that do not fit the logits",
  TypeError,
  () => crossEntropy(zeros([2, 3]), [[0], [1]]),
  "Cannot take the cross-entropy of logits (2, 3) against targets (2, 1): wanted one target for " +
    "each row of logits",
);
