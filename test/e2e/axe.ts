/** What axe finds wrong with a page for who sees, hears or moves otherwise: each rule with how many elements break it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** It is evaluated from outside, where the page's own policy does not reach. */
export async function axeFindings(page: Page): Promise<unknown> {
  // Who clicked has the page's first bytes at least.
  await page.waitForLoadState();
  await page.evaluate(SOURCE);
  return page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))",
  );
}
