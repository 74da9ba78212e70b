// The program that faults are injected into: it saves, and tells on standard output how far it came.
//
//     _subject.ts once <saver> <path> <version>      BEGIN, then END or FAILED and the error as JSON
//     _subject.ts loop <saver> <path> <from> <to>    the number of each version once it is saved

import { contentOf } from "./_content.ts";
import { saverNamed } from "./_savers.ts";

const [mode, saverName, path, ...numbers] = Deno.args;
const prepare = saverNamed(saverName);
const [from, to = from] = numbers.map(Number);

if (mode === "once") {
  const save = await prepare(path, contentOf(from));
  say("BEGIN");
  try {
    await save();
    say("END");
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    say(`FAILED ${JSON.stringify({ message, code })}`);
  }
} else {
  for (let version = from; version <= to; version++) {
    await (await prepare(path, contentOf(version)))();
    say(String(version));
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
