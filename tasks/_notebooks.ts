// Which notebooks are the project's. Other files in notebooks/ belong to a user: they are run only
// by name, and nothing here fails because of them.

import { join } from "node:path";
import { root } from "./_cli.ts";

/** Where the complete notebooks are. */
export const notebookFolder = join(root, "notebooks");

/** The project's notebooks, in the order of reading. */
export const notebookNames: readonly string[] = [
  "00-motivation.ipynb",
  "01-embedding-as-lookup.ipynb",
  "02-autograd.ipynb",
  "lab-00-embedding.ipynb",
  "03-cbow-and-skip-gram.ipynb",
  "lab-01-train-cbow.ipynb",
  "04-similarity-and-projection.ipynb",
  "lab-02-visualize-and-probe.ipynb",
];
