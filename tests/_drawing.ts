// What a plot's SVG draws, one line for each thing: what it is called, what it is, and where on the page.

import { DOMParser } from "linkedom";
import type { Plot } from "minimodel/lab";

interface Element {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly children: Iterable<Element>;
}

/** Numbers to a hundredth, without the noise of their last digits. */
function rounded(text: string): string {
  return text.replace(/-?\d*\.\d+(?:e-\d+)?/g, (each) => `${Math.round(Number(each) * 100) / 100}`);
}

/** What a thing says of itself but for its style, which Plot decides. */
const left =
  /^(?:aria-|font-(?:family|variant)|stroke-line|xmlns|viewBox|role|transform)|^y=\S*em$/;

/**
 * What is drawn in groups of some names, in the order of drawing. A thing also has what its groups say of
 * it; its place is the sum of their shifts.
 */
export function drawing(plot: Plot, groups: RegExp): string[] {
  const lines: string[] = [];
  const see = (element: Element, inherited: ReadonlyMap<string, string>, at: [number, number]) => {
    const { tagName, textContent, attributes, children } = element;
    const all = new Map(inherited);
    for (const { name, value } of attributes) all.set(name, value);
    const [, dx = 0, dy = 0, turn = ""] =
      /^translate\(([^,]*),([^)]*)\)(.*)$/.exec(all.get("transform") ?? "") ?? [];
    all.delete("transform");
    const [x, y] = [at[0] + Number(dx), at[1] + Number(dy)];
    if (/^(?:svg|g)$/i.test(tagName)) {
      for (const child of children) see(child, all, [x, y]);
      return;
    }
    const name = all.get("aria-label") ?? "";
    if (!groups.test(name)) return;
    const what = tagName === "text" ? JSON.stringify(textContent) : tagName;
    const own = [...all].filter(([key, value]) => value !== whole.get(key))
      .map(([key, value]) => `${key}=${value}`).filter((each) => !left.test(each)).sort();
    lines.push(rounded(`${name}: ${[what, `at ${x},${y}${turn}`, ...own].join(" ")}`));
  };
  const document = new DOMParser().parseFromString(plot.svg, "image/svg+xml");
  const root = document.documentElement as unknown as Element;
  const whole = new Map([...root.attributes].map(({ name, value }) => [name, value]));
  see(root, new Map(), [0, 0]);
  return lines;
}
