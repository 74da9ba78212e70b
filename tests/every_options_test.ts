// Every function, constructor and method that takes options, found in the documentation: none of them passes
// over a name that it does not know.

import { assert, assertEquals, AssertionError, assertRejects } from "@std/assert";
import fc from "fast-check";
import * as mm from "minimodel";
import { Parameter, tensor } from "minimodel";
import * as lab from "minimodel/lab";
import { denoProgram } from "../tasks/deno_program.ts";
import { methodNames } from "./_op_cases.ts";

interface Parameters {
  readonly params: readonly { readonly left?: Typed; readonly tsType?: Typed["tsType"] }[];
}

interface Typed {
  readonly tsType?: { readonly value?: { readonly typeName?: string } | unknown };
}

interface Declared {
  readonly kind: string;
  readonly def: Partial<Parameters> & {
    readonly constructors?: readonly (Parameters & { readonly jsDoc?: unknown })[];
    readonly methods?: readonly {
      readonly name: string;
      readonly isStatic?: boolean;
      readonly functionDef: Parameters;
    }[];
  };
}

/** Whether a type is one of named options; two inputs of other names are checked as options are. */
function isOptions({ tsType }: Typed): boolean {
  const { typeName = "" } = Object(tsType?.value) as { typeName?: string };
  return /Options$|^CheckpointInput$|^LookupSize$/.test(typeName);
}

const takesOptions = ({ params = [] }: Partial<Parameters>) =>
  params.some((each) => isOptions(each.left ?? each));

/** Everything public that takes options, as "sum", "new Adam", "Embedding#save", "Embedding.load". */
async function documented(): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args: ["doc", "--json", "lib/mod.ts", "lib/lab/mod.ts"],
    cwd: new URL("..", import.meta.url),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const { nodes }: {
    nodes: Record<string, { symbols: { name: string; declarations: Declared[] }[] }>;
  } = JSON.parse(new TextDecoder().decode(stdout));
  const symbols = Object.values(nodes).flatMap((module) => module.symbols);
  return symbols.flatMap(({ name, declarations }) =>
    declarations.flatMap(({ kind, def }) => {
      if (kind === "function") return takesOptions(def) ? [name] : [];
      if (kind !== "class") return [];
      const made = def.constructors?.some(takesOptions) ? [`new ${name}`] : [];
      const methods = def.methods?.filter(({ functionDef }) => takesOptions(functionDef)) ?? [];
      return [...made, ...methods.map((each) => `${name}${each.isStatic ? "." : "#"}${each.name}`)];
    })
  );
}

/** A call with some options beside those that it needs. */
type Call = (options: object) => unknown;

const x = tensor([[1, 2], [3, 4]]);
const words = new mm.WordVectors(["a", "b"], x);
const parameters = () => [new Parameter(x)];
const labels = { title: "t", xLabel: "x", yLabel: "y" };
const plot = { ...labels, x: "a", y: "b" } as const;
const rows = [{ a: 1, b: 2 }];
const nowhere = "/nowhere/at-all";
const pairs = { contexts: [[0, 1], [1, 2]], centers: [2, 0] };
const training = new mm.Word2vecTraining(new mm.Cbow(3, 2), pairs, { epochs: 0 });

const vocabulary = mm.Vocabulary.fromTokens(["a"]);

