/** `npm run demo`: a shop, the relay and a stand-in for Pinterest on this machine, until Ctrl-C. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelay } from "pinrelay";
import { freePort } from "./free-port.ts";
import { startPinterest } from "./pinterest/stand-in.ts";
import { startShop } from "./shop/shop.ts";

const [shopPort, relayPort, pinterestPort] = [await freePort(4001), await freePort(4002), await freePort(4003)];
const folder = mkdtempSync(join(tmpdir(), "pinrelay-demo-"));

const pinterest = await startPinterest({ port: pinterestPort });
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
    },
  },
  settings: { consent: "implied" },
});
const relayUrl = await relay.listen();
const shop = await startShop({ port: shopPort, snippet: `<script async src="${relayUrl}/tag.js"></script>` });

console.log(`
  The shop        ${shop.url}
  The relay       ${relayUrl}
  "Pinterest"     ${pinterest.url}

  1. Open the shop and "Pinterest" side by side.
  2. In the shop: open a collection, then a product, choose a variant, add it to the cart, check out.
  3. Watch "Pinterest": every event comes twice, from the browser and from the relay, and is counted once.
     ($page_load is the Pinterest Tag's own base call: it comes from the browser only.)
  4. Reload the thank-you page, or switch measurement off in the shop's footer, and see what changes.

  Ctrl-C stops everything.
`);

const stop = async () => {
  await Promise.all([shop.close(), relay.close()]);
  await pinterest.close();
  rmSync(folder, { recursive: true });
  process.exit(0);
};
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
