/** Whatever happens to an order, in whatever order and after whatever delay: one conversion, with the union of its halves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Half, Source } from "#relay/core/event";
import { dueMsOf } from "#relay/core/hold";
import { merge } from "#relay/core/merge";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { runs } from "./long.ts";
import {
  byBrowser,
  byServer,
  byWebhook,
  CLICK_ID,
  type OrderNames,
  PHONE_UA,
  sha256,
  VISITOR_ID,
} from "./order-halves.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const ORDER: OrderNames = { id: "6278078300337", number: "1001", token: "hWN2bT4kq9ZrXy7Lw3Jd5vGs" };
/** Every run starts relays anew, and the long form has many. */
const LIMIT_MS = 30 * MINUTE;
const SHOP = { id: 1, key: "k3x9" };

const anyHalves = (): fc.Arbitrary<Half[]> => {
  const at = { shop: SHOP, order: ORDER };
  const time = fc.integer({ min: 0, max: 30 * MINUTE }).map((ms) => NOW + ms);
  const half = fc.oneof(
    time.map((atMs) => byBrowser({ ...at, atMs })),
    time.map((atMs) => byWebhook({ ...at, atMs })),
    time.map((atMs) => byServer({ ...at, atMs })),
    // Somebody who guesses the number of the order.
    time.map((atMs) =>
      byBrowser({
        ...at,
        atMs,
        change: {
          visitor: "66".repeat(32),
          matchKeys: { em: [sha256("mallory@elsewhere.example")] },
          clickId: "forged",
        },
      }),
    ),
  );
  return fc.uniqueArray(
    half.map((event) => event.half),
    {
      minLength: 1,
      selector: ({ source, visitor }) => `${source} ${visitor}`,
    },
  );
};