const coreCalls: Record<string, Call> = {
  tensor: (options) => tensor([1], options),
  zeros: (options) => mm.zeros([1], options),
  ones: (options) => mm.ones([1], options),
  normal: (options) => mm.normal([1], options),
  sum: (options) => mm.sum(x, options),
  mean: (options) => mm.mean(x, options),
  max: (options) => mm.max(x, options),
  min: (options) => mm.min(x, options),
  norm: (options) => mm.norm(x, options),
  softmax: (options) => mm.softmax(x, options),
  logSoftmax: (options) => mm.logSoftmax(x, options),
  crossEntropy: (options) => mm.crossEntropy(x, [0, 1], options),
  clip: (options) => mm.clip(x, { min: 0, ...options }),
  slice: (options) => mm.slice(x, { starts: [0], stops: [1], ...options }),
  gather: (options) => mm.gather(x, [0], options),
  bag: (options) => mm.bag(x, [[0]], options),
  checkGradients: (options) => mm.checkGradients(() => x, [], options),
  clipGradNorm: (options) => mm.clipGradNorm([], 1, options),
  "new Embedding": (options) => new mm.Embedding(3, 2, options),
  "Embedding.fromPretrained": (options) => mm.Embedding.fromPretrained(x, options),
  "Embedding#save": (options) => new mm.Embedding(1, 1).save(nowhere, options),
  "new EmbeddingBag": (options) => new mm.EmbeddingBag(3, 2, options),
  "EmbeddingBag#forward": (options) => new mm.EmbeddingBag(3, 2).forward([[0]], undefined, options),
  "new Sgd": (options) => new mm.Sgd(parameters(), { lr: 1, ...options }),
  "new Adagrad": (options) => new mm.Adagrad(parameters(), options),
  "new Adam": (options) => new mm.Adam(parameters(), options),
  "new AdamW": (options) => new mm.AdamW(parameters(), options),
  "new Cbow": (options) => new mm.Cbow(3, 2, options),
  "Cbow#loss": (options) => new mm.Cbow(3, 2).loss([[0]], [1], options),
  "Cbow#save": (options) => new mm.Cbow(1, 1).save(nowhere, options),
  "new SkipGram": (options) => new mm.SkipGram(3, 2, options),
  "SkipGram#loss": (options) => new mm.SkipGram(3, 2).loss([0], [1], options),
  "SkipGram#save": (options) => new mm.SkipGram(1, 1).save(nowhere, options),
  "new Word2vecTraining": (options) => new mm.Word2vecTraining(new mm.Cbow(3, 2), pairs, options),
  meanLoss: (options) => mm.meanLoss(new mm.Cbow(3, 2), pairs, options),
  makeCbowPairs: (options) => mm.makeCbowPairs([1], 1, options),
  makeCbowBags: (options) => mm.makeCbowBags([1], 1, options),
  makeSkipGramPairs: (options) => mm.makeSkipGramPairs([1], 1, options),
  makeVerbCorpus: (options) => mm.makeVerbCorpus(options),
  conditionalEntropy: (options) => mm.conditionalEntropy(pairs, options),
  "Vocabulary.fromTokens": (options) => mm.Vocabulary.fromTokens(["a"], options),
  "Vocabulary#encode": (options) => vocabulary.encode(["a"], options),
  "Vocabulary#encodeSentences": (options) => vocabulary.encodeSentences([["a"]], options),
  "new WordVectors": (options) => new mm.WordVectors(["a", "b"], x, options),
  "WordVectors#nearest": (options) => words.nearest("a", options),
  "WordVectors#analogy": (options) => words.analogy({ positive: ["a"], ...options }),
  "WordVectors#similarity": (options) => words.similarity("a", "b", options),
  encodeNpy: (options) => mm.encodeNpy({ data: new Float64Array(1), shape: [1] }, options),
  decodeNpy: (options) => mm.decodeNpy(new Uint8Array(1), options),
  ...Object.fromEntries((["writeCheckpoint", "exportNpy"] as const).map((name): [string, Call] => {
    const matrix = { data: new Float64Array(1), shape: [1] };
    return [name, (options) => mm[name](nowhere, { matrix, ...options })];
  })),
};

const quick = { vocabSizes: [4], embeddingDim: 2, count: 4, rounds: 1, sampleMs: 0.1 };
const silent: lab.LiveOutput = { isTerminal: () => false, writeSync: ({ length }) => length };

/** The options that are set. */
function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

const check: lab.Check<object> = { name: "none", says: "nothing", hold: () => {} };
const experiment = new lab.Experiment("none", nowhere);
const noPoints: lab.Points = { data: new Float64Array(0), shape: [0, 2] };
const labCalls: Record<string, Call> = {
  barPlot: (options) => lab.barPlot(rows, { ...plot, ...options }),
  linePlot: (options) => lab.linePlot(rows, { ...plot, ...options }),
  scatterPlot: (options) => lab.scatterPlot(rows, { ...plot, ...options }),
  wordMap: (options) => lab.wordMap(rows, { ...plot, color: "a", ...options }),
  heatmap: (options) => lab.heatmap([[1]], { ...labels, ...options }),
  table: (options) => lab.table(rows, options),
  progress: (options) => [...lab.progress(0, { output: silent, ...defined(options) })],
  watchTraining: (options) => [
    ...lab.watchTraining(training, { output: silent, ...defined(options) }),
  ],
  liveDisplay: (options) => lab.liveDisplay(options),
  createExperiment: (options) => lab.createExperiment("a", { root: nowhere, ...defined(options) }),
  "Experiment#writeCsv": (options) => experiment.writeCsv("a.csv", rows, options),
  runChecks: (options) => lab.runChecks([check], {}, options),
  showChecks: (options) => lab.showChecks([check], {}, options),
  tryCases: (options) => lab.tryCases(fc.integer(), () => {}, options),
  tryAsyncCases: (options) => lab.tryAsyncCases(fc.integer(), async () => {}, options),
  timeTogether: (options) => lab.timeTogether([], options),
  timeLookups: (options) => lab.timeLookups({ ...quick, ...defined(options) }),
  lookupContenders: (options) => lab.lookupContenders({ vocabSize: 4, ...options }),
  scatterContenders: (options) => lab.scatterContenders({ vocabSize: 4, ...options }),
  pca: (options) => lab.pca([[1]], options),
  umap: (options) => lab.umap([[1], [2], [3]], { neighbors: 2, ...defined(options) }),
  alignPoints: (options) => lab.alignPoints(noPoints, noPoints, options),
  nearestPurity: (options) => lab.nearestPurity([[1], [2]], ["a", "b"], { k: 1, ...options }),
  translationRanks: (options) =>
    lab.translationRanks([[1]], { languages: ["a"], translations: [[]], ...options }),
  directionScores: (options) => lab.directionScores([[1]], [], { groups: ["a"], ...options }),
  linearProbe: (options) => lab.linearProbe([[1]], ["a"], { groups: ["a"], ...options }),
  measureWords: (options) => lab.measureWords([[1]], { untrained: [[1]], words: [], ...options }),
  saveExplorer: (options) =>
    lab.saveExplorer(nowhere, new mm.WordVectors(["a"], tensor([[1]])), options),
  bootstrapMean: (options) => lab.bootstrapMean([1], { groups: ["a"], ...options }),
  shuffleRows: (options) => lab.shuffleRows([[1]], options),
};

