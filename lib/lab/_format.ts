// How numbers and cells become text, the same in tables, in axis ticks and in bar labels.

const htmlEntities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML, inside a tag's content or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEntities[character] ?? character);
}

/**
 * Formats a number with at most `digits` significant digits, but always with all digits before the
 * point and one after it: 13174.6 does not become 13170.
 */
export function formatNumber(value: number, digits: number): string {
  if (Number.isInteger(value)) return Object.is(value, -0) ? "-0" : String(value);
  const whole = String(Math.trunc(Math.abs(value))).length;
  return String(Number(value.toPrecision(Math.max(digits, whole + 1))));
}

/**
 * Formats a number for people who read a plot: `1,000`, `0.05`, `2×10⁻⁷`, with a true minus sign.
 * It has at most `digits` significant digits, but always all digits before the point.
 */
export function formatTick(value: number, digits = 6): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (size >= 1e-3 && size < Math.max(1e7, 10 ** digits)) {
    return value.toLocaleString("en-US", {
      maximumSignificantDigits: digits,
      maximumFractionDigits: 0,
      roundingPriority: "morePrecision",
    }).replace("-", "−");
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const factor = formatNumber(Number(mantissa), digits).replace("-", "−");
  const power = `10${superscript(Number(exponent))}`;
  if (factor === "1") return power;
  return factor === "−1" ? `−${power}` : `${factor}×${power}`;
}

function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join(
    "",
  );
  return exponent < 0 ? `⁻${digits}` : digits;
}
