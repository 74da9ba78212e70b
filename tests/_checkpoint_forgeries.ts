// Manifests that a forger could write, with a right checksum: each must be refused for what it says.

import { seal } from "./_checkpoint_files.ts";

type Fields = Record<string, unknown>;

/** Makes a forged manifest of a good one's text and its matrix file's name. */
type Forgery = (text: string, matrix: string) => Promise<string>;

/** Changes what the manifest says. */
function fields(change: (fields: Fields, matrix: string) => void): Forgery {
  return (text, matrix) => {
    const { checksum: _, ...fields } = JSON.parse(text);
    change(fields, matrix);
    return seal(JSON.stringify(fields));
  };
}

/** Replaces the text of one value, for JSON that no value gives. */
function text(key: string, value: string): Forgery {
  return async (text) => {
    const { checksum: _, ...fields } = JSON.parse(text);
    const mark = "the value to be replaced";
    return await seal(JSON.stringify({ ...fields, [key]: mark }).replace(`"${mark}"`, () => value));
  };
}

function values(
  key: string,
  values: readonly unknown[],
  part = `"${key}" must be`,
): [Forgery, string][] {
  return values.map((value) => [fields((fields) => fields[key] = value), part]);
}

/** Text that clears a terminal's screen, sets its title, and turns its writing round. */
const hostile = "\x1b[2J\x9b31m\x07\x7f\u202etxt.\u2028\n";

const keys = [
  "format",
  "version",
  "file",
  "sha256",
  "byteLength",
  "dtype",
  "shape",
  "options",
  "metadata",
];

/** Each forgery, and a part of the message that it must be refused with. */
export const forgeries: readonly [Forgery, string][] = [
  ...keys.map((key): [Forgery, string] => [
    fields((fields) => delete fields[key]),
    `must have the key "${key}"`,
  ]),
  [fields((fields) => fields.extra = 1), 'must not have the key "extra"'],
  [fields((fields) => Object.defineProperty(fields, "__proto__", own({}))), 'key "__proto__"'],
  [
    fields((fields) => Object.assign(fields, { constructor: 1 })),
    'must not have the key "constructor"',
  ],
  // An object whose keys are all inherited, should anybody read "__proto__" as more than a key.
  [
    async (text) => {
      const { checksum: _, ...fields } = JSON.parse(text);
      return await seal(`{"__proto__":${JSON.stringify(fields)}}`);
    },
    'must have the key "format"',
  ],
  ...values("format", ["", "minimodel", null, 1]),
  [fields((fields) => fields.format = hostile), '"format" must be "minimodel-checkpoint", got'],
  ...["format", "version", "dtype", "file", "sha256", "shape", "options", "metadata"].map((
    key,
  ): [Forgery, string] => [fields((fields) => fields[key] = hostile), "[2J\\u{9b}31m"]),
  [fields((fields) => fields[hostile] = 1), "[2J\\u{9b}31m"],
  [text("metadata", `{${JSON.stringify(hostile)}:-0}`), "[2J\\u{9b}31m"],
  ...values("version", [0, 2, 1.5, "1", null, [1]]),
  ...values("dtype", ["float16", "<f8", "Float64", "", 8, null, ["float64"]]),
  ...[[3, 2], [3, 4]].map((shape): [Forgery, string] => [
    fields((fields) => Object.assign(fields, { dtype: "float32", shape })),
    "little-endian float32 by its manifest, got '<f8'",
  ]),
  ...values("shape", [null, 6, "3,2", { 0: 3, 1: 2, length: 2 }], '"shape" must be an array'),
  ...values(
    "shape",
    [[-3, -2], [-1], [1.5, 4], [1e300], [2 ** 53], ["3", 2], [[3], 2], [null]],
    ']" must be',
  ),
  ...values(
    "shape",
    [[2 ** 52, 2 ** 52], [2 ** 31, 2 ** 31, 0]],
    "must be of less than 2^53 bytes",
  ),
  ...values("shape", [[1e6, 1e6], [23], [2 ** 49]], '"byteLength" of shape'),
  ...values("shape", [[6], [2, 3], [3, 2, 1], [5], [0], []], "must have the shape"),
  [text("shape", "[3,-0]"), "shape[1] must be a finite number other than -0"],
  [text("shape", "[3,2e0,1e999]"), "must be a finite number"],
  ...values("byteLength", [-1, 1.5, 1e300, 2 ** 53, "176", null, [176]]),
  ...values("byteLength", [0, 48, 48 + 12 + 10_001, 2 ** 40], '"byteLength" of shape'),
  ...values("byteLength", [49, 175, 177], "bytes by its manifest, got 176"),
  ...values("sha256", ["", "abc", "A".repeat(64), "a".repeat(63), "a".repeat(65), 0, null]),
  [fields((fields) => fields.sha256 = "a".repeat(64)), '"file" must be'],
  [
    // The right name, but not the right content: 16 digits agree, the others do not.
    fields((fields) => fields.sha256 = String(fields.sha256).slice(0, 16).padEnd(64, "0")),
    "must have the SHA-256",
  ],
  ...["", ".", "..", "emb", "emb.json", "/etc/passwd", "/dev/zero", "emb-1.npy", null, 1, ["x"]]
    .map((
      name,
    ): [Forgery, string] => [fields((fields) => fields.file = name), '"file" must be']),
  ...[
    (name: string) => `./${name}`,
    (name: string) => `../${name}`,
    (name: string) => `sub/../${name}`,
    (name: string) => `/${name}`,
    (name: string) => `..\\${name}`,
    (name: string) => `${name}\0`,
    (name: string) => `${name}/`,
    (name: string) => name.toUpperCase(),
    (name: string) => name.replace("emb", "other"),
  ].map((trick): [Forgery, string] => [
    fields((fields, matrix) => fields.file = trick(matrix)),
    '"file" must be',
  ]),
  ...["options", "metadata"].flatMap((key) => values(key, [null, [], "x", 1, true])),
  ...["options", "metadata"].flatMap((key): [Forgery, string][] => [
    [text(key, '{"a":1e999}'), `${key}.a must be a finite number`],
    [text(key, '{"a":[-0]}'), `${key}.a[0] must be a finite number`],
    [text(key, `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`), "levels deep"],
  ]),
];