const methodCalls: Record<string, Call> = Object.fromEntries(
  methodNames.filter((name) => name in coreCalls).map((name): [string, Call] => [
    `Tensor#${name}`,
    (options) =>
      Reflect.apply(Reflect.get(x, name), x, [name === "clip" ? { min: 0, ...options } : options]),
  ]),
);

const calls = { ...coreCalls, ...labCalls, ...methodCalls };

Deno.test("every function, constructor and method that takes options is called here", async () => {
  // What an optimiser is made of is up to its subclasses.
  const all = (await documented()).filter((name) => name !== "new Optimizer");
  assertEquals([...new Set(all)].sort(), Object.keys({ ...coreCalls, ...labCalls }).sort());
});

/** What a call says to options; the empty text if it takes them. */
async function refusalOf(call: Call, options: unknown): Promise<string> {
  try {
    await call(options as object);
    return "";
  } catch (error) {
    const known = error instanceof TypeError || error instanceof RangeError;
    assert(known || error instanceof Error, `${error}`);
    return error instanceof TypeError ? error.message : "";
  }
}

/** The names that a refusal lists. */
async function namesOf(call: Call): Promise<string[]> {
  const [, list = ""] = /ptions are (.+)$/.exec(await refusalOf(call, { zzz: 1 })) ?? [];
  return list === "" ? [] : list.split(", ");
}

/** Refuses a function that takes an unknown name, or does not know one that it lists. */
async function checkOptionsOf(call: Call): Promise<void> {
  const message = await refusalOf(call, { zzz: 1 });
  assert(
    /^Cannot [^:]+: there is no option "zzz"; options are \w/.test(message),
    `zzz: ${message}`,
  );
  const names = await namesOf(call);
  for (const name of names) {
    const taken = await refusalOf(call, { [name]: undefined });
    assert(!taken.includes("there is no option"), `${name}: ${taken}`);
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const spellings = [`${snake}_`, name.toUpperCase(), `${name}s`].filter((each) =>
      !names.includes(each)
    );
    for (const other of spellings) {
      const said = await refusalOf(call, { [other]: 1 });
      const wanted = `there is no option "${other}"; did you mean "`;
      // A short name has no near one.
      if (name.length > 2) assert(said.includes(wanted), `${other}: ${said}`);
      else assert(said.includes(`there is no option "${other}"`), `${other}: ${said}`);
    }
  }
}

for (const [name, call] of Object.entries(calls)) {
  Deno.test(`${name} refuses an option that it does not know, and leads to the one it does`, async () => {
    await checkOptionsOf(call);
  });
}

const wrong: Record<string, { call: Call; says: string }> = {
  "passes over what it does not know": { call: () => {}, says: "zzz: " },
  "knows only one name": {
    call: (options) => {
      if (!("axis" in options)) throw new TypeError("Cannot sum: there is no option");
    },
    says: "zzz: Cannot sum: there is no option",
  },
  "lists a name that it does not know": {
    call: (options) => {
      const [name] = Object.keys(options);
      throw new TypeError(`Cannot sum: there is no option "${name}"; options are axis`);
    },
    says: "axis: ",
  },
  "leads nowhere": {
    call: (options) => {
      const [name] = Object.keys(options);
      if (name === "axis") return;
      throw new TypeError(`Cannot sum: there is no option "${name}"; options are axis`);
    },
    says: "axis_: ",
  },
};

for (const [what, { call, says }] of Object.entries(wrong)) {
  Deno.test(`the check of options refuses a function that ${what}`, async () => {
    await assertRejects(() => checkOptionsOf(call), AssertionError, says);
  });
}
