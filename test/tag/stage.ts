/** The scene in real Chromium: a shopper's visits, and what went wrong in them. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
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
