// What a page does: the work, once in the page and once in a worker, and a save, which a page refuses.

import { Embedding } from "@minimodel/core";
import { work } from "./work.ts";

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const inWorker = new Promise((resolve, reject) => {
  worker.onmessage = (event) => resolve(event.data);
  worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
});
const refusal = await new Embedding(2, 2).save("runs/first").then(
  () => "saved",
  (error: unknown) => String(error),
);
const found = { page: work(), worker: await inWorker, refusal };
await fetch("/found", { method: "POST", body: JSON.stringify(found) });
