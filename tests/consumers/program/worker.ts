// The work in a Web Worker.

import { work } from "./work.ts";

const scope = globalThis as unknown as { postMessage(message: unknown): void };
scope.postMessage(work());
