/** `npm run demo`: a shop, the relay and a stand-in for Pinterest on this machine, until Ctrl-C. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelay } from "pinrelay";
import { freePort } from "./free-port.ts";
import { startPinterest } from "./pinterest/stand-in.ts";
import { startShop } from "./shop/shop.ts";

/** npm passes a Ctrl-C on that the terminal has sent already: what comes so soon after the first is no second one. */
const ECHO_MS = 300;
const LONG_MS = 1_000;

/** Closes what stands. Until all three do, nothing is worth closing in good order. */
let close: (() => Promise<void>) | undefined;
let stoppingSince: number | undefined;

const stop = async () => {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > ECHO_MS) process.exit();
    return;
  }
  stoppingSince = Date.now();
  setTimeout(() => console.log("Stopping… (Ctrl-C again: at once)"), LONG_MS);
  await close?.();
  process.exit();
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());

const folder = mkdtempSync(join(tmpdir(), "pinrelay-demo-"));
// Whatever ends the process, an error too.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const [shopPort, relayPort, pinterestPort] = [await freePort(4001), await freePort(4002), await freePort(4003)];
/** Long enough for either half to come, and short enough to watch. */
const SIGNED_HOLD_SECONDS = 10;
const UNSIGNED_HOLD_MINUTES = 1;
/** Of the newest the stand-in's page says who told them. */
const SHOWN_EVENTS = 100;
const secret = randomBytes(24).toString("hex");

/** Nothing was told before there is a relay. */
let ledger: () => Promise<{ id: string; sources: string[] }[]> = async () => [];
const pinterest = await startPinterest({
  port: pinterestPort,
  shopUrl: `http://127.0.0.1:${shopPort}`,
  tellers: async () => new Map((await ledger()).map(({ id, sources }) => [id, sources])),
});
const relay = await createRelay({
  config: {
    port: relayPort,
    database: join(folder, "demo.db"),
    logLevel: "warn",
    pinterestApiUrl: pinterest.apiUrl,
    pinterestTagUrl: pinterest.coreUrl,
    seed: {
      origins: [`http://127.0.0.1:${shopPort}`, `http://localhost:${shopPort}`],
      account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
      secrets: { woocommerce: [secret] },
    },
  },
  settings: {
    consent: "implied",
    signedHoldSeconds: SIGNED_HOLD_SECONDS,
    unsignedHoldMinutes: UNSIGNED_HOLD_MINUTES,
  },
});
ledger = () => relay.store.recent(SHOWN_EVENTS);
const relayUrl = await relay.listen();
const shop = await startShop({
  port: shopPort,
  snippet: `<script async src="${relayUrl}/tag.js"></script>`,
  webhook: { url: `${relayUrl}/webhooks/woocommerce`, secret },
});
close = async () => {
  await Promise.all([shop.close(), relay.close()]);
  await pinterest.close();
};

const taken = (wanted: number, port: number): string => (port === wanted ? "" : `   (port ${wanted} is taken)`);

console.log(`
  The shop        ${shop.url}${taken(4001, shopPort)}
  The relay       ${relayUrl}${taken(4002, relayPort)}
  "Pinterest"     ${pinterest.url}${taken(4003, pinterestPort)}

  1. Open the shop and "Pinterest" side by side.
  2. In the shop: open a collection, then a product, choose a variant, add it to the cart, check out.
  3. Watch "Pinterest": every event comes twice, from the browser and from the relay, and is counted once.
     ($page_load is the Pinterest Tag's own base call: it comes from the browser only.)
  4. Reload the thank-you page, or switch measurement off in the shop's footer, and see what changes.
  5. Switch either half of an order off there, and order again: still one conversion. It waits for the other half,
     ${SIGNED_HOLD_SECONDS} seconds for the browser's and ${UNSIGNED_HOLD_MINUTES === 1 ? "a minute" : `${UNSIGNED_HOLD_MINUTES} minutes`} for the webhook's.

  Ctrl-C stops everything.
`);
