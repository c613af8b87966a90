/** Has the real tag in a real browser tell what a scene is of, and takes down each beacon. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../e2e/browser.ts";
import { ACCOUNT, SHOP_ORIGIN, startRelay } from "../start.ts";
import { until } from "../until.ts";
import type { Scene } from "./scenes.ts";

export interface Recorded {
  scene: string;
  /** What the browser said in the header `Origin`. */
  origin: string;
  /** As it was posted, with `__KEY__` for the shop's key. */
  body: string;
  /** How the relay of that version answered. */
  status: number;
}

/** Pinterest's library as far as it tells a page that it took an event. */
const CORE = `(() => { const queue = window.pintrk.queue; const run = (words) => { const last = words[words.length - 1]; if (typeof last === "function") setTimeout(() => last(true, ""), 5); }; for (const words of queue.splice(0)) run(Array.from(words)); window.pintrk.queue = { push: (words) => run(Array.from(words)) }; })();`;

export async function record(scene: Scene): Promise<Recorded[]> {
  let pages = "";
  const shop = createServer(({ url }, response) => {
    response.setHeader("Content-Type", url === "/core.js" ? "text/javascript" : "text/html");
    response.end(url === "/core.js" ? CORE : pages);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", () => resolve()));
  const shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const started = await startRelay({
    config: { pinterestTagUrl: `${shopUrl}/core.js`, seed: { origins: [shopUrl], account: ACCOUNT } },
    settings: { consent: "implied" },
  });
  const browser: Browser = await launchBrowser();
  const recorded: Recorded[] = [];
  try {
    const context = await browser.newContext({ timezoneId: "America/New_York", locale: "en-US" });
    const page = await context.newPage();
    const snippet = `<script>window.pinrelay = window.pinrelay || function () { (pinrelay.q = pinrelay.q || []).push(arguments); };</script><script async src="${started.url}/tag.js"></script>`;
    const inFrame = `<!doctype html><html lang="en"><head>${snippet}</head><body><script>pinrelay({ method: "track", eventName: "Signed Up", properties: {} })</script></body></html>`;
    const body = scene.isSandboxed
      ? `<iframe sandbox="allow-scripts" srcdoc="${inFrame.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></iframe>`
      : scene.html;
    pages = `<!doctype html><html lang="en"><head>${scene.isSandboxed ? "" : snippet}</head><body><h1>Sage mug</h1>${body}</body></html>`;
    page.on("response", (response) => {
      const request = response.request();
      if (request.method() !== "POST" || !request.url().endsWith("/collect")) return;
      recorded.push({
        scene: scene.name,
        origin: scene.isSandboxed ? "null" : SHOP_ORIGIN,
        body: (request.postData() ?? "").replaceAll(started.key, "__KEY__").replaceAll(shopUrl, SHOP_ORIGIN),
        status: response.status(),
      });
    });
    await page.goto(`${shopUrl}/products/sage-mug`);
    for (const step of scene.steps) {
      await page.evaluate(step);
      await page.waitForTimeout(1_200);
    }
    // What became of events at the Pinterest Tag rides with the last beacon, which tells it as the page is left.
    await page.evaluate("window.dispatchEvent(new Event('pagehide'))");
    await until(() => scene.tells(recorded.map(({ body }) => body)));
    return recorded;
  } finally {
    await browser.close();
    await started.relay.close();
    shop.close();
  }
}
