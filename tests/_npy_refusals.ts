// Every way in which a header, or what is given to the codec, can be wrong, each with its message.

import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../lib/check/errors.ts";
import type { NpyInput } from "../lib/io/npy.ts";
import { type Codec, npyFile } from "./_npy_cases.ts";

type Refusal = readonly [found: string, message: string];

const keys = "'descr', 'fortran_order' and 'shape'";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const starts: [bytes: number[], message: string][] = [
  [[], "ends after 0 bytes, inside the magic string and version (bytes 0 to 8)"],
  [[0x50, 0x4b, 3, 4], "magic string wants 0x93 at byte 0, got 0x50"],
  [[...magic.slice(0, 5), 0x5a, 1, 0, 0, 0], "magic string wants 0x59 at byte 5, got 0x5a"],
  [[...magic, 0, 0, 0, 0], "version at byte 6 must be 1.0, 2.0 or 3.0, got 0.0"],
  [[...magic, 1, 1, 0, 0], "version at byte 6 must be 1.0, 2.0 or 3.0, got 1.1"],
  [[...magic, 4, 0, 0, 0], "version at byte 6 must be 1.0, 2.0 or 3.0, got 4.0"],
  [[...magic, 1, 0, 0x11, 0x27], "header length at byte 8 must be at most 10000, got 10001"],
  [[...magic, 3, 0, 0, 0, 1, 0], "header length at byte 8 must be at most 10000, got 65536"],
  [[...magic, 1, 0, 0x10, 0x27], "ends after 10 bytes, inside the header (bytes 10 to 10010)"],
  [[...magic, 1, 0, 0, 0], "header has its end at byte 10: the header must be a dict"],
];

const headers: Refusal[] = [
  [" ", "header has its end at byte 11: the header must be a dict"],
  ["[]", "header has '[' at byte 10: the header must be a dict"],
  ["(" + dict({}) + ")", "header has '(' at byte 10: the header must be a dict"],
  ["\n" + dict({}), "header has '\\x0a' at byte 10: the header must be a dict"],
  ["{}", `header has no key 'descr', must have ${keys}`],
  ["{'descr': '<f8'}", `header has no key 'fortran_order', must have ${keys}`],
  ["{'descr': '<f8', 'fortran_order': False}", `header has no key 'shape', must have ${keys}`],
  ["{'extra': 1}", `header key at byte 11 must be ${keys}, got 'extra'`],
  ["{'__proto__': 1}", `header key at byte 11 must be ${keys}, got '__proto__'`],
  ["{'fortranOrder': 1}", `header key at byte 11 must be ${keys}, got 'fortranOrder'`],
  ["{'d\xe9': 1}", `header key at byte 11 must be ${keys}, got 'd\\xe9'`],
  ["{'\x1b[2J': 1}", "header has '\\x1b' at byte 12: a string must not hold control characters"],
  [
    `{'${"x".repeat(50)}': 1}`,
    `header key at byte 11 must be ${keys}, got '${"x".repeat(40)}...'`,
  ],
  ["{'descr': '<f8', 'descr': '<f8'}", "header key 'descr' at byte 27 must not be there twice"],
  ["{descr: '<f8'}", "header has 'd' at byte 11: a key must be a string"],
  ["{u'descr': '<f8'}", "header has 'u' at byte 11: a key must be a string"],
  ["{,}", "header has ',' at byte 11: a key must be a string"],
  ["{", "header has its end at byte 11: a key must be a string"],
  ["{'descr' '<f8'}", `header has "'" at byte 19: ':' must follow a key`],
  ["{'descr': }", "header has '}' at byte 20: descr must be a string"],
  ["{'descr': '<f8' 'shape': ()}", `header has "'" at byte 26: ',' or '}' must follow a value`],
  ["{'descr': '<f8',, }", "header has ',' at byte 26: a key must be a string"],
  ["{'descr': '<f8", "header string at byte 20 must end in '"],
  [`{'descr': "<f8'`, 'header string at byte 20 must end in "'],
  ["{'descr': '\\x3cf8'}", "header has '\\' at byte 21: a string must not hold escapes"],
  ["{'descr': '<f8' # ok\n}", "header has '#' at byte 26: ',' or '}' must follow a value"],
  [dict({}) + "x", "header has 'x' at byte 70: nothing may follow the dict"],
  [dict({}) + dict({}), "header has '{' at byte 70: nothing may follow the dict"],
  [dict({}) + "\0", "header has '\\x00' at byte 70: nothing may follow the dict"],
  ...["1", "0", "None", "'True'", "true", "TrueFalse", ""].map((order): Refusal => [
    dict({ order }),
    `header has ${order.startsWith("'") ? `"'"` : `'${order[0] ?? ","}'`} at byte 44: ` +
    "fortran_order must be True or False",
  ]),
];

