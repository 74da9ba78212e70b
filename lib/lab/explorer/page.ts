/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// The explorer page in the browser: what is chosen in its controls, and what is shown of it.

import { palette } from "../_palette.ts";
import { canvasRenderer } from "./_canvas.ts";
import { bytesOf, type PageData } from "../_explorer_data.ts";
import { roomForNames, search } from "./_names.ts";
import { type Near, nearestTo } from "./_nearest.ts";
import { fitted, type Listener } from "./_renderer.ts";
import { webglRenderer } from "./_webgl.ts";

const neighborCount = 10;
const otherColor = "#8b949e";

function element<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`Cannot open the page: it has no element ${id}`);
  return found as Kind;
}

const data: PageData = JSON.parse(element("data").textContent ?? "");
const { words, labels } = data;
const codes = labels.map((label) => new Uint16Array(bytesOf(label.codes)));

/** What is read once it is needed: a table of 50,000 words takes a moment. */
const epochs = data.epochs.map((epoch) => {
  const points = new Map<string, { x: Float32Array; y: Float32Array }>();
  let vectors: Float32Array | undefined;
  return {
    name: epoch.name,
    vectors: () => vectors ??= new Float32Array(bytesOf(epoch.vectors)),
    points(projection: string) {
      const known = points.get(projection) ??
        fitted(new Float32Array(bytesOf(epoch.points[projection] ?? "")));
      points.set(projection, known);
      return known;
    },
  };
});

const state = {
  epoch: epochs.length - 1,
  projection: data.projections[0] ?? "",
  label: 0,
  chosen: -1,
  over: -1,
};

const canvas = element<HTMLCanvasElement>("points");
const listener: Listener = {
  over: (id) => {
    state.over = id;
    tell();
  },
  chosen: (id) => choose(id),
  moved: () => requestNames(),
};
const webgl = location.hash === "#canvas"
  ? undefined
  : webglRenderer(canvas, listener, { slowToo: location.hash === "#webgl" });
const renderer = webgl ?? canvasRenderer(canvas, listener);
if (webgl === undefined) {
  element("note").append(
    " Drawn on a plain canvas, since this browser has no WebGL, or only a slow one.",
  );
}

/** The colour of each value of the chosen label; values beyond the palette share one. */
function colorsOf(label: number): { colors: string[]; codes: ArrayLike<number> } {
  const own = codes[label];
  if (own === undefined) {
    return { colors: [palette[12] ?? otherColor], codes: new Uint16Array(words.length) };
  }
  const values = labels[label]?.values ?? [];
  const colors = values.map((value, code) =>
    value === "" ? otherColor : palette[code] ?? otherColor
  );
  return { colors, codes: own };
}

async function draw(isMoving: boolean): Promise<void> {
  const epoch = epochs[state.epoch];
  if (epoch === undefined) return;
  const look = getComputedStyle(document.documentElement);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  await renderer.draw({
    ...epoch.points(state.projection),
    ...colorsOf(state.label),
    background: look.getPropertyValue("--ground").trim(),
    ink: look.getPropertyValue("--ink").trim(),
  }, isMoving && !calm);
  if (state.chosen >= 0 && !isInView(state.chosen)) renderer.center(state.chosen);
  mark();
  requestNames();
}

function isInView(id: number): boolean {
  const [x, y] = renderer.at(id) ?? [-1, -1];
  return x >= 0 && y >= 0 && x <= canvas.clientWidth && y <= canvas.clientHeight;
}

/** Neighbours that were looked for already: of 50,000 words that takes 20 ms. */
const known = new Map<string, readonly Near[]>();

function near(id: number): readonly Near[] {
  const key = `${state.epoch} ${id}`;
  const found = known.get(key) ?? nearestTo(id, neighborCount, {
    vectors: epochs[state.epoch]?.vectors() ?? new Float32Array(),
    width: data.width,
  });
  if (known.size > 1000) known.clear();
  known.set(key, found);
  return found;
}

function choose(id: number): void {
  state.chosen = id;
  mark();
  tell();
  requestNames();
}

function mark(): void {
  renderer.mark(state.chosen < 0 ? [] : [state.chosen, ...near(state.chosen).map(({ id }) => id)]);
}

/** Says in the panel what is known of the word under the mouse, or else of the chosen one. */
function tell(): void {
  const id = state.over >= 0 ? state.over : state.chosen;
  const panel = element("word");
  panel.replaceChildren();
  if (id < 0) {
    panel.append("Point at a word, search for one, or press Tab to reach the list.");
    return;
  }
  const heading = document.createElement("h2");
  heading.textContent = words[id] ?? "";
  const facts = document.createElement("dl");
  labels.forEach((label, index) => {
    const value = label.values[codes[index]?.[id] ?? 0] ?? "";
    if (value === "") return;
    const [name, said] = [document.createElement("dt"), document.createElement("dd")];
    name.textContent = label.name;
    said.textContent = value;
    facts.append(name, said);
  });
  const title = document.createElement("h2");
  title.textContent = "Nearest by cosine";
  const list = document.createElement("ol");
  list.id = "nearest";
  for (const { id: other, score } of near(id)) list.append(wordItem(other, score.toFixed(3)));
  panel.append(heading, facts, title, list);
  // Told to a screen reader when a word was chosen, not at every move of the mouse.
  if (id === state.chosen) element("said").textContent = panel.innerText.replaceAll("\n", " ");
}

