// Programs that use memory, for tests that look at a whole process. Prints what it saw as JSON.
//
//     _storage_child.ts lookups <count>    looks up 2 MiB of rows, again and again, in one go
//     _storage_child.ts arrays             holds on to what parameters have handed out that are gone
//     _storage_child.ts views              holds on to mere views instead, which protect nothing

import { Embedding, ones, Parameter } from "minimodel";
import { bytesHeld } from "../lib/kernels/memory.ts";
import { reserve } from "../lib/kernels/storage.ts";

const [mode, count] = Deno.args;
console.log(JSON.stringify(mode === "lookups" ? lookUp(Number(count)) : await hold(mode)));

function lookUp(count: number): { largest: number; highWater: number } {
  const embedding = new Embedding(64, 32);
  const ids = Int32Array.from({ length: 8192 }, (_, n) => n % 64);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const y = embedding.forward(ids);
    if (y.size !== 2 ** 18) throw new Error("A lookup of another size than 2 MiB");
    if (i % 100 === 0) largest = Math.max(largest, Deno.memoryUsage().rss);
  }
  // Linux remembers the most that there ever was.
  if (Deno.build.os !== "linux") return { largest, highWater: largest };
  const status = Deno.readTextFileSync("/proc/self/status");
  return { largest, highWater: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024 };
}

async function hold(mode: string): Promise<{ changed: number; freed: number }> {
  const size = 4000;
  // Views are cut off when the memory grows: it is large enough from here on.
  reserve("float64", 2 ** 24, { lasting: true }).dispose();
  // Of every second one only a part is held.
  const held = Array.from({ length: 20 }, (_, i) => {
    const parameter = new Parameter(ones([size]).mul(i));
    const numbers = mode === "arrays" ? parameter.data : parameter.storage.numbers;
    return i % 2 === 0 ? numbers : numbers.subarray(100).subarray(0, 7);
  });
  for (let i = 0; i < 20; i++) new Parameter(ones([size])).data.fill(-1);
  const before = bytesHeld();
  for (let round = 0; round < 10; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const freed = before - bytesHeld();
  // Whatever was given back is written over.
  for (let i = 0; i < 200; i++) reserve("float64", size, { lasting: true }).numbers.fill(-2);
  return { changed: held.filter((numbers, i) => numbers.some((each) => each !== i)).length, freed };
}
