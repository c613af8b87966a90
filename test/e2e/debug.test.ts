/** The debug panel in the demo shop, beside a relay that judges for real. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../until.ts";
import { launchBrowser } from "./browser.ts";
import { type Stage, setStage } from "./stage.ts";

let browser: Browser;
let stage: Stage;
beforeAll(async () => {
  browser = await launchBrowser();
  stage = await setStage(browser);
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

test("the panel says of each event what the relay and the Pinterest Tag say of it", async () => {
  const { page, errors } = await stage.visit();
  const panel = page.locator("pinrelay-debug");
  const row = (name: string) => panel.getByRole("listitem").filter({ hasText: name });
  await page.goto(`${stage.shop.url}/products/harbor-mug#pinrelay-debug`);
  await row("Viewed Product").getByText("halves agree").waitFor();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await row("Added To Cart").getByText("halves agree").waitFor();
  await row("Added To Cart").getByText("28.00 USD").waitFor();
  await page.evaluate(
    `pinrelay({ method: "track", eventName: "Signed Up", eventID: "${"7".repeat(201)}", properties: { quantity: 1 } })`,
  );
  await row("Signed Up").getByText("id must have a length of 200 at most").waitFor();

  await page.goto(`${stage.shop.url}/cart`);
  await until(async () => (await panel.getByRole("listitem").count()) === 5);
  await row("Added To Cart").getByText("Relay kept").waitFor();
  expect(errors).toEqual([]);
});