const shapes: Refusal[] = [
  ["[2, 3]", "header has '[' at byte 60: shape must be a tuple of integers"],
  ["6", "header has '6' at byte 60: shape must be a tuple of integers"],
  ["None", "header has 'N' at byte 60: shape must be a tuple of integers"],
  ["(6)", "header has ')' at byte 62: a tuple of one must end in a comma"],
  ["(,)", "header has ',' at byte 61: a dimension must be a decimal integer"],
  ["(2,,3)", "header has ',' at byte 63: a dimension must be a decimal integer"],
  ["(2 3)", "header has '3' at byte 63: ',' or ')' must follow a dimension"],
  ["(2, 3", "header has '}' at byte 67: a dimension must be a decimal integer"],
  ["((2, 3))", "header has '(' at byte 61: a dimension must be a decimal integer"],
  ["(True, 6)", "header has 'T' at byte 61: a dimension must be a decimal integer"],
  ["('2', 3)", `header has "'" at byte 61: a dimension must be a decimal integer`],
  ["(0x2, 3)", "header has '0' at byte 61: a dimension must be a decimal integer"],
  ["(1_0, 3)", "header has '1' at byte 61: a dimension must be a decimal integer"],
  ["(+2, 3)", "header has '+' at byte 61: a dimension must be a decimal integer"],
  ["(2LL, 3)", "header has '2' at byte 61: a dimension must be a decimal integer"],
  ["(2l, 3)", "header has '2' at byte 61: a dimension must be a decimal integer"],
  ["(-2, -3)", "header shape at byte 61 must not be negative, got '-2'"],
  ["(2, -1L)", "header shape at byte 64 must not be negative, got '-1L'"],
  ["(2, -0)", "header shape at byte 64 must not be negative, got '-0'"],
  ["(2.0, 3)", "header shape at byte 61 must hold whole numbers without leading zeros, got '2.0'"],
  ["(2, 1.5)", "header shape at byte 64 must hold whole numbers without leading zeros, got '1.5'"],
  ["(-.5, 3)", "header shape at byte 61 must hold whole numbers without leading zeros, got '-.5'"],
  ["(6e0,)", "header shape at byte 61 must hold whole numbers without leading zeros, got '6e0'"],
  ["(02, 3)", "header shape at byte 61 must hold whole numbers without leading zeros, got '02'"],
  [
    "(9007199254740992,)",
    "header shape at byte 61 must be at most 9007199254740991, got '9007199254740992'",
  ],
  [
    `(${"9".repeat(999)}, 0)`,
    `header shape at byte 61 must be at most 9007199254740991, got '${"9".repeat(40)}...'`,
  ],
  ...["(4294967296, 4294967296)", "(9007199254740991,)", "(0, 9007199254740991, 2)"]
    .map((shape): Refusal => [shape, `shape must be of less than 2^53 bytes, got ${shape}`]),
  ["(2, 4)", "data of shape (2, 4) and dtype '<f8' must have 64 bytes from byte 70 on, got 48"],
  [
    "(1, 2, 3, 4, 5, 6, 7, 8, 9)",
    "data of shape (1, 2, 3, 4, 5, 6, 7, 8, ... 9 in all) and dtype '<f8' must have 2903040 bytes " +
    "from byte 91 on, got 48",
  ],
  ["(5,)", "data of shape (5,) and dtype '<f8' must have 40 bytes from byte 68 on, got 48"],
  ["()", "data of shape () and dtype '<f8' must have 8 bytes from byte 66 on, got 48"],
  ["(0, 3)", "data of shape (0, 3) and dtype '<f8' must have 0 bytes from byte 70 on, got 48"],
];

