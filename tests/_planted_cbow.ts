// Wrong answers to Tasks 1 and 2 of Lab 01, with one mistake each.

import { bag, gather, linear, Parameter, type Tensor, tensor, zeros } from "minimodel";
import type { CbowClass, WindowsOf } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

/** The right answer to Task 1. */
export const windowsOf: WindowsOf = (sentences, window) =>
  sentences.flatMap((sentence) =>
    Array.from({ length: Math.max(0, sentence.length - 2 * window) }, (_, n) => {
      const at = n + window;
      const context = [
        ...sentence.slice(at - window, at),
        ...sentence.slice(at + 1, at + 1 + window),
      ];
      return { context, center: sentence[at] };
    })
  );

const one = "Given sentences = [ [ 1, 2, 3 ] ], window = 1, " +
  "expected [ { context: [ 1, 3 ], center: 2 } ], got ";

/** Task 1. */
export const windows: readonly Planted<WindowsOf>[] = [
  {
    mistake: "the center in its context",
    answer: (sentences, window) =>
      sentences.flatMap((words) =>
        words.slice(window, -window).map((center, n) => ({
          context: words.slice(n, n + 2 * window + 1),
          center,
        }))
      ),
    check: "Full windows",
    says: [`${one}[ { context: [ 1, 2, 3 ], center: 2 } ]`],
    hint: "would copy it",
  },
  {
    mistake: "windows over borders",
    answer: (sentences, window) => windowsOf([sentences.flat()], window),
    check: "Full windows",
    says: [
      "sentences = [ [ 1, 2, 3 ], [ 4, 5, 6 ] ], window = 1",
      "{ context: [ 2, 4 ], center: 3 }",
    ],
    hint: "over the border of a sentence",
  },
  {
    mistake: "windows that are not full",
    answer: (sentences, window) =>
      sentences.flatMap((words) =>
        words.map((center, at) => ({
          context: words.filter((_, n) => n !== at && Math.abs(n - at) <= window),
          center,
        }))
      ).filter(({ context }) => context.length > 0),
    check: "Full windows",
    says: [`${one}[ { context: [ 2 ], center: 1 }`],
    hint: "those positions are skipped",
  },
  {
    mistake: "the words to the left alone",
    answer: (sentences, window) =>
      sentences.flatMap((words) =>
        words.slice(window).map((center, n) => ({ context: words.slice(n, n + window), center }))
      ),
    check: "Full windows",
    says: [`${one}[ { context: [ 1 ], center: 2 }, { context: [ 2 ], center: 3 } ]`],
    hint: "to the right of the center",
  },
  {
    mistake: "a loop that ends too early",
    answer: (sentences, window) =>
      sentences.flatMap((words) => windowsOf([words], window).slice(0, -1)),
    check: "Full windows",
    says: [`${one}[]`],
    hint: "length - window - 1",
  },
  {
    mistake: "places looked up by the word",
    answer: (sentences, window) =>
      sentences.flatMap((words) =>
        words.flatMap((center) => {
          const at = words.indexOf(center);
          const context = words.slice(Math.max(0, at - window), at + window + 1)
            .filter((_, n) => n !== Math.min(at, window));
          return context.length < 2 * window ? [] : [{ context, center }];
        })
      ),
    check: "Full windows",
    says: ["sentences = [ [ 1, 2, 1, 3 ] ]"],
    hint: "not by indexOf",
  },
  {
    mistake: "contexts from right to left",
    answer: (sentences, window) =>
      windowsOf(sentences, window).map(({ context, center }) => ({
        context: [...context].reverse(),
        center,
      })),
    check: "Full windows",
    says: [`${one}[ { context: [ 3, 1 ], center: 2 } ]`],
    hint: "from left to right",
  },
  {
    mistake: "pairs without names",
    answer: (...given) => wild(windowsOf(...given).map(({ context, center }) => [context, center])),
    check: "Full windows",
    says: ["expected a list of windows, got [ [ [ 1, 3 ], 2 ] ]"],
    hint: "{ context, center }",
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: "Full windows",
    says: ["expected a list of windows, got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "no function",
    answer: wild(3),
    check: "Full windows",
    says: ["expected a function windowsOf(sentences, window), got 3"],
    hint: null,
  },
];

/** Makes a model of a forward. */
export function modelOf(
  forward: (model: { E: Tensor; wOut: Tensor }, contexts: number[][]) => Tensor,
): CbowClass {
  return class {
    readonly E: Tensor;
    readonly wOut: Tensor;
    constructor(vocabSize: number, embeddingDim: number) {
      this.E = new Parameter(zeros([vocabSize, embeddingDim]));
      this.wOut = new Parameter(zeros([vocabSize, embeddingDim]));
    }
    forward(contexts: number[][]): Tensor {
      return forward(this, contexts);
    }
  };
}

/** The mean, or the sum, of each context's rows. */
function bagged(table: Tensor, contexts: number[][], mean = true): Tensor {
  let at = 0;
  const offsets = contexts.map(({ length }) => (at += length) - length);
  return bag(table, contexts.flat(), { offsets, mean });
}

/** The right answer to Task 2. */
export const Model: CbowClass = modelOf(({ E, wOut }, contexts) =>
  linear(bagged(E, contexts), wOut)
);

const first = "Given E = [ [ 1 ], [ 2 ] ], wOut = [ [ 4 ], [ 7 ] ], contexts = [ [ 1 ] ], ";

/** Task 2. */
export const models: readonly Planted<CbowClass>[] = [
  {
    mistake: "the output matrix tied to the input",
    answer: modelOf(({ E }, contexts) => linear(bagged(E, contexts), E)),
    check: "Scores",
    says: [`${first}expected [ [ 8, 14 ] ], got [ [ 2, 4 ] ]`],
    hint: "scored by wOut, not by E again",
  },
  {
    mistake: "the two tables exchanged",
    answer: modelOf(({ E, wOut }, contexts) => linear(bagged(wOut, contexts), E)),
    check: "Scores",
    says: [`${first}expected [ [ 8, 14 ] ], got [ [ 7, 14 ] ]`],
    hint: "are exchanged",
  },
  {
    mistake: "the sum of the vectors",
    answer: modelOf(({ E, wOut }, contexts) => linear(bagged(E, contexts, false), wOut)),
    check: "Scores",
    says: ["contexts = [ [ 0, 1 ] ], expected [ [ 6, 10.5 ] ], got [ [ 12, 21 ] ]"],
    hint: "divide by how many words",
  },
  {
    mistake: "a mean over padding with id 0",
    answer: modelOf(({ E, wOut }, contexts) => {
      const longest = Math.max(...contexts.map(({ length }) => length));
      const padded = contexts.map((row) => [...row, ...new Array(longest - row.length).fill(0)]);
      return linear(gather(E, padded).mean({ axis: 1 }), wOut);
    }),
    check: "Scores",
    says: ["contexts = [ [ 1, 1 ], [ 1 ] ]"],
    hint: "the filling counts in the mean",
  },
  {
    mistake: "a mean over padding with zeros",
    answer: modelOf(({ E, wOut }, contexts) => {
      const longest = Math.max(...contexts.map(({ length }) => length));
      return linear(bagged(E, contexts, false).div(longest), wOut);
    }),
    check: "Scores",
    says: ["contexts = [ [ 1, 1 ], [ 1 ] ]"],
    hint: "the filling counts in the mean",
  },
  {
    mistake: "scores the other way round",
    answer: modelOf(({ E, wOut }, contexts) => linear(bagged(E, contexts), wOut).transpose()),
    check: "Scores",
    says: [`${first}expected logits of shape [1, 2], got shape [2, 1]`],
    hint: "(B, V)",
  },
  {
    mistake: "scores off the tape",
    answer: modelOf(({ E, wOut }, contexts) => {
      const logits = linear(bagged(E, contexts), wOut);
      return tensor(logits.data.slice(), { shape: logits.shape });
    }),
    check: "Scores",
    says: ['steps = "forward(contexts).sum().backward()"', '"E.grad": null'],
    hint: "Nothing flows back",
  },
  {
    mistake: "an output matrix off the tape",
    answer: modelOf(({ E, wOut }, contexts) => linear(bagged(E, contexts), wOut.detach())),
    check: "Scores",
    says: ['expected { "wOut.grad": [ [ 2 ], [ 2 ] ] }, got { "wOut.grad": null }'],
    hint: "Nothing flows back",
  },
  {
    mistake: "an async forward",
    answer: modelOf(({ E, wOut }, contexts) =>
      wild(Promise.resolve(linear(bagged(E, contexts), wOut)))
    ),
    check: "Scores",
    says: ["expected logits of shape [1, 2], got a value of kind Promise"],
    hint: "async",
  },
  {
    mistake: "a class without wOut",
    answer: wild(
      class {
        E = new Parameter(zeros([2, 1]));
      },
    ),
    check: "Scores",
    says: ["expected a table wOut of shape [2, 1], got undefined"],
    hint: "return",
  },
];
