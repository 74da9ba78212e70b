// "minimodel/lab": what makes a notebook pleasant, and works outside one too.

export * from "./charts.ts";
export * from "./check_report.ts";
export * from "./checks.ts";
export * from "./display.ts";
export * from "./environment.ts";
export * from "./experiment.ts";
export * from "./heatmap.ts";
export * from "./kernel.ts";
export * from "./lookup_timing.ts";
export * from "./plot.ts";
export * from "./progress.ts";
export * from "./sparkline.ts";
export * from "./table.ts";
export * from "./timing.ts";