describe("halves of one order", () => {
  test("are made one whatever order they come in", () => {
    fc.assert(
      fc.property(
        anyHalves().chain((halves) => fc.tuple(fc.constant(halves), shuffled(halves))),
        ([halves, others]) => {
          expect(merge(others)).toEqual(merge(halves));
          const due = (some: Half[]) => dueMsOf(some, DEFAULT_SETTINGS, true);
          expect(due(others)).toBe(due(halves));
        },
      ),
      { numRuns: runs(500) },
    );
  });

  test("with what the shop's server says: money and items are its own, and who guesses is not heard", () => {
    fc.assert(
      fc.property(anyHalves(), (halves) => {
        const merged = merge(halves);
        const told = (source: Source) => halves.some((half) => half.source === source);
        const isReal = halves.some(({ visitor }) => visitor === VISITOR_ID);
        if (told("shopify")) expect(merged.properties.total_price).toBe(52.5);
        if (told("shopify") && isReal) {
          expect(merged).toMatchObject({ visitor: VISITOR_ID, clickId: CLICK_ID, network: { ip: "203.0.113.7" } });
          expect(merged.matchKeys.em).toEqual([sha256("ada@fennelandoak.example")]);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});

const shuffled = <T>(all: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length });

/** What can happen to an order. */
type Step =
  | { does: "browser" | "reload" | "webhook" | "webhook again" | "server" | "flush" | "restart" }
  | { does: "wait"; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom("browser", "reload", "webhook", "webhook again", "server")
      .map((does) => ({ does }) as Step),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(30 * SECOND, 200 * SECOND, 31 * MINUTE).map((ms) => ({ does: "wait", ms }) as const),
  },
  { weight: 2, arbitrary: fc.constant({ does: "flush" } as const) },
  { weight: 1, arbitrary: fc.constant({ does: "restart" } as const) },
);

describe("an order's life", () => {
  let pinterest: Pinterest;
  /** Two relays on one store, asked in turn. */
  let relays: [Started, Started];
  let folder: string;
  let turn = 0;
  const next = (): Started => {
    turn = 1 - turn;
    return relays[turn === 0 ? 0 : 1];
  };
  let nowMs = NOW;
  const open = () =>
    startRelay({
      now: () => nowMs,
      // Delivers when it is told to, and never by itself.
      times: { flushMs: 86_400_000, pollMs: 86_400_000 },
      config: {
        database: join(folder, "orders.db"),
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [SHOP_ORIGIN],
          secrets: { shopify: ["a secret of Shopify's"] },
          account: { ...ACCOUNT, adAccountId: pinterest.adAccountId, token: pinterest.token },
        },
      },
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "orders-"));
    pinterest = await startPinterest({ now: () => nowMs });
    relays = [await open(), await open()];
  });
  afterAll(async () => {
    for (const { relay } of relays) await relay.close();
    await pinterest.close();
    rmSync(folder, { recursive: true });
  });

  /** What is to be sent where these told it, field by field as the table of the README has it. */
  const unionOf = (
    by: Set<Source>,
    { key, order, visitor }: { key: string; order: OrderNames; visitor: string },
  ): object => {
    const hasPage = by.has("browser");
    const hasWebhook = by.has("shopify");
    return {
      event_name: "checkout",
      event_id: `order.${key}.${order.id}`,
      user_data: {
        em: [sha256("ada@fennelandoak.example")],
        ...(hasWebhook ? { fn: [sha256("ada")], ct: [sha256("portland")] } : {}),
        ...(by.has("server") ? { ph: [sha256("12075550123")] } : {}),
        ...(hasPage ? { external_id: [visitor], click_id: CLICK_ID } : {}),
        ...(hasPage
          ? { client_ip_address: "203.0.113.7", client_user_agent: PHONE_UA }
          : hasWebhook
            ? { client_ip_address: "198.51.100.20" }
            : {}),
      },
      // Goods without tax and shipping: 52.50 − 2.50 − 10, or the 41.00 that the server call states, or the 9 mugs that the page shows.
      custom_data: { value: hasWebhook ? "40.00" : by.has("server") ? "41.00" : "180.00", currency: "USD" },
    };
  };

  let orders = 0;

  test(
    "any interleaving of browser, reloads, webhooks, server calls, waits and restarts, at two relays, is one conversion",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          orders += 1;
          const order = {
            id: `${6278078300000 + orders}`,
            number: `${1000 + orders}`,
            token: `tok${orders}x9ZrXy7Lw3Jd5vGs`,
          };
          const visitor = sha256(order.id);
          const told: Source[] = [];
          const tell = async (source: "browser" | "shopify" | "server") => {
            const { relay } = next();
            const [shop] = relay.directory.shops();
            if (!shop) throw new Error("no shop");
            const told_ = { shop, order, atMs: nowMs };
            const event =
              source === "browser"
                ? byBrowser({ ...told_, change: { visitor } })
                : source === "shopify"
                  ? byWebhook(told_)
                  : byServer(told_);
            await relay.ingest(shop, { events: [event] });
            told.push(source);
          };
          const deeds: Record<Exclude<Step["does"], "wait">, () => Promise<unknown>> = {
            browser: () => tell("browser"),
            reload: () => tell("browser"),
            webhook: () => tell("shopify"),
            "webhook again": () => tell("shopify"),
            server: () => tell("server"),
            flush: () => next().relay.flush(),
            restart: async () => {
              await relays[0].relay.close();
              relays[0] = await open();
            },
          };
          pinterest.reset();
          /** Who had told it when it was sent. */
          let joined: Set<Source> | undefined;
          const look = () => {
            if (pinterest.server.length > 0) joined ??= new Set(told);
          };
          for (const one of steps) {
            if (one.does === "wait") {
              nowMs += one.ms;
              await next().relay.flush();
            } else await deeds[one.does]();
            look();
          }
          // Past every hold.
          nowMs += 31 * MINUTE;
          await next().relay.flush();
          look();
          nowMs += 31 * MINUTE;
          await next().relay.flush();

          if (!joined) return void expect(told).toEqual([]);
          expect(pinterest.calls).toHaveLength(1);
          expect(pinterest.server).toMatchObject([unionOf(joined, { key: relays[0].key, order, visitor })]);
          const [row] = await relays[0].relay.store.recent(1);
          expect(row?.deliveries).toMatchObject([{ outcome: "sent", attempts: 1 }]);
        }),
        { numRuns: runs(25) },
      );
    },
    LIMIT_MS,
  );
});
