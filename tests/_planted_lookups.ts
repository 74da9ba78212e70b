// Answers to Task 1 of Lab 00 that look up something else than the rows of the ids, or nothing.

import { gather, parseIds, tensor } from "minimodel";
import type { Lookup } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";
import { copying, rowAt } from "./_planted_bad_ids.ts";

/** Task 1, rows. */
export const lookups: readonly Planted<Lookup>[] = [
  {
    mistake: "a buffer of float32",
    answer: (table, ids) => {
      const { data, shape } = gather(table, ids);
      return tensor(Float32Array.from(data), { shape });
    },
    check: "Row gather",
    says: ["E = [ [ 0.1 ] ], ids = 0", "got [ [ 0.10000000149011612 ] ]"],
    hint: "rounded to float32",
  },
  {
    mistake: "rounded on the way",
    answer: (table, ids) => {
      const { data, shape } = gather(table, ids);
      return tensor(Float64Array.from(data, Math.fround), { shape });
    },
    check: "Row gather",
    says: ["E = [ [ 0.1 ] ], ids = 0"],
    hint: "rounded to float32",
  },
  {
    mistake: "nothing copied",
    answer: (table, ids) => copying(() => [])(table, ids),
    check: "Row gather",
    says: ["E = [ [ 0.1 ] ], ids = 0, expected [ [ 0.1 ] ], got [ [ 0 ] ]"],
    hint: null,
  },
  {
    mistake: "a number for a row",
    answer: copying((table, id) => [table.data[id]]),
    check: "Row gather",
    says: ["E = [ [ 0.1, 0.2 ] ], ids = 0, expected [ [ 0.1, 0.2 ] ], got [ [ 0.1, 0 ] ]"],
    hint: null,
  },
  {
    mistake: "n for n * width",
    answer: (table, ids) => {
      const { data, shape } = parseIds(ids);
      const rows = new Float64Array(data.length * table.shape[1]);
      data.forEach((id, n) => rows.set(rowAt(table, id), n));
      return tensor(rows, { shape: [...shape, table.shape[1]] });
    },
    check: "Row gather",
    says: ["ids = [ 0, 0 ], expected [ [ 0.1, 0.2 ], [ 0.1, 0.2 ] ]"],
    hint: null,
  },
  {
    mistake: "the place for the id",
    answer: (table, ids) => {
      const { data, shape } = parseIds(ids);
      return gather(table, { data: Int32Array.from(data, (id, n) => Math.min(n, id)), shape });
    },
    check: "Row gather",
    says: ["ids = 1, expected [ [ 0.2 ] ], got [ [ 0.1 ] ]"],
    hint: null,
  },
  {
    mistake: "only four rows are known",
    answer: (table, ids) => {
      const { data, shape } = parseIds(ids);
      return gather(table, { data: Int32Array.from(data, (id) => id === 4 ? 3 : id), shape });
    },
    check: "Row gather",
    says: ["ids = 4, expected [ [ 0.5 ] ], got [ [ 0.4 ] ]"],
    hint: null,
  },
  {
    mistake: "a flat shape",
    answer: (table, ids) => gather(table, parseIds(ids).data),
    check: "Row gather",
    says: ["ids = 0, expected a Tensor of shape [1], got shape [1, 1]"],
    hint: "The shape of the result is that of the ids",
  },
  {
    mistake: "the table is changed",
    answer: (table, ids) => {
      const result = gather(table, ids);
      table.data.fill(0);
      return result;
    },
    check: "Row gather",
    says: ["E = [ [ 0.1 ] ], ids = 0, expected E as it was, got [ [ 0 ] ]"],
    hint: "wrote into the table",
  },
  {
    mistake: "the ids are changed",
    answer: (table, ids) => {
      if (!Array.isArray(ids) || ids.length < 2) return gather(table, ids);
      ids.length = 1;
      return gather(table, [ids[0], ids[0]]).add(1);
    },
    check: "Row gather",
    says: ["ids = [ 0, 0 ], expected [ [ 0.1 ], [ 0.1 ] ], got [ [ 1.1 ], [ 1.1 ] ]"],
    hint: null,
  },
  {
    mistake: "a name misspelt",
    answer: () => {
      throw new ReferenceError("tabel is not defined");
    },
    check: "Row gather",
    says: ["expected no error, got ReferenceError: tabel is not defined"],
    hint: "Is the name spelt right",
  },
  {
    mistake: "a text thrown",
    answer: () => {
      throw "oops";
    },
    check: "Row gather",
    says: ['expected no error, got "oops", thrown'],
    hint: null,
  },
  {
    mistake: "no return",
    answer: () => wild(undefined),
    check: "Row gather",
    says: ["expected a Tensor of shape [1], got undefined"],
    hint: "is a `return` missing?",
  },
  ...[undefined, null].map((nothing) => ({
    mistake: `${nothing} where its parts are wanted`,
    answer: () => {
      const { rows }: { rows: number[] } = wild(nothing);
      return tensor(rows);
    },
    check: "Row gather",
    says: ["expected no error, got TypeError: Cannot destructure property 'rows' of "],
    hint: "is a `return` missing?",
  })),
  {
    mistake: "async",
    answer: (table, ids) => wild((async () => await gather(table, ids))()),
    check: "Row gather",
    says: ["expected a Tensor of shape [1], got a value of kind Promise"],
    hint: "take `async` away",
  },
  {
    mistake: "async, and it fails",
    answer: () => wild((async () => await Promise.reject(new Error("late")))()),
    check: "Row gather",
    says: ["got a value of kind Promise"],
    hint: "take `async` away",
  },
  {
    mistake: "nested arrays",
    answer: (table, ids) => wild(gather(table, ids).toArray()),
    check: "Row gather",
    says: ["expected a Tensor of shape [1], got [ 0.1 ]"],
    hint: "tensor(numbers, { shape })",
  },
  {
    mistake: "a typed array",
    answer: (table, ids) => wild(gather(table, ids).data.slice()),
    check: "Row gather",
    says: ["got Float64Array(1) [ 0.1 ]"],
    hint: "tensor(numbers, { shape })",
  },
  ...[null, "rows", 3, {}, Symbol("row")].map((value) => ({
    mistake: `${typeof value} ${String(value)} for a tensor`,
    answer: () => wild(value),
    check: "Row gather",
    says: ["expected a Tensor of shape [1], got "],
    hint: null,
  })),
  {
    mistake: "no function",
    answer: wild({ lookup: gather }),
    check: "Row gather",
    says: ["expected a function lookup(table, ids), got a value of kind Object"],
    hint: null,
  },
];
