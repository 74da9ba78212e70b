// The explorer page in a headless Chromium, opened from disk: `deno task test:browser`. It leaves pictures in
// screenshots/ and prints how fast 50,000 words move; no test depends on that.

import { assert, assertEquals, AssertionError, assertNotEquals, assertRejects } from "@std/assert";
import { createRandom, normal, tensor, WordVectors } from "minimodel";
import { saveExplorer } from "minimodel/lab";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { root } from "../../tasks/_cli.ts";
import { findChromium } from "./_chromium.ts";

const args = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
const verbs = ["sing", "eat", "drink", "<b>write</b>"];
const words = Array.from({ length: 60 }, (_, id) => id === 7 ? "</script><i>cantó" : `word ${id}`);
const labels = {
  verb: words.map((_, id) => verbs[id % 4]),
  tense: words.map((_, id) => id % 3 === 0 ? "past" : ""),
};

/** Words that are strewn at first and lie together by verb at last. */
function epochAt(share: number): WordVectors {
  const noise = normal([60, 8], { seed: 1 }).data;
  const numbers = noise.map((each, i) =>
    (1 - 0.9 * share) * each + share * 2 * Number(i % 8 === Math.floor(i / 8) % 4)
  );
  return new WordVectors(words, tensor(Float32Array.from(numbers), { shape: [60, 8] }), { labels });
}
const epochs = [0, 0.5, 1].map((share) => ({
  name: `epoch ${20 * share}`,
  vectors: epochAt(share),
}));
const last = epochs[2].vectors;

/** An open page; all that it asks of a network, and all that it complains about, is an error. */
async function open(
  browser: Browser,
  path: string,
  hash: string,
  colorScheme: "light" | "dark" = "light",
) {
  const page = await browser.newPage({
    viewport: { width: 1300, height: 850 },
    colorScheme,
    reducedMotion: "reduce",
  });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(`${error}`));
  page.on("console", (message) => {
    // What the graphics driver says about its own speed is no error of the page.
    if (!message.text().includes("GL Driver Message")) {
      errors.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    if (/^https?:|^wss?:/.test(request.url())) errors.push(`request: ${request.url()}`);
  });
  const address = `${pathToFileURL(path).href}${hash}`;
  await page.goto(address);
  try {
    await page.waitForSelector("html[data-ready]", { timeout: 20_000 });
  } catch (cause) {
    throw new AssertionError(`The page did not open: ${errors.join("; ")}`, { cause });
  }
  return { page, errors };
}

/** Where the chosen word's name stands. */
async function placeOf(page: Page): Promise<{ x: number; y: number }> {
  await page.waitForTimeout(300);
  const style = await page.locator("#names .chosen").getAttribute("style") ?? "";
  const [x, y] = [...style.matchAll(/(-?[\d.]+)px/g)].map(([, pixels]) => Number(pixels));
  return { x, y };
}

/** What the panel lists as nearest. */
async function nearestOn(page: Page): Promise<string[]> {
  const buttons = await page.locator("#nearest button").allInnerTexts();
  return buttons.map((text) => text.replace(/\s+/g, " ").trim());
}

const legendOf = async (page: Page) =>
  (await page.locator("#legend li").allInnerTexts()).map((text) => text.trim());

const expectedNear = (vectors: WordVectors, word: string) =>
  vectors.nearest(word, { k: 10 }).map(({ word, score }) => `${word} ${score.toFixed(3)}`);

async function choose(page: Page, word: string): Promise<void> {
  await page.fill("#search", word);
  await page.press("#search", "Enter");
  await page.waitForTimeout(300);
}

