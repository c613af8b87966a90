/** A browser for a file of tests, and a stage of its own for each of them. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { launchBrowser } from "../e2e/browser.ts";
import { type Stage, setStage } from "./stage.ts";

/** Call it first in a file: it opens and closes both, and hands each test's stage over. */
export const eachStage = (take: (stage: Stage) => void): void => {
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    stage = await setStage(browser);
    take(stage);
  });
  afterEach(() => stage.close());
};
