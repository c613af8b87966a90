/** Shopify's custom pixel between a checkout, a relay and a stand-in for Pinterest; only Shopify and Pinterest are acted. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { orderEventId } from "#tag/contract";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { type Started, startRelay } from "../start.ts";
import { hide, publish, shopifyPage } from "../tag/checkout.ts";
import { CHECKOUT, ORDER, ORDERED } from "../tag/checkout-data.ts";
import { pastedPixel } from "../tag/guide.ts";
import { until } from "../until.ts";
import { launchBrowser } from "./browser.ts";

const CHECKOUT_PAGE = "/checkouts/cn/hWN2bT4kq9ZrXy7Lw3Jd5vGs/en-us";

let browser: Browser;
let pinterest: Pinterest;
let started: Started;
let shop: Server;
let shopUrl: string;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  pinterest = await startPinterest();
  started = await startRelay({
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      pinterestTagUrl: pinterest.coreUrl,
      pinterestImageUrl: pinterest.imageUrl,
      seed: {
        origins: ["https://www.fennelandoak.example"],
        account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
      },
    },
  });
  shop = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><body>${shopifyPage(pastedPixel(started.url))}</body>`);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
});
afterEach(async () => {
  shop.closeAllConnections();
  shop.close();
  await started.relay.close();
  await pinterest.close();
});

test("a checkout is told on both channels, its order under the ID that the webhook will have, each event counted once", async () => {
  const page = await browser.newPage();
  await page.goto(shopUrl + CHECKOUT_PAGE);
  await publish(page, "checkout_started", { checkout: CHECKOUT });
  await publish(page, "payment_info_submitted", { checkout: CHECKOUT });
  await publish(page, "checkout_completed", ORDERED);

  const counted = () => pinterest.verdicts().filter(({ verdict }) => verdict === "counted once");
  await until(() => counted().length === 3);
  expect(
    counted()
      .map(({ apiName }) => apiName)
      .sort(),
  ).toEqual(["add_payment_info", "checkout", "initiate_checkout"]);

  // What an order webhook says is its number alone.
  const id = orderEventId(started.key, "6278078300337");
  expect(orderEventId(started.key, ORDER.id)).toBe(id);
  expect(counted().find(({ apiName }) => apiName === "checkout")).toMatchObject({
    eventId: id,
    browser: { value: 62.5, currency: "USD", quantity: 3, orderId: "6278078300337" },
    server: { value: 62.5, currency: "USD", quantity: 3, orderId: "6278078300337" },
  });
  const order = async () => (await started.relay.store.recent(10)).find(({ name }) => name === "Placed Order");
  // Pinterest has it before the relay has heard so.
  await until(async () => (await order())?.deliveries.some(({ outcome }) => outcome === "sent") ?? false);
  expect(await order()).toMatchObject({ id, sources: ["browser"], duplicates: 0, deliveries: [{ outcome: "sent" }] });

  // The Tag's library has no cookies in the frame, so the image told it; the relay hears so when the page is left.
  await until(async () => {
    await hide(page);
    return (await started.relay.store.recent(10)).every(({ ack }) => ack === "fired");
  });
  await page.close();
});
