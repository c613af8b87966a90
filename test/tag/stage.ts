/** The scene in real Chromium: a shopper's visits, and what went wrong in them. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { until } from "../until.ts";
import { type Scene, setScene } from "./scene.ts";

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What went wrong uncaught in the page. */
  errors: string[];
  /** What was said in the page's console. */
  words: string[];
}

export interface Stage extends Omit<Scene, "close"> {
  visit(options?: BrowserContextOptions, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<Visit>;
  close(): Promise<void>;
}

/** Rests by the page's own clock: a timer that it set before, and that is not longer, is over however busy the machine is. */
export const rest = (page: Page, ms = 0): Promise<void> =>
  page.evaluate((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)), ms);

/** Waits until the tag's second file has come, and what it begins with is done. */
export const came = async (page: Page): Promise<void> => {
  await page.waitForFunction(
    "performance.getEntriesByName([...document.scripts].map(({ src }) => src).find((src) => /every(-filtered)?\\./.test(src)) ?? '').length > 0",
  );
  await rest(page, 100);
};

/**
 * How long a page takes to settle once its document is complete, and how long what it then finds is held. One after the
 * other, since the second rest begins only once the first is over.
 */
const SETTLED_MS = [800, 300];

/** Waits until a page that is complete has settled, and the relay has answered for all that it tells. */
export const settles = async (page: Page): Promise<void> => {
  await came(page);
  for (const ms of SETTLED_MS) await rest(page, ms);
  await until(() => page.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith("_pinrelay.event."))));
};

export async function setStage(browser: Browser): Promise<Stage> {
  const contexts: BrowserContext[] = [];
  const scene = await setScene();
  const { close } = scene;
  return Object.assign(scene, {
    async visit(options = {}, prepare = async () => {}) {
      const context = await browser.newContext({ timezoneId: "America/New_York", ...options });
      contexts.push(context);
      await prepare(context);
      const page = await context.newPage();
      const errors: string[] = [];
      const words: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => words.push(message.text()));
      return { context, page, errors, words };
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      close();
    },
  } satisfies Pick<Stage, "visit" | "close">);
}
