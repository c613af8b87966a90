/** From nothing configured to the first event that both halves tell, as a merchant does it: in a real browser. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { firstPassword } from "#relay/admin/operator";
import { freePort } from "../free-port.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { type RunningShop, startShop } from "../shop/shop.ts";
import { type Started, startRelay } from "../start.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { type Opened, openWindow, picture, shot } from "./house.ts";

let browser: Browser;
let pinterest: Pinterest;
let shop: RunningShop;
let started: Started;
let oneTime: string;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  const port = await freePort(0);
  pinterest = await startPinterest();
  shop = await startShop({ snippet: `<script async src="http://127.0.0.1:${port}/tag.js"></script>` });
  started = await startRelay({
    config: {
      port,
      seed: { origins: [] },
      pinterestApiUrl: pinterest.apiUrl,
      pinterestTagUrl: pinterest.coreUrl,
      pinterestImageUrl: pinterest.imageUrl,
    },
    settings: { consent: "implied" },
  });
  oneTime = (await firstPassword(started.relay.store, started.relay.now())) ?? "";
});
afterEach(async () => {
  await Promise.all([started.relay.close(), shop.close()]);
  await pinterest.close();
});

const OWN = "a few words of my own";

/** Logs in with the password that was printed, and chooses another. */
async function enter(options: Parameters<typeof openWindow>[2] = {}): Promise<Opened> {
  const opened = await openWindow(browser, started, options);
  const { page } = opened;
  await page.goto(`${started.url}/admin/`);
  await page.getByLabel("Password").fill(oneTime);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByLabel("New password").fill(OWN);
  await page.getByLabel("Once more").fill(OWN);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Set up" }).waitFor();
  return opened;
}

async function giveAccount({ page }: Opened, account: { adAccountId: string; token: string }): Promise<void> {
  await page.getByLabel("Ad account ID").fill(account.adAccountId);
  await page.getByLabel("Tag ID").fill(pinterest.tagId);
  await page.getByLabel("Conversion access token").fill(account.token);
  await page.getByRole("button", { name: "Test the token and go on" }).click();
}

/** Somebody in the shop. On a busy machine the Pinterest Tag may take too long to be waited for: then they look again. */
async function shopping() {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "America/New_York" });
  const page = await context.newPage();
  return {
    async looksUntil(count: () => Promise<number>) {
      let found = 0;
      for (let tries = 0; tries < 4 && found === 0; tries++) {
        await page.goto(`${shop.url}/products/harbor-mug`);
        for (let looks = 0; looks < 30 && found === 0; looks++) {
          await page.waitForTimeout(500);
          found = await count();
        }
      }
      // Not counted once more: the page where it was found may just draw itself anew.
      expect(found).toBe(1);
    },
    close: () => context.close(),
  };
}

test("the first run leads from a one-time password to both halves of the first event", async () => {
  const opened = await enter({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page, complaints } = opened;
  await shot(page, "first-run-1-account");
  await picture(page, "first-run-account");

  // A token that Pinterest does not take: its own words, and nothing is added.
  await giveAccount(opened, { adAccountId: pinterest.adAccountId, token: "pina_NOT_THE_ONE_AT_ALL" });
  await expect.poll(() => page.getByRole("alert").textContent()).toContain("Pinterest said: ");
  expect(await page.getByLabel("Ad account ID").inputValue()).toBe(pinterest.adAccountId);
  expect(await page.getByLabel("Conversion access token").inputValue()).toBe("");
  expect(started.relay.directory.destinations()).toEqual([]);
  await shot(page, "first-run-2-refused");
  expect(await axeFindings(page)).toEqual([]);

  await giveAccount(opened, pinterest);
  await page.getByRole("heading", { name: "Where your shop is" }).waitFor();
  expect(started.relay.directory.destinations()).toMatchObject([
    { name: `Pinterest Destination | ${pinterest.tagId}`, state: "inactive", drivesBrowser: true },
  ]);
  // The token was tried in test mode: nothing of it counts.
  expect(pinterest.verdicts().filter(({ verdict }) => verdict === "counted once")).toEqual([]);

  // Who leaves comes back to the same step.
  await page.goto(`${started.url}/admin/`);
  await page.getByLabel("Shop's addresses").fill(shop.url);
  await shot(page, "first-run-3-origins");
  await picture(page, "first-run-addresses");
  await page.getByRole("button", { name: "Go on" }).click();

  await page.getByRole("button", { name: "Copy the snippet" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`<script async src="${started.url}/tag.js"></script>`);
  await shot(page, "first-run-4-waiting");
  await picture(page, "first-run-waiting");
  expect(await axeFindings(page)).toEqual([]);

  await page.getByRole("button", { name: "live" }).click();
  await page.getByText("is live.").waitFor();
  const visitor = await shopping();
  // The page that waits finds it by itself.
  await visitor.looksUntil(() => page.getByText("Both halves arrive, under one event ID.").count());
  await page.getByText("took the relay's half").waitFor({ timeout: 30_000 });
  // It looks no further: what a second visit of theirs tells would draw it anew while axe is at it.
  await page.addInitScript("Object.defineProperty(document, 'hidden', { value: true })");
  await page.goto(page.url());
  await page.getByText("took the relay's half").waitFor();
  await shot(page, "first-run-5-green");
  await picture(page, "first-run-green");
  expect(await axeFindings(page)).toEqual([]);
  expect(complaints.filter((words) => !words.includes("422"))).toEqual([]);
  await visitor.close();
  await page.context().close();
});

test("an ad account ID of 18 digits is taken with a hint, one of 19 cannot be typed", async () => {
  const opened = await enter();
  const { page } = opened;
  expect(await page.getByLabel("Ad account ID").getAttribute("maxlength")).toBe("18");
  await giveAccount(opened, { adAccountId: "123456789012345678", token: pinterest.token });
  await page.getByText("It has 18 digits. Most have 12").waitFor();
  await page.context().close();
});

test("without script every step works, and the page is drawn anew by hand", async () => {
  const opened = await enter({ javaScriptEnabled: false });
  const { page } = opened;
  await giveAccount(opened, pinterest);
  await page.getByLabel("Shop's addresses").fill(shop.url);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("Waiting for the first event").waitFor();
  await page.getByRole("button", { name: "live" }).click();
  await page.getByText("is live.").waitFor();
  const visitor = await shopping();
  await visitor.looksUntil(async () => {
    await page.reload();
    return page.getByText("Both halves arrive").count();
  });
  await visitor.close();
  await page.context().close();
});