const noArray = "which no typed array can hold";
const descrs: Refusal[] = [
  ["'<f16'", `descr '<f16' means float128, ${noArray}`],
  ["'>c32'", `descr '>c32' means complex256, ${noArray}`],
  ["'<f12'", `descr '<f12' means 80-bit long double, ${noArray}`],
  ["'|S5'", `descr '|S5' means byte strings, ${noArray}`],
  ["'<U3'", `descr '<U3' means Unicode strings, ${noArray}`],
  ["'<M8[ns]'", `descr '<M8[ns]' means datetime64, ${noArray}`],
  ["'<m8[25s]'", `descr '<m8[25s]' means timedelta64, ${noArray}`],
  ["'|O'", `descr '|O' means Python objects, ${noArray}`],
  ["'|V16'", `descr '|V16' means void or structured records, ${noArray}`],
  [
    "[('a', '<f4'), ('b', '<i4')]",
    "header has '[' at byte 20: descr is a list, which means structured records, " +
    "and no typed array holds them",
  ],
  [
    "('<f8', (2,))",
    "header has '(' at byte 20: descr is a tuple, which means a subarray, " +
    "and no typed array holds it",
  ],
  ["None", "header has 'N' at byte 20: descr must be a string"],
  ...["<f3", "f", "<f08", "float64", "", "<", " <f8", "<f8 ", "?", "<x4", "<<f8", "<f8[ns]"]
    .map((descr): Refusal => [
      `'${descr}'`,
      `descr '${descr}' is not a NumPy dtype such as '<f8'`,
    ]),
  ...["f8", "=f8", "|f8", "i2", "=c16"].map((descr): Refusal => [
    `'${descr}'`,
    `descr '${descr}' does not say its byte order, must start with '<' or '>'`,
  ]),
];

/** Everything wrong before the data is refused with a message that says what and where. */
export function refusesBadHeaders({ decodeNpy }: Codec): void {
  const refused = (bytes: Uint8Array, message: string): void => {
    const error = assertThrows(() => decodeNpy(bytes), FormatError);
    assertEquals(error.message, `Cannot decode .npy bytes: ${message}`);
  };
  for (const [bytes, message] of starts) refused(Uint8Array.from(bytes), message);
  for (const [header, message] of headers) refused(npyFile({ header }), message);
  for (const [shape, message] of shapes) refused(npyFile({ header: dict({ shape }) }), message);
  for (const [descr, message] of descrs) refused(npyFile({ header: dict({ descr }) }), message);
  refused(
    npyFile({ header: dict({ shape: "(2L, 3L)" }), version: 3 }),
    "header has '2' at byte 63: a dimension must be a decimal integer",
  );
  const padded = dict({}).trimEnd().padEnd(10_000);
  assertEquals(decodeNpy(npyFile({ header: padded })).shape, [2, 3]);
  refused(
    npyFile({ header: `${padded} ` }),
    "header length at byte 8 must be at most 10000, got 10001",
  );
}

