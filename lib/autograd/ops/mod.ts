// The ops, by family. Everything that elementwise.ts exports is an op, so all of it is exported.

export * from "./elementwise.ts";
export { bag, type BagOptions, gather, gatherBackward } from "./lookup.ts";
export { clip, takeAlongAxis, where } from "./choose.ts";
export { linear, matmul } from "./matmul.ts";
export { max, maxByGroup, mean, min, norm, sum } from "./reduce.ts";
export { broadcastTo, cast, concat, reshape, slice, stack, transpose } from "./shape.ts";
export { crossEntropy, logSoftmax, softmax } from "./softmax.ts";
