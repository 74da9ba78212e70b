// What @std/csv does, whichever package stands behind the name: the documented behaviour of the
// functions in use. The judge is node:assert, as for @std/assert.

import * as judge from "node:assert/strict";
import { stringify } from "@std/csv";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { property } from "./_property.ts";

/** The function throws this very kind of error with this text in its message. */
function throwsKind(fn: () => unknown, kind: ErrorConstructor, text: string): void {
  judge.throws(fn, (error: Error) => {
    judge.equal(error.constructor, kind);
    judge.ok(error.message.includes(text), `${error.message} lacks ${text}`);
    return true;
  });
}

Deno.test("stringify writes a header and a row per object, each ended by CRLF", () => {
  const rows = [{ name: "lookup", ms: 0.5, extra: 1 }, { name: "one-hot", ms: 20 }];
  const columns = ["name", "ms"];
  judge.equal(stringify(rows, { columns }), "name,ms\r\nlookup,0.5\r\none-hot,20\r\n");
  judge.equal(stringify(rows, { columns, headers: false }), "lookup,0.5\r\none-hot,20\r\n");
  judge.equal(stringify(rows, { columns, separator: "\t" }).split("\r\n")[0], "name\tms");
  judge.equal(stringify([], { columns }), "name,ms\r\n");
  judge.equal(stringify([["a", 1], ["b", 2]]), "a,1\r\nb,2\r\n");
  judge.equal(stringify([["a"]], { bom: true }), "\ufeffa\r\n");
});

Deno.test("stringify finds columns by key, index and path, and renames them", () => {
  const nested = [{ id: 1, size: { v: 64, d: [32] } }];
  const columns = ["id", ["size", "v"], { prop: ["size", "d", 0], header: "width" }];
  judge.equal(stringify(nested, { columns }), "id,v,width\r\n1,64,32\r\n");
  judge.equal(stringify([["a", "b"]], { columns: [1] }), "1\r\nb\r\n");
});

Deno.test("stringify quotes separators, quotes and line feeds, and nothing else", () => {
  const cases: [value: unknown, written: string][] = [
    ["a,b", '"a,b"'],
    ['say "a"', '"say ""a"""'],
    ["two\nlines", '"two\nlines"'],
    ["two\r\nlines", '"two\r\nlines"'],
    ["a\rb", "a\rb"],
    [" a; b ", " a; b "],
    ["", ""],
    [null, ""],
    [undefined, ""],
    [-0.25, "-0.25"],
    [true, "true"],
    [false, "false"],
    [12n, "12"],
    [[1, 2], '"[1,2]"'],
    [{ a: 1 }, '"{""a"":1}"'],
    [new Date(0), '"""1970-01-01T00:00:00.000Z"""'],
  ];
  for (const [value, written] of cases) judge.equal(stringify([[value]]), `${written}\r\n`);
  judge.equal(stringify([["a,b", "a;b"]], { separator: ";" }), 'a,b;"a;b"\r\n');
});

Deno.test("stringify refuses objects without columns, names into arrays, and bad separators", () => {
  const unnamed = "No property accessor function was provided for object";
  throwsKind(() => stringify([{ a: 1 }]), TypeError, unnamed);
  const named = 'Property accessor is not of type "number"';
  throwsKind(() => stringify([["a"]], { columns: ["a"] }), TypeError, named);
  for (const separator of ['"', "\r\n"]) {
    throwsKind(() => stringify([["a"]], { separator }), TypeError, "Separator cannot include");
  }
});

Deno.test("Another package reads back what stringify wrote, whatever is in the values", () => {
  const value = fc.array(fc.constantFrom("a", "é", ",", ";", '"', "\n", " ", "\t", "#", "="), {
    maxLength: 8,
  }).map((letters) => letters.join(""));
  property(
    [fc.array(fc.tuple(value, value), { maxLength: 6 }), fc.constantFrom(",", ";", "\t")],
    (rows, separator) => {
      const columns = ["a", "b"] as const;
      const text = stringify(rows.map(([a, b]) => ({ a, b })), { columns, separator });
      const back = parse(text, { columns: true, delimiter: separator });
      judge.deepEqual(back, rows.map(([a, b]) => ({ a, b })));
    },
  );
});