/** Input that is no array is refused with a TypeError that says why. */
export function refusesBadInput({ encodeNpy, decodeNpy }: Codec): void {
  const six = new Float64Array(6);
  const detached = new Float64Array(6);
  structuredClone(detached, { transfer: [detached.buffer] });
  const dtypes = 'dtype of a Float64Array must be among "<f8", ">f8", "<c16", ">c16"';
  const cases: [array: unknown, options: unknown, message: string][] = [
    [undefined, {}, "{ data, shape } must be an object, got undefined"],
    [null, {}, "{ data, shape } must be an object, got null"],
    [{ shape: [1] }, {}, "data must be a typed array of numbers, got undefined"],
    [
      { data: [1], shape: [1] },
      {},
      "data must be a typed array of numbers, got a value of kind Array",
    ],
    [
      { data: new DataView(new ArrayBuffer(8)), shape: [1] },
      {},
      "data must be a typed array of numbers, got a value of kind DataView",
    ],
    [
      { data: { [Symbol.toStringTag]: "Float64Array", length: 1 }, shape: [1] },
      {},
      "data must be a typed array of numbers, got a value of kind Object",
    ],
    [{ data: six }, {}, "shape must be an array of whole numbers, got undefined"],
    [{ data: six, shape: 6 }, {}, "shape must be an array of whole numbers, got 6"],
    [{ data: six, shape: [2, 4] }, {}, "shape must hold the 6 numbers of the data, got (2, 4)"],
    [{ data: six, shape: [] }, {}, "shape must hold the 6 numbers of the data, got ()"],
    [{ data: six, shape: [0] }, {}, "shape must hold the 6 numbers of the data, got (0,)"],
    [{ data: six, shape: [-2, -3] }, {}, "shape[0] must be a whole number from 0, got -2"],
    [
      { data: six, shape: [4, 1.5] },
      {},
      "shape[1] must be a whole number from 0, got 1.5",
    ],
    [{ data: six, shape: [NaN] }, {}, "shape[0] must be a whole number from 0, got NaN"],
    [{ data: six, shape: [6n] }, {}, "shape[0] must be a whole number from 0, got 6n"],
    [
      { data: six, shape: ["6"] },
      {},
      'shape[0] must be a whole number from 0, got the string "6"',
    ],
    [
      { data: six, shape: Array(1) },
      {},
      "shape[0] must be a whole number from 0, got undefined",
    ],
    [
      { data: new Float64Array(0), shape: [0, 2 ** 50] },
      {},
      "shape must be of less than 2^53 bytes, got (0, 1125899906842624)",
    ],
    [
      { data: six, shape: [6] },
      { dtype: "<f4" },
      `${dtypes}, got the string "<f4"`,
    ],
    [
      { data: new Uint8ClampedArray(1), shape: [1] },
      { dtype: "<u1" },
      'dtype of a Uint8ClampedArray must be among "|u1", "|b1", got the string "<u1"',
    ],
    [
      { data: six, shape: [6] },
      { dtype: "<c16" },
      'shape for dtype "<c16" must end in an axis of 2, got (6,)',
    ],
    [
      { data: detached, shape: [6] },
      {},
      "data must be a typed array of numbers, got a detached Float64Array",
    ],
    [
      { data: detached, shape: [0] },
      {},
      "data must be a typed array of numbers, got a detached Float64Array",
    ],
    [{ data: six, shape: [6] }, null, "options must be an object, got null"],
    [
      { data: six, shape: [6] },
      { dtpye: "<f8" },
      'there is no option "dtpye"; did you mean "dtype"? Its options are dtype',
    ],
    [
      { data: six, shape: [6] },
      { "\x1b[2J\x9b": 1 },
      'there is no option "\\u001b[2J\\u{9b}"; options are dtype',
    ],
    [{ data: six, shape: [6] }, { dtype: 8 }, `${dtypes}, got 8`],
    [
      { data: new Uint8Array(1), shape: Array(4000).fill(1) },
      {},
      "shape must make a header of at most 10000 bytes, got 4000 dimensions",
    ],
  ];
  for (const [array, options, message] of cases) {
    const error = assertThrows(() => encodeNpy(array as NpyInput, options as object), TypeError);
    assertEquals(error.message, `Cannot encode .npy: ${message}`);
  }
  const noBytes: [bytes: unknown, options: unknown, message: string][] = [
    ["text", {}, '.npy bytes: the bytes must be a Uint8Array, got the string "text"'],
    [[1], { name: "E.npy" }, "E.npy: the bytes must be a Uint8Array, got a value of kind Array"],
    [null, undefined, ".npy bytes: the bytes must be a Uint8Array, got null"],
    [new Uint8Array(8), { name: 7 }, ".npy: name must be a string, got 7"],
    [new Uint8Array(8), "E.npy", '.npy: options must be an object, got the string "E.npy"'],
    [
      new Uint8Array(8),
      { nmae: "E.npy" },
      '.npy: there is no option "nmae"; did you mean "name"? Its options are name',
    ],
    [
      new Uint8Array(8),
      { path: "E.npy" },
      '.npy: there is no option "path"; did you mean "name"? Its options are name',
    ],
  ];
  for (const [bytes, options, message] of noBytes) {
    const error = assertThrows(() => decodeNpy(bytes as Uint8Array, options as object), TypeError);
    assertEquals(error.message, `Cannot decode ${message}`);
  }
}

function dict({ descr = "'<f8'", order = "False", shape = "(2, 3)" }): string {
  return `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
}
