// A program that trains an epoch and saves, and ends in the middle of that as if it were killed:
//
//     _word2vec_child.ts <path> <form> <epochs> <calls>   ends before change number <calls> of the file system
//
// It prints how many changes there were if it comes to the end.

import { begin, finish, forms } from "./_word2vec_text.ts";
import { Word2vecTraining } from "minimodel";

const [path, name, epochs, calls] = Deno.args;
const form = forms[name];
const training = epochs === "1" ? begin(form) : await Word2vecTraining.resume(path, form.pairs);
training.epochs = Number(epochs);
finish(training);
let count = 0;
const changes = ["openSync", "renameSync", "linkSync", "removeSync", "mkdirSync", "chmodSync"];
for (const change of changes) {
  const real: unknown = Reflect.get(Deno, change);
  if (typeof real !== "function") throw new TypeError(`Cannot find Deno.${change}`);
  Reflect.set(Deno, change, (...args: unknown[]) => {
    if (count++ === Number(calls)) Deno.exit(9); // nothing that is left to do happens
    return Reflect.apply(real, Deno, args);
  });
}
await training.save(path);
console.log(count);