function wordItem(id: number, score: string): HTMLLIElement {
  const [item, button, value] = [
    document.createElement("li"),
    document.createElement("button"),
    document.createElement("span"),
  ];
  button.type = "button";
  button.textContent = words[id] ?? "";
  value.className = "score";
  value.textContent = score;
  button.append(value);
  button.addEventListener("click", () => {
    state.over = -1;
    renderer.center(id);
    choose(id);
  });
  item.append(button);
  return item;
}

let isAsked = false;
/** Writes names once per frame. */
function requestNames(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    writeNames();
  });
}

/** Writes the chosen word, its neighbours, and others while there is room. */
function writeNames(): void {
  const names = element("names");
  const first = state.chosen < 0 ? [] : [state.chosen, ...near(state.chosen).map(({ id }) => id)];
  const ids = words.length > 5000 ? first : new Set([...first, ...words.keys()]);
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  names.replaceChildren();
  for (const { id, x, y } of roomForNames(ids, { words, at: renderer.at, ...size })) {
    const span = document.createElement("span");
    span.textContent = words[id] ?? "";
    span.style.left = `${x}px`;
    span.style.top = `${y}px`;
    if (id === state.chosen) span.className = "chosen";
    names.append(span);
  }
}

function legend(): void {
  const list = element("legend");
  const values = labels[state.label]?.values ?? [];
  const { colors } = colorsOf(state.label);
  const items = values.slice(0, palette.length).map((value, code) => {
    const [item, swatch] = [document.createElement("li"), document.createElement("span")];
    swatch.className = "swatch";
    swatch.style.display = "inline-block";
    swatch.style.background = colors[code] ?? otherColor;
    item.append(swatch, ` ${value === "" ? "(none)" : value}`);
    return item;
  });
  if (values.length > palette.length) {
    const item = document.createElement("li");
    item.textContent = `and ${values.length - palette.length} more, in grey`;
    items.push(item);
  }
  list.replaceChildren();
  for (const item of items) list.append(item);
}

function searched(): void {
  const wanted = element<HTMLInputElement>("search").value.trim();
  const list = element("found");
  list.replaceChildren();
  if (wanted === "") return;
  const found = search(words, wanted);
  for (const id of found.slice(0, 8)) list.append(wordItem(id, ""));
  element("said").textContent = found.length === 0
    ? `No word contains ${wanted}`
    : `${found.length} words contain ${wanted}; Enter chooses ${words[found[0] ?? 0]}`;
  if (found.length === 0) list.append(`No word contains "${wanted}"`);
}

function options(id: string, names: readonly string[], chosen: (index: number) => void): void {
  const select = element<HTMLSelectElement>(id);
  names.forEach((name, index) => select.add(new Option(name, `${index}`)));
  select.addEventListener("change", () => chosen(select.selectedIndex));
  const field = select.closest("label");
  if (field !== null) field.hidden = names.length === 0;
}

options("color", labels.map(({ name }) => name), (index) => {
  state.label = index;
  legend();
  draw(false);
});
options("projection", data.projections, (index) => {
  state.projection = data.projections[index] ?? "";
  draw(true);
});
const slider = element<HTMLInputElement>("epoch");
slider.max = `${epochs.length - 1}`;
slider.value = slider.max;
const nameEpoch = () => {
  const name = epochs[state.epoch]?.name ?? "";
  element("epoch-name").textContent = name;
  slider.setAttribute("aria-valuetext", name);
};
slider.addEventListener("input", () => {
  state.epoch = Number(slider.value);
  nameEpoch();
  tell();
  draw(true);
});
slider.closest("label")?.toggleAttribute("hidden", epochs.length < 2);
element("search").addEventListener("input", searched);
element("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") element("found").querySelector("button")?.click();
});
const keys: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => renderer.pan(-0.1, 0),
  ArrowRight: () => renderer.pan(0.1, 0),
  ArrowUp: () => renderer.pan(0, 0.1),
  ArrowDown: () => renderer.pan(0, -0.1),
  "+": () => renderer.zoom(1.25),
  "=": () => renderer.zoom(1.25),
  "-": () => renderer.zoom(0.8),
  "0": () => renderer.reset(),
  Escape: () => choose(-1),
};
canvas.addEventListener("keydown", (event) => {
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
element("all").addEventListener("click", () => renderer.reset());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(false));
addEventListener("resize", requestNames);
nameEpoch();
legend();
tell();
await draw(false);
document.documentElement.dataset.ready = "true";
