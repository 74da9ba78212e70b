// How a value is called in an error message.

/** A short name for any value: its number or text, else its kind. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the string ${quoted(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "object": {
      if (value === null) return "null";
      // The prototype's, since a value that comes from a file can have a "constructor" of its own.
      const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
      if (isDetached(value)) return `a detached ${name}`;
      return typeof name === "string" && name !== "" ? `a value of kind ${name}` : "an object";
    }
    default:
      return Object.is(value, -0) ? "-0" : `${value}`;
  }
}

/** Text in quotes, fit for a message: nothing in it moves a terminal's cursor or turns its writing round. */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

/** Text with each control or format character told by its number, `\u{1b}`. */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Whether a value is a typed array whose memory is gone: handed to a worker, say, or cut off. */
export function isDetached(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || value instanceof DataView || value.byteLength > 0) return false;
  try {
    Uint8Array.prototype.keys.call(value);
    return false;
  } catch {
    return true;
  }
}
