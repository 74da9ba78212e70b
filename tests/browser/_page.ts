// One notebook's page in Chromium, and what a person does and sees there.

import type { Browser, Locator, Page } from "playwright-core";
import { join } from "node:path";
import { root } from "../../tasks/_cli.ts";

const screenshots = join(root, "screenshots");
const seconds = 1000;

/** A notebook open in JupyterLab. */
export class NotebookPage implements AsyncDisposable {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the notebook at an address and waits until its kernel is ready. */
  static async open(browser: Browser, address: string): Promise<NotebookPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const notebook = new NotebookPage(page);
    await page.goto(address);
    await page.locator(".jp-NotebookPanel .jp-Cell").first().waitFor({ timeout: 60 * seconds });
    // The dot beside the Deno kernel's name is idle before there is one, and a cell run then is
    // lost.
    await page.locator("#jp-main-statusbar").getByText("Deno | Idle").waitFor({
      timeout: 60 * seconds,
    });
    return notebook;
  }

  /** The code cells, in order. */
  get codeCells(): Locator {
    return this.page.locator(".jp-NotebookPanel .jp-CodeCell");
  }

  /** Waits until the Deno kernel has nothing to do. */
  async untilIdle(): Promise<void> {
    await this.untilStatus("idle");
  }

  /** Waits for what the dot beside the Deno kernel's name shows. */
  async untilStatus(status: "idle" | "busy"): Promise<void> {
    const dot = this.page.locator(
      `.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status="${status}"]`,
    );
    await dot.waitFor({ state: "attached", timeout: 120 * seconds });
  }

  /** Chooses Run All Cells in the menu, and waits until the run has ended. */
  async runAll(): Promise<void> {
    await this.page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await this.page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
    await this.page.waitForFunction(
      `(() => {
        const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
        const texts = prompts.map((prompt) => prompt.textContent);
        return texts.includes("[1]:") && !texts.includes("[*]:");
      })()`,
      undefined,
      { timeout: 120 * seconds },
    );
    await this.untilIdle();
  }

  /** Runs one code cell (from 0) with Shift+Enter and does not wait. */
  async startCell(index: number): Promise<void> {
    await this.codeCells.nth(index).locator(".jp-InputArea-editor").click();
    await this.page.keyboard.press("Shift+Enter");
  }

  /** Runs one code cell (from 0) and returns the text under it. */
  async runCell(index: number): Promise<string> {
    await this.startCell(index);
    await this.untilRun(index);
    return await this.outputOf(index);
  }

  /** Waits until a cell has been run, and its number stands beside it. */
  async untilRun(index: number): Promise<void> {
    const prompt = this.codeCells.nth(index).locator(".jp-InputPrompt");
    await prompt.filter({ hasText: /\[\d+\]/ }).waitFor({ timeout: 60 * seconds });
    await this.untilIdle();
  }

  /** The text under a code cell (from 0). */
  async outputOf(index: number): Promise<string> {
    return (await this.codeCells.nth(index).locator(".jp-OutputArea-output").allInnerTexts())
      .join("\n");
  }

  /** The text under all code cells. */
  async outputs(): Promise<string> {
    return (await this.page.locator(".jp-OutputArea-output").allInnerTexts()).join("\n");
  }

  /** The form in which each output is shown, as "image/png". */
  async outputKinds(): Promise<string[]> {
    return await this.page.evaluate(
      `[...document.querySelectorAll(".jp-OutputArea-output")].map(({ dataset }) => dataset.mimeType)`,
    );
  }

  /** The text of the errors under all code cells. */
  async errors(): Promise<string[]> {
    return await this.page.locator('.jp-OutputArea-output[data-mime-type$=".error"]')
      .or(this.page.locator('.jp-OutputArea-output[data-mime-type$=".stderr"]')).allInnerTexts();
  }

  /** Presses the Stop button of the toolbar. */
  async pressStop(): Promise<void> {
    await this.page.locator('[data-jp-item-name="interrupt"]').click();
  }

  /** Changes to JupyterLab's light or dark theme. */
  async useTheme(theme: "Light" | "Dark"): Promise<void> {
    const command = `jupyterapp.commands.execute("apputils:change-theme",
      { theme: "JupyterLab ${theme}" })`;
    await this.page.evaluate(command);
    const light = theme === "Light";
    await this.page.locator(`body[data-jp-theme-light="${light}"]`).waitFor({ state: "attached" });
  }

  /** Saves pictures of the whole notebook, screen by screen. */
  async screenshot(name: string): Promise<void> {
    const outer = `document.querySelector(".jp-NotebookPanel .jp-WindowedPanel-outer")`;
    await this.page.setViewportSize({ width: 1280, height: 1600 });
    const height: number = await this.page.evaluate(`${outer}.scrollHeight`);
    for (let screen = 1, top = 0; top < height; screen++, top += 1400) {
      await this.page.evaluate(`${outer}.scrollTop = ${top}`);
      await this.page.screenshot({ path: join(screenshots, `${name}-${screen}.png`) });
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }

  /** Closes the page; JupyterLab's question about unsaved work is not answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }
}
