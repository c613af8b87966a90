/** The whole stage of an end-to-end test: shop, relay, stand-in for Pinterest and a browser, all real but Pinterest. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { ShopSettings } from "#relay/core/settings";
import type { Relay, RelayOptions } from "#relay/relay";
import { freePort } from "../free-port.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { type RunningShop, startShop } from "../shop/shop.ts";
import { startRelay } from "../start.ts";

export interface Stage {
  pinterest: Pinterest;
  shop: RunningShop;
  relay: Relay;
  relayUrl: string;
  /** Takes the relay down, or brings it back at the same address with what it kept. */
  stopRelay(): Promise<void>;
  restartRelay(): Promise<void>;
  /** A new visitor's page. What goes wrong in it uncaught is in `errors`. */
  visit(options?: BrowserContextOptions, prepare?: (context: BrowserContext) => Promise<void>): Promise<Visit>;
  close(): Promise<void>;
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  errors: string[];
}

/** `withWebhook`: the shop's server tells of its orders too. `more`: of the relay. `config`: how it runs. */
export async function setStage(
  browser: Browser,
  settings: Partial<ShopSettings> = {},
  {
    withWebhook = false,
    more = {},
    config = {},
  }: {
    withWebhook?: boolean;
    more?: Pick<RelayOptions, "room" | "over">;
    config?: Pick<NonNullable<RelayOptions["config"]>, "adminPassword" | "trustProxy">;
  } = {},
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-e2e-"));
  const relayPort = await freePort(0);
  const relayUrl = `http://127.0.0.1:${relayPort}`;
  const contexts: BrowserContext[] = [];
  const pinterest = await startPinterest({
    tellers: async () => new Map((await stage.relay.store.recent(50)).map(({ id, sources }) => [id, sources])),
  });
  const secret = "wc-secret-of-the-demo-shop";
  const shop = await startShop({
    snippet: `<script async src="${relayUrl}/tag.js"></script>`,
    ...(withWebhook ? { webhook: { url: `${relayUrl}/webhooks/woocommerce`, secret } } : {}),
  });
  const start = async () => {
    const { relay } = await startRelay({
      ...more,
      config: {
        ...config,
        port: relayPort,
        database: join(folder, "relay.db"),
        pinterestApiUrl: pinterest.apiUrl,
        pinterestTagUrl: pinterest.coreUrl,
        pinterestImageUrl: pinterest.imageUrl,
        seed: {
          origins: [shop.url],
          account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
          ...(withWebhook ? { secrets: { woocommerce: [secret] } } : {}),
        },
      },
      settings: { consent: "implied", ...settings },
    });
    return relay;
  };

  const stage: Stage = {
    pinterest,
    shop,
    relay: await start(),
    relayUrl,
    stopRelay: () => stage.relay.close(),
    async restartRelay() {
      stage.relay = await start();
    },
    async visit(options = {}, prepare = async () => {}) {
      const context = await browser.newContext({ locale: "en-US", timezoneId: "America/New_York", ...options });
      contexts.push(context);
      await prepare(context);
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      return { page, context, errors };
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await Promise.all([stage.relay.close(), shop.close()]);
      await pinterest.close();
      rmSync(folder, { recursive: true });
    },
  };
  return stage;
}
