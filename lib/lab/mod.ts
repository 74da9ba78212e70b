// "minimodel/lab": what makes a notebook pleasant, and works outside one too. What belongs to a
// single lesson is in lib/lab/lessons/ and is exported here as well, so that a notebook imports all
// from one place.

export {
  type AxisScale,
  barPlot,
  type BarPlotOptions,
  linePlot,
  type LinePlotOptions,
  type PlotColumns,
  scatterPlot,
  type ScatterPlotOptions,
} from "./charts.ts";
export type { CheckOptions } from "./check_options.ts";
export {
  CheckReport,
  type CheckResult,
  Counterexample,
  type CounterexampleDetails,
  UnwrittenAnswer,
} from "./check_report.ts";
export { type Check, runChecks, showChecks } from "./checks.ts";
export {
  Displayable,
  isNotebook,
  type LiveDisplay,
  liveDisplay,
  type LiveDisplayOptions,
  type LiveOutput,
  type MimeBundle,
  show,
} from "./display.ts";
export { describeEnvironment, type Environment } from "./environment.ts";
export {
  createExperiment,
  type CsvOptions,
  Experiment,
  type ExperimentOptions,
} from "./experiment.ts";
export { type ExplorerEpoch, type ExplorerOptions, saveExplorer } from "./explorer.ts";
export { heatmap, type HeatmapOptions, type Matrix } from "./heatmap.ts";
export { reload, watchKernel } from "./notebook.ts";
export { type NotebookPicture, Plot, type PlotOptions } from "./plot.ts";
export { progress, type ProgressOptions } from "./progress.ts";
export {
  alignPoints,
  type AlignPointsOptions,
  pca,
  type PcaOptions,
  type PcaPoints,
  type Points,
  umap,
  type UmapOptions,
} from "./projection.ts";
export { sparkline } from "./sparkline.ts";
export { type WatchOptions, watchTraining } from "./watch_training.ts";
export { Table, table, type TableOptions } from "./table.ts";
export { type Contender, median, timeTogether, type Timing, type TimingOptions } from "./timing.ts";
export { type CaseOptions, type Cases, tryAsyncCases, tryCases } from "./try_cases.ts";
export { wordMap, type WordMapOptions } from "./word_map.ts";

// Lab 00
export {
  embeddingChecks,
  type EmbeddingClass,
  type EmbeddingLike,
  forwardChecks,
  type GatherBackward,
  gatherBackwardChecks,
  type Lookup,
  lookupChecks,
  type LookupClass,
  type LookupLike,
} from "./lessons/embedding_checks.ts";
export {
  lookupContenders,
  type LookupSize,
  type LookupTimingOptions,
  randomIds,
  scatterContenders,
  timeLookups,
  type TimingRow,
} from "./lessons/lookup_timing.ts";

// 02, the notebook on the tape
export {
  type GoBack,
  type InputsFirst,
  softsignChecks,
  type SumTo,
  sumToChecks,
  tapeChainChecks,
  tapeOpChecks,
  type TapeOps,
  tapeOrderChecks,
  type TapeValue,
  tapeWalkChecks,
} from "./lessons/tape_checks.ts";

// Lab 01
export {
  type CbowClass,
  cbowForwardChecks,
  type CbowLike,
  cbowLossChecks,
  type EpochOptions,
  type LossOf,
  type TrainEpoch,
  trainEpochChecks,
  windowChecks,
  type WindowsOf,
  type WordWindow,
} from "./lessons/cbow_checks.ts";

// Lab 02
export {
  bootstrapMean,
  type BootstrapOptions,
  type Interval,
  shuffleRows,
  type ShuffleRowsOptions,
} from "./lessons/bootstrap.ts";
export {
  type Cosine,
  cosineChecks,
  type Direction,
  directionChecks,
  type Nearest,
  nearestChecks,
  type Purity,
  purityChecks,
} from "./lessons/vector_checks.ts";
export {
  type DirectionScores,
  directionScores,
  type DirectionScoresOptions,
} from "./lessons/word_direction.ts";
export {
  type LabelledWord,
  measureWords,
  type MeasureWordsOptions,
  type WordMeasure,
} from "./lessons/word_measures.ts";
export { linearProbe, type LinearProbeOptions, type ProbeScores } from "./lessons/word_probe.ts";
export {
  nearestPurity,
  type NearestPurityOptions,
  translationRanks,
  type TranslationRanksOptions,
  type WordScores,
} from "./lessons/word_scores.ts";