/** Texts that are not one sealed JSON object in UTF-8. */
export async function texts(good: string): Promise<Uint8Array[]> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const { checksum: _, ...fields } = JSON.parse(good);
  const sealed = await seal(JSON.stringify(fields));
  return [
    encode(""),
    encode("null"),
    encode("[]"),
    encode("{}"),
    encode('"checksum"'),
    encode("[".repeat(1e6)),
    encode(`${good}{}`),
    encode(good + good),
    encode(`[${good}]`),
    encode(`\ufeff${good}`),
    encode(`// a comment\n${good}`),
    encode(good.replace(/\}\s*$/, ",}")),
    encode(sealed.replace('"checksum"', '"Checksum"')),
    encode(sealed.replace(/"checksum":"(.)/, (text) => text.toUpperCase())),
    new Uint8Array(new Uint16Array([...good].map((letter) => letter.charCodeAt(0))).buffer),
  ];
}

/** Sealed texts that are not JSON in UTF-8. */
export async function sealedNonsense(good: string): Promise<Uint8Array[]> {
  const { checksum: _, ...fields } = JSON.parse(good);
  const text = JSON.stringify(fields);
  const texts = [
    "{not_json}",
    text.replace("{", "{,"),
    text.replace("the", "th\u0001"),
    `[${text}]`,
  ];
  // What stands at the place that the parser complains of must not reach a terminal.
  texts.push(`{${hostile.replace("\n", "")}}`, text.replace("{", "{\x9b"), `\ufeff${text}`);
  const nonsense = await Promise.all(texts.map(seal));
  return [...nonsense.map((text) => new TextEncoder().encode(text)), await invalidUtf8(text)];
}

/** A sealed manifest with a byte in a string that is not UTF-8. */
async function invalidUtf8(text: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(text.slice(0, -1));
  bytes[bytes.indexOf("t".charCodeAt(0), bytes.length - 60)] = 0xff;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return new Uint8Array([...bytes, ...new TextEncoder().encode(`,"checksum":"${digest}"}`)]);
}

function own(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}