/** Refuses a page whose search, hover, slider or keys do not do what they say. */
async function checkPage(
  { page, errors }: Awaited<ReturnType<typeof open>>,
  vectors: WordVectors,
): Promise<void> {
  assertEquals(await page.title(), "Words & <verbs>");
  await choose(page, "WORD 13");
  assertEquals(await page.locator("#word h2").first().innerText(), "word 13");
  assertEquals(await nearestOn(page), expectedNear(vectors, "word 13"));
  const said = await page.locator("#said").textContent() ?? "";
  assert(
    said.includes("word 13") && said.includes(vectors.nearest("word 13", { k: 1 })[0].word),
    said,
  );

  // The mouse on the same point says the same, also if nothing is chosen.
  const at = await placeOf(page);
  const canvas = await page.locator("canvas").boundingBox() ?? { x: 0, y: 0 };
  await page.focus("canvas");
  await page.keyboard.press("Escape");
  assertEquals(await page.locator("#word h2").count(), 0);
  await page.mouse.move(canvas.x + at.x + 30, canvas.y + at.y + 30);
  await page.mouse.move(canvas.x + at.x, canvas.y + at.y);
  await page.waitForTimeout(300);
  assertEquals(await page.locator("#word h2").first().innerText(), "word 13");
  assertEquals(await nearestOn(page), expectedNear(vectors, "word 13"));
  await page.mouse.move(canvas.x + 2, canvas.y + 2);

  // A neighbour's button leads to it.
  await choose(page, "word 13");
  await page.locator("#nearest button").first().click();
  assertEquals(
    await page.locator("#word h2").first().innerText(),
    vectors.nearest("word 13", { k: 1 })[0].word,
  );

  // Words and labels are text, whatever is in them.
  await choose(page, "cantó");
  assertEquals(await page.locator("#word h2").first().innerText(), words[7]);
  assertEquals(await page.locator("#word dd").allInnerTexts(), ["<b>write</b>"]);
  assertEquals(await legendOf(page), verbs);
  await page.selectOption("#color", { label: "tense" });
  assertEquals(await legendOf(page), ["(none)", "past"]);
  await choose(page, "nothing of that name");
  assert((await page.locator("#found").innerText()).includes("No word contains"));

  // The slider changes vectors and places, and keys move what is seen.
  await choose(page, "word 13");
  await page.click("#all");
  const before = await placeOf(page);
  await page.focus("#epoch");
  await page.keyboard.press("Home");
  assertEquals(await page.locator("#epoch-name").innerText(), "epoch 0");
  assertEquals(await nearestOn(page), expectedNear(epochs[0].vectors, "word 13"));
  assertNotEquals(await placeOf(page), before);
  await page.keyboard.press("End");
  const still = await placeOf(page);
  assert(Math.hypot(still.x - before.x, still.y - before.y) < 1, Deno.inspect([before, still]));
  await page.focus("canvas");
  await page.keyboard.press("ArrowRight");
  assert((await placeOf(page)).x < before.x - 20);
  await page.keyboard.press("ArrowLeft");
  assert(Math.abs((await placeOf(page)).x - before.x) < 1);
  await page.selectOption("#projection", { label: "PCA" });
  assertNotEquals(await placeOf(page), before);
  assertEquals(errors, []);
}

/** How many frames a second are shown while the mouse pans. */
async function framesWhilePanning(page: Page): Promise<number> {
  await page.evaluate(`globalThis.frames_ = [];
    requestAnimationFrame(function tick(time) { frames_.push(time); requestAnimationFrame(tick); })`);
  await page.mouse.move(500, 500);
  await page.mouse.down();
  const start = performance.now();
  for (let i = 0; performance.now() - start < 3000; i++) {
    await page.mouse.move(500 + 200 * Math.sin(i / 10), 500 + 100 * Math.cos(i / 10));
  }
  await page.mouse.up();
  return Number(await page.evaluate("1000 * (frames_.length - 1) / (frames_.at(-1) - frames_[0])"));
}

Deno.test({
  name: "The explorer page in Chromium",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async (test) => {
    const folder = await Deno.makeTempDir({ prefix: "minimodel-explorer-" });
    const screenshots = join(root, "screenshots");
    await Deno.mkdir(screenshots, { recursive: true });
    const browser = await chromium.launch({ executablePath: await findChromium(), args });
    try {
      const title = "Words & <verbs>";
      const path = await saveExplorer(join(folder, "explorer.html"), epochs, { title });
      for (const hash of ["#canvas", "#webgl"]) {
        await test.step(`search, mouse, slider and keys do what they say on ${hash.slice(1)}`, async () => {
          const opened = await open(browser, path, hash);
          await checkPage(opened, last);
          await opened.page.screenshot({
            path: join(screenshots, `explorer-${hash.slice(1)}.png`),
          });
          await opened.page.close();
        });
      }
      await test.step("without WebGL the page says so, and works", async () => {
        const { page } = await open(browser, path, "", "dark");
        assert((await page.locator("#note").innerText()).includes("plain canvas"));
        await choose(page, "word 13");
        await page.screenshot({ path: join(screenshots, "explorer-dark.png") });
        await page.close();
      });
      await test.step("a page with other neighbours, or that asks the network, is refused", async () => {
        const wrong = await open(browser, path, "#canvas");
        await assertRejects(() => checkPage(wrong, epochs[0].vectors), AssertionError);
        await wrong.page.close();
        const html = (await Deno.readTextFile(path)).replace(
          /<meta http-equiv[^>]*>/,
          '<img src="http://127.0.0.1:9/x.png">',
        );
        await Deno.writeTextFile(join(folder, "asks.html"), html);
        const asking = await open(browser, join(folder, "asks.html"), "#canvas");
        await assertRejects(
          () => checkPage(asking, last),
          AssertionError,
          "http://127.0.0.1:9/x.png",
        );
        await asking.page.close();
      });
      await test.step("50,000 words open and move", async () => {
        const random = createRandom(0);
        const many = Array.from({ length: 50_000 }, (_, id) => `word ${id}`);
        const E = tensor(Float32Array.from({ length: 50_000 * 50 }, random.normal), {
          shape: [50_000, 50],
        });
        const group = many.map((_, id) => `group ${id % 30}`);
        const big = await saveExplorer(
          join(folder, "big.html"),
          new WordVectors(many, E, { labels: { group } }),
        );
        const start = performance.now();
        const { page, errors } = await open(browser, big, "");
        const ms = performance.now() - start;
        const frames = await framesWhilePanning(page);
        await page.screenshot({ path: join(screenshots, "explorer-many.png") });
        assertEquals(errors, []);
        console.log(
          `50,000 words: open in ${ms.toFixed(0)} ms, ${frames.toFixed(0)} frames/s while panning`,
        );
      });
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
