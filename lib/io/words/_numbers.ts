// Numbers as text, in every spelling that C and Python print and read.

const [plus, minus, point, zero, nine, bigE, smallE] = [43, 45, 46, 48, 57, 69, 101];
/** Powers of ten that a float64 holds exactly. */
const powers = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const spelling = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const special = /^([+-]?)(nan|inf|infinity)(\([^)]*\))?$/i;

/** The float64 nearest to the number that some bytes spell; undefined if they spell none. */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  return parseShort(bytes, start, end) ?? parseAny(bytes, start, end);
}

/**
 * A number of at most 15 digits. These, and the power of ten that they are multiplied with or
 * divided by, are exact, so that the one rounding gives the nearest float64 (Clinger, 1990).
 */
function parseShort(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  const sign = bytes[at] === minus ? -1 : 1;
  if (bytes[at] === minus || bytes[at] === plus) at++;
  let [mantissa, digits, exponent] = [0, 0, 0];
  let isBehindPoint = false;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) {
      mantissa = 10 * mantissa + byte - zero;
      digits++;
      if (isBehindPoint) exponent--;
    } else if (byte === point && !isBehindPoint) isBehindPoint = true;
    else break;
  }
  if (digits === 0 || digits > 15) return undefined;
  if (at < end) {
    if (bytes[at] !== bigE && bytes[at] !== smallE) return undefined;
    at++;
    const isNegative = bytes[at] === minus;
    if (isNegative || bytes[at] === plus) at++;
    if (at >= end || end - at > 3) return undefined;
    let written = 0;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte < zero || byte > nine) return undefined;
      written = 10 * written + byte - zero;
    }
    exponent += isNegative ? -written : written;
  }
  const power = powers[Math.abs(exponent)];
  if (power === undefined) return undefined;
  return sign * (exponent < 0 ? mantissa / power : mantissa * power);
}

function parseAny(bytes: Uint8Array, start: number, end: number): number | undefined {
  // A longer number is none: 2,000 digits are more than any program prints.
  if (end - start > 2000) return undefined;
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  if (spelling.test(text)) return Number(text);
  const [, sign, name = ""] = special.exec(text) ?? [];
  if (sign === undefined) return undefined;
  if (name.toLowerCase() === "nan") return NaN;
  return sign === "-" ? -Infinity : Infinity;
}

/** The shortest spelling that is read as the same float64. */
export function formatFloat64(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  return Object.is(x, -0) ? "-0" : `${x}`;
}

/** A spelling of a float32, nearly the shortest, that is read as the same float32. */
export function formatFloat32(x: number): string {
  if (!Number.isFinite(x) || x === 0) return formatFloat64(x);
  for (let digits = 6; digits < 9; digits++) {
    const near = Number(x.toPrecision(digits));
    if (Math.fround(near) === x) return `${near}`;
  }
  return `${Number(x.toPrecision(9))}`;
}
