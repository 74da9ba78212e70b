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
  return text.replace(/[&<>"']/g, (character) => htmlEntities[character]);
}

/** Formats a number with at most `digits` significant digits; whole numbers stay whole. */
export function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  return String(Number(value.toPrecision(digits)));
}

/** Formats a number for people who read a plot: `1,000`, `0.05`, `2×10⁻⁷`, with a true minus sign. */
export function formatTick(value: number, digits = 6): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (size >= 1e-3 && size < 1e7) {
    return value.toLocaleString("en-US", { maximumSignificantDigits: digits }).replace("-", "−");
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
