// Answers to Task 1 of Lab 00 that do something else with a bad id than to refuse it.

import { gather, IndexError, type NumberArray, parseIds, type Tensor, tensor } from "minimodel";
import type { Lookup } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";

/** A lookup that copies rows, with its own way to treat each id. */
export function copying(rowOf: (table: Tensor, id: number) => ArrayLike<number>): Lookup {
  return (table, ids) => {
    const { data, shape } = parseIds(ids);
    const width = table.shape[1];
    const rows = new Float64Array(data.length * width);
    data.forEach((id, n) => rows.set(rowOf(table, id), n * width));
    return tensor(rows, { shape: [...shape, width] });
  };
}

/** The row of an id, of zeros where there is none. */
export function rowAt(table: Tensor, id: number): NumberArray {
  const width = table.shape[1];
  return table.data.subarray(id * width, (id + 1) * width);
}

/** A lookup that looks at each id before it copies its row. */
function looking(at: (id: number, count: number) => number): Lookup {
  return copying((table, id) => rowAt(table, at(id, table.shape[0])));
}

function refuse(id: number): never {
  throw new IndexError(`No row ${id}`);
}

const both = (id: number, count: number) => id < 0 || id >= count ? refuse(id) : id;

const refused = "Bad ids refused";

/** Task 1, bad ids. */
export const badIds: readonly Planted<Lookup>[] = [
  {
    mistake: "no range check",
    answer: looking((id) => id),
    check: refused,
    says: ["ids = [ 2 ]", "an IndexError for id 2", "a row, [0, 0]"],
    hint: "Reading past the end of an array is no error",
  },
  {
    mistake: "> for >=",
    answer: looking((id, count) => id < 0 || id > count ? refuse(id) : id),
    check: refused,
    says: ["ids = [ 2 ]", "an IndexError for id 2"],
    hint: "with >=, not with >",
  },
  {
    mistake: "only the upper bound",
    answer: looking((id, count) => id >= count ? refuse(id) : id),
    check: refused,
    says: ["ids = [ -1 ]", "an IndexError for id -1"],
    hint: "below 0",
  },
  {
    mistake: "only the lower bound",
    answer: looking((id) => id < 0 ? refuse(id) : id),
    check: refused,
    says: ["ids = [ 2 ]"],
    hint: "Reading past the end",
  },
  {
    mistake: "the remainder of JavaScript",
    answer: looking((id, count) => id % count),
    check: refused,
    says: ["ids = [ 2 ]", "a row, [0.1, 0.2]"],
    hint: "as % does",
  },
  {
    mistake: "the remainder of Python",
    answer: looking((id, count) => ((id % count) + count) % count),
    check: refused,
    says: ["ids = [ 2 ]", "a row, [0.1, 0.2]"],
    hint: "as % does",
  },
  {
    mistake: "clamped at both ends",
    answer: looking((id, count) => Math.min(Math.max(id, 0), count - 1)),
    check: refused,
    says: ["ids = [ 2 ]", "a row, [0.3, 0.4]"],
    hint: "clamped",
  },
  {
    mistake: "clamped at the end",
    answer: looking((id, count) => id < 0 ? refuse(id) : Math.min(id, count - 1)),
    check: refused,
    says: ["ids = [ 2 ]", "a row, [0.3, 0.4]"],
    hint: "clamped",
  },
  {
    mistake: "clamped at 0",
    answer: looking((id, count) => id >= count ? refuse(id) : Math.max(0, id)),
    check: refused,
    says: ["ids = [ -1 ]", "a row, [0.1, 0.2]"],
    hint: "clamped",
  },
  {
    mistake: "counted from the back",
    answer: looking((id, count) => id < 0 ? both(id + count, count) : both(id, count)),
    check: refused,
    says: ["ids = [ -1 ]", "a row, [0.3, 0.4]"],
    hint: "counted from the back",
  },
  {
    mistake: "only the first id is looked at",
    answer: (table, ids) => {
      const { data } = parseIds(ids);
      if (data.length > 0) both(data[0], table.shape[0]);
      return looking((id) => id)(table, ids);
    },
    check: refused,
    says: ["ids = [ 0, 2 ]"],
    hint: "Reading past the end",
  },
  ...[new Error("No"), new RangeError("No"), new TypeError("No")].map((error) => ({
    mistake: `refused with a ${error.name}`,
    answer: looking((id, count) => {
      if (id < 0 || id >= count) throw error;
      return id;
    }),
    check: refused,
    says: ["ids = [ 2 ]", `${error.name}: No`],
    hint: "throw new IndexError(...)",
  })),
  {
    mistake: "null for a bad id",
    answer: (table, ids) => {
      const bad = parseIds(ids).data.some((id) => id < 0 || id >= table.shape[0]);
      return bad ? wild(null) : gather(table, ids);
    },
    check: refused,
    says: ["ids = [ 2 ]", "got null"],
    hint: "throw new IndexError(...)",
  },
  {
    mistake: "no return for a bad id",
    answer: (table, ids) => {
      const bad = parseIds(ids).data.some((id) => id < 0 || id >= table.shape[0]);
      return bad ? wild(undefined) : gather(table, ids);
    },
    check: refused,
    says: ["ids = [ 2 ]", "got undefined"],
    hint: "throw new IndexError(...)",
  },
  {
    mistake: "bad ids are changed",
    answer: (table, ids) => {
      const { data } = parseIds(ids);
      const good = data.filter((id) => id >= 0 && id < table.shape[0]);
      if (good.length === data.length || !Array.isArray(ids)) return gather(table, ids);
      ids.splice(0, ids.length, ...good);
      return gather(table, data.map(() => 1));
    },
    check: refused,
    says: ["ids = [ 2 ]", "an IndexError for id 2", "a row, [0.3, 0.4]"],
    hint: "clamped",
  },
];
