/** A shop's webhook that has gone silent is noticed, and the operator is told what to look at. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Source } from "#relay/core/event";
import { isSilent, type Unheard, withOrder } from "#relay/core/silence";
import type { Told } from "#relay/ingest";
import { type SilenceWatch, silenceWatch } from "#relay/silence";
import { type Started, startRelay } from "./start.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 24, 8);

describe("the rule", () => {
  const told = (...hours: number[]) =>
    hours.reduce<Unheard | undefined>((all, hour) => withOrder(all, START + hour * HOUR), undefined);

  // biome-ignore format: a table
  test.each<[what: string, hours: number[], silent: boolean]>([
    ["three orders over two hours",    [0, 1, 2],         true],
    ["two orders over a day",          [0, 24],           false],
    ["a rush of orders in one hour",   [0, 0.2, 0.4, 1],  false],
    ["many orders over many hours",    [0, 1, 2, 3, 9],   true],
  ])("takes %s for %j", (_, hours, silent) => {
    const unheard = told(...hours);
    expect(unheard && isSilent(unheard, START + 10 * HOUR)).toBe(silent);
  });

  test("says so once a day, as long as orders come", () => {
    const said: Unheard = { orders: 3, firstMs: START, lastMs: START + 2 * HOUR, saidMs: START + 2 * HOUR };
    expect(isSilent(said, START + 25 * HOUR)).toBe(false);
    expect(isSilent(said, START + 27 * HOUR)).toBe(false); // nobody ordered since
    const ordered = withOrder(said, START + 26 * HOUR);
    expect(isSilent(ordered, START + 25.9 * HOUR)).toBe(false);
    expect(isSilent(ordered, START + 26 * HOUR)).toBe(true);
  });
});

describe("a relay", () => {
  let started: Started;
  let watch: SilenceWatch;
  let now: number;
  let lines: { level: number; msg: string; orders: number; shop: string }[];
  let number: number;

  beforeEach(async () => {
    [now, lines, number] = [START, [], 1000];
    started = await startRelay({ now: () => now });
    await withSecrets({ woocommerce: ["wc-secret-of-the-shop"] });
    watch = newWatch();
  });
  afterEach(() => started.relay.close());

  const shop = () => {
    const [sole] = started.relay.directory.shops();
    if (!sole) throw new Error("no shop");
    return sole;
  };
  const withSecrets = async (secrets: object) => {
    const none = { api: [], shopify: [], woocommerce: [] };
    await started.relay.store.saveShop({ ...shop(), secrets: { ...none, ...secrets } });
    await started.relay.directory.refresh();
  };
  const newWatch = () => {
    const heard = new Writable({
      write(line, _, done) {
        lines.push(JSON.parse(String(line)));
        done();
      },
    });
    return silenceWatch(started.relay.store, started.relay.directory.shops, pino(heard), () => now);
  };
  const order = (source: Source, id = `order.k3x9.${number}`, more: object = {}): Told => ({
    events: [
      {
        shop: shop().id,
        name: "Placed Order",
        id,
        half: {
          source,
          timeMs: now,
          receivedMs: now,
          matchKeys: {},
          properties: { id, value: 24, currency: "USD" },
          consent: { marketing: "granted", by: "call", at: now },
          orderIds: [id],
          ...more,
        },
      },
    ],
  });
  const tell = (told: Told, through = watch) => through.over(started.relay.ingest)(shop(), told);
  /** Orders told by browsers, an hour apart; the operator's log is looked at after each. */
  const browsers = async (count: number, through = watch) => {
    for (let n = 0; n < count; n += 1) {
      now += HOUR;
      number += 1;
      await tell(order("browser"), through);
      await through.check();
    }
  };

  test("says in words to act on that WooCommerce's webhook tells no more", async () => {
    await browsers(3);
    expect(lines).toMatchObject([{ level: 50, orders: 3, shop: started.key }]);
    expect(lines[0]?.msg).toMatch(/browsers tell of orders .* Settings > Advanced > Webhooks/);
  });

  test("says it again a day later, not with every order", async () => {
    await browsers(26);
    expect(lines).toHaveLength(1);
    await browsers(1);
    expect(lines).toHaveLength(2);
  });

  test("is content where the webhook tells an order, whichever half of it is first", async () => {
    await browsers(2);
    await tell(order("woocommerce"));
    await browsers(2);
    number += 1;
    await tell(order("woocommerce"));
    await tell(order("browser"));
    await browsers(2);
    expect(lines).toEqual([]);
    await browsers(1);
    expect(lines).toHaveLength(1);
  });

  test("counts no bot, no order that is told twice, and nothing where no webhook is to be expected", async () => {
    await browsers(2);
    now += HOUR;
    await tell(order("browser"));
    await tell(order("browser", "order.k3x9.77", { isBot: true }));
    await watch.check();
    expect(lines).toEqual([]);

    await withSecrets({ api: ["key-of-the-server-api"] });
    await browsers(5);
    expect(lines).toEqual([]);
  });

  test("is not misled by the server API, which is no webhook", async () => {
    await browsers(2);
    await tell(order("server", "order.k3x9.78"));
    await browsers(1);
    expect(lines).toHaveLength(1);
  });

  /** More of them than anybody looks through one by one. */
  const busyShop = async () => {
    const other = await started.relay.store.addShop({ key: "busy", origins: [], settings: shop().settings });
    const views = Array.from({ length: 1_001 }, (_, n) => order("browser", `view-${n}`, { orderIds: undefined }));
    const events = views.flatMap((told) => told.events ?? []);
    await started.relay.ingest(other, {
      events: events.map((event) => ({ ...event, shop: other.id, name: "Viewed Product" })),
    });
  };

  test("asks the store what another relay has heard, however much other shops tell", async () => {
    const other = newWatch();
    await browsers(2);
    await tell(order("woocommerce"), other);
    await busyShop();
    await browsers(1);
    expect(lines).toEqual([]);
  });

  test("takes back what it said once another relay hears it, though nobody orders here any more", async () => {
    await browsers(3);
    expect(watch.silences()).toHaveLength(1);
    now += HOUR;
    number += 1;
    await tell(order("woocommerce"), newWatch());
    await busyShop();
    await watch.check();
    expect(watch.silences()).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  test("goes on to say so to who asks, until the webhook tells again", async () => {
    await browsers(3);
    expect(watch.silences()).toMatchObject([{ alert: "webhook is silent", shop: started.key, sinceMs: START + HOUR }]);
    number += 1;
    await tell(order("woocommerce"));
    expect(watch.silences()).toEqual([]);
  });

  describe("of which the tag was taken out", () => {
    const webhooks = async (count: number, more: object = {}, through = watch) => {
      for (let n = 0; n < count; n += 1) {
        now += HOUR;
        number += 1;
        await tell(order("woocommerce", `order.k3x9.${number}`, more), through);
        await through.check();
      }
    };
    const view = (more: object = {}): Told => {
      const told = order("browser", `view-${number}`, { orderIds: undefined, ...more });
      return { events: (told.events ?? []).map((event) => ({ ...event, name: "Viewed Product" })) };
    };

    test("says that browsers tell nothing any more, and that they do again", async () => {
      await tell(view());
      await webhooks(3);
      expect(lines).toMatchObject([{ level: 50, orders: 3, shop: started.key }]);
      expect(lines[0]?.msg).toMatch(/no browser of anything.*snippet/);
      expect(watch.silences()).toMatchObject([{ alert: "tag is silent", shop: started.key }]);
      await tell(view());
      expect(watch.silences()).toEqual([]);
    });

    test("says nothing of a shop that never had one, of a till, and where any page tells anything, to whichever relay", async () => {
      await webhooks(4);
      await tell(view({ isBot: true }));
      await webhooks(4);
      await tell(view());
      await webhooks(4, { order: { asOfMs: now, state: "paid", channels: ["pos"], isOffline: true } });
      await webhooks(2);
      await tell(view());
      await webhooks(2);
      await tell(view(), newWatch());
      await busyShop();
      await webhooks(2);
      expect(lines).toEqual([]);
    });
  });

  test("names Shopify's list of webhooks where the shop is on Shopify", async () => {
    await withSecrets({ shopify: ["shp-secret-of-the-shop"] });
    await browsers(3);
    expect(lines[0]?.msg).toMatch(/Shopify removes .* Settings > Notifications > Webhooks/);
  });
});
