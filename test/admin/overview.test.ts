import { randomUUID } from "node:crypto";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { warningsOf } from "#relay/admin/overview/warnings";
import type { Half, OrderFacts, ShopEvent } from "#relay/core/event";
import { clockAt } from "../house/history.ts";
import { type House, houseOf, logIn, openHouse, PASSWORD } from "../house.ts";
import { byBrowser, byWebhook, sha256 } from "../order-halves.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { freshDatabase } from "../postgres.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";

const NOW = Date.UTC(2026, 10, 26, 15, 20);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Place {
  house: House;
  pinterest: Pinterest;
  clock: ReturnType<typeof clockAt>;
}

async function open(database: string, more: { hasAccount?: boolean; quality?: object } = {}): Promise<Place> {
  const clock = clockAt(NOW - 2 * DAY);
  const { quality } = more;
  const pinterest = await startPinterest({ now: clock.now, ...(quality ? { quality } : {}) });
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const house = await openHouse({
    now: clock.now,
    config: {
      database,
      secretKey: "5c".repeat(32),
      pinterestApiUrl: apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets: { shopify: ["shpss_of_the_shop"] },
        ...(more.hasAccount === false ? {} : { account: { adAccountId, tagId, token } }),
      },
    },
  });
  return { house, pinterest, clock };
}

const close = async ({ house, pinterest }: Place): Promise<void> => {
  await house.relay.close();
  await pinterest.close();
};

const soleShop = ({ house }: Place) => {
  const shop = house.relay.directory.shop(house.key);
  if (!shop) throw new Error("no shop");
  return shop;
};

/** A page's event, and what the Tag made of it. */
async function told(place: Place, name: string, ack?: "fired" | "absent", half: Partial<Half> = {}): Promise<string> {
  const { house, clock } = place;
  const shop = soleShop(place);
  const [id, atMs] = [randomUUID(), clock.now()];
  const event: ShopEvent = {
    shop: shop.id,
    name,
    id,
    half: {
      source: "browser",
      timeMs: atMs,
      receivedMs: atMs,
      matchKeys: {},
      visitor: sha256(id),
      properties: { product_id: "1001", price: 24, currency: "USD" },
      consent: { marketing: "granted", by: "call", at: atMs },
      network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0 (iPhone) Safari/604.1" },
      ...half,
    },
  };
  await house.relay.ingest(shop, { events: [event], acks: ack ? [{ shop: shop.id, id, name, state: ack, atMs }] : [] });
  return id;
}

/** All that is due has gone: a call that a busy machine broke is made again a second later, by this clock. */
const delivered = ({ house, clock }: Place): Promise<void> =>
  until(async () => {
    await house.relay.flush();
    const queue = await house.relay.store.queue(clock.now());
    const isEmpty = queue.every(({ oldestMs }) => oldestMs === undefined);
    if (!isEmpty) clock.set(clock.now() + 1_000);
    return isEmpty;
  });

/** Days have passed: the session has too. */
const asked = async ({ house }: Place): Promise<House> => houseOf(house, (await logIn(house.url, PASSWORD)).cookie);
async function read(place: Place, query = ""): Promise<Document> {
  const html: string = await (await asked(place)).page(query);
  return new JSDOM(html).window.document;
}
const textOf = (node: Element | null | undefined): string => (node?.textContent ?? "").replace(/\s+/g, " ").trim();
const cardOf = (page: Document, title: string): Element | undefined =>
  [...page.querySelectorAll(".card")].find((card) => textOf(card.querySelector("h2")) === title);
const rowOf = (page: Document, title: string, row: string): string[] => {
  const rows = [...(cardOf(page, title)?.querySelectorAll("tbody tr") ?? [])];
  return rows.map((one) => [...one.children].map(textOf)).find(([head]) => head?.startsWith(row)) ?? [];
};

describe.each([
  ["SQLite", async () => ":memory:"],
  ["PostgreSQL", freshDatabase],
] satisfies [string, () => Promise<string>][])("the overview's figures on %s", (_, database) => {
  let place: Place;
  let page: Document;

  beforeAll(async () => {
    place = await open(await database());
    const { house, clock, pinterest } = place;
    const shop = soleShop(place);
    await told(place, "Viewed Product", "fired"); // before the period of a day
    // What is under way when a clock is moved on would be late.
    await house.relay.flush();
    clock.set(NOW - 5 * HOUR);
    await told(place, "$page_load", "fired");
    for (let n = 0; n < 6; n++)
      await told(place, "Viewed Product", "fired", n < 2 ? { matchKeys: { em: [sha256("ada@x.example")] } } : {});
    await told(place, "Viewed Product", "absent");
    await told(place, "Viewed Product", undefined, { consent: { marketing: "denied", by: "call", at: clock.now() } });
    const refused = await told(place, "Added To Cart", "absent");
    pinterest.fail({ kind: "fail events", idPattern: refused });
    const order = (n: number) => ({
      id: `57213000000${n}`,
      number: `100${n}`,
      token: `a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d${n}`,
    });
    const telling = (n: number) => ({ shop, order: order(n), atMs: clock.now() });
    // The first one's page says nine mugs where the webhook says two.
    await house.relay.ingest(shop, { events: [byBrowser(telling(1))] });
    await house.relay.ingest(shop, { events: [byWebhook(telling(1)), byWebhook(telling(2)), byWebhook(telling(3))] });
    await house.relay.flush();
    // The webhook's hold is over.
    clock.set(NOW - 5 * HOUR + 4 * MINUTE);
    await delivered(place);
    clock.set(NOW - 4 * HOUR);
    const cancelled: OrderFacts = { asOfMs: clock.now(), state: "cancelled", channels: ["web"] };
    await house.relay.ingest(shop, { events: [byWebhook({ ...telling(2), change: { order: cancelled } })] });
    const refund = { shop: shop.id, currency: "USD", atMs: clock.now() };
    await house.relay.ingest(shop, {
      refunds: [
        { ...refund, order: byWebhook(telling(3)).id, id: "r3", amount: 20 },
        // The one that was cancelled is given back too: that is not taken off twice.
        { ...refund, order: byWebhook(telling(2)).id, id: "r2", amount: 52.5 },
      ],
    });
    clock.set(NOW);
    await delivered(place);
    page = await read(place, "?period=24h");
  });
  afterAll(() => close(place));

  test("what was accepted and what was delivered stand beside their base", () => {
    expect(textOf(cardOf(page, "Accepted"))).toMatch(/^Accepted ?13/);
    expect(textOf(cardOf(page, "Delivered"))).toMatch(/91% ?10 of 11/);
  });

  test("events and outcomes over time are in tables that the charts are drawn from", () => {
    const steps = [...(cardOf(page, "Events by name")?.querySelectorAll("tbody tr") ?? [])];
    expect(steps.length).toBe(25);
    const counted: string[][] = steps
      .map((row) => [...row.children].map(textOf))
      .filter((cells) => cells.slice(1).some((n) => n !== "0"));
    expect(counted).toEqual([["2026-11-26 10:00:00 UTC", "8", "3", "1", "1"]]);
    const outcomes = textOf(cardOf(page, "Events by outcome")?.querySelector(".legend"));
    for (const one of ["sent 10", "browser only 1", "no consent 1", "rejected 1"]) expect(outcomes).toContain(one);
  });

  test("a longer period holds what came before", async () => {
    const week = await read(place, "?period=7d");
    expect(textOf(cardOf(week, "Accepted"))).toMatch(/^Accepted ?14/);
  });

  test("deduplication: both halves, Tag only, relay only, neither, by event", () => {
    expect(rowOf(page, "Both halves of an event", "Viewed Product").slice(2)).toEqual([
      "75% 6",
      "0% 0",
      "13% 1",
      "13% 1",
    ]);
    expect(rowOf(page, "Both halves of an event", "$page_load").slice(2)).toEqual(["0% 0", "100% 1", "0% 0", "0% 0"]);
  });

  test("halves that disagree: how many on what, what each said, and a link to the event", async () => {
    const card = cardOf(page, "Halves that disagree");
    expect(textOf(card?.querySelector("dl"))).toBe("Value1Currency0Content ID0");
    expect(rowOf(page, "Halves that disagree", "Placed Order").slice(1)).toEqual(["value", "180", "40"]);
    const link = card?.querySelector("tbody a")?.getAttribute("href")?.replace("/admin", "") ?? "";
    expect((await (await asked(place)).ask(link)).status).toBe(200);
  });

  test("orders: gross, cancelled, refunded, net; a refund of a cancelled order is not taken off twice", () => {
    expect(rowOf(page, "Orders", "Gross").slice(1)).toEqual(["3", "USD 157.50"]);
    expect(rowOf(page, "Orders", "Cancelled").slice(1)).toEqual(["1", "-USD 52.50"]);
    expect(rowOf(page, "Orders", "Refunded").slice(1)).toEqual(["1", "-USD 20.00"]);
    expect(rowOf(page, "Orders", "Net").slice(1)).toEqual(["2", "USD 85.00"]);
  });

  test("match quality: coverage of each key by event, what is on none, and what would help", () => {
    const card = cardOf(page, "Match quality");
    const heads = [...(card?.querySelectorAll("thead th") ?? [])].map(textOf);
    const products = heads.findIndex((head) => head.startsWith("Viewed Product"));
    expect(heads[products]).toMatch(/of 7$/);
    expect(rowOf(page, "Match quality", "Email")[products]).toBe("29%");
    expect(textOf(card)).toMatch(/On no event: Phone, Gender/);
  });

  test("what did not reach Pinterest is warned of, with the way to it", () => {
    const [warning] = [...page.querySelectorAll(".warning")];
    expect(textOf(warning)).toContain("1 event did not reach Pinterest and can be replayed");
    expect(warning?.querySelector("a")?.getAttribute("href")).toMatch(/\/events\?outcome=rejected$/);
  });
});

describe("what needs somebody is said at the head", () => {
  const warningsIn = (page: Document) => [...page.querySelectorAll(".warning")].map(textOf);

  test("a destination that Pinterest refuses, and another Pinterest Tag on the pages", async () => {
    const place = await open(":memory:");
    const { house, pinterest, clock } = place;
    const shop = soleShop(place);
    pinterest.fail({ kind: "401" });
    await told(place, "Viewed Product", "fired");
    await house.relay.flush();
    await house.relay.ingest(shop, {
      otherTags: [{ shop: shop.id, by: "page", tagId: "2611111111111", atMs: clock.now() }],
    });
    clock.set(clock.now() + HOUR);
    const warnings = warningsIn(await read(place));
    expect(warnings[0]).toMatch(/is paused\. Nothing is sent and everything is kept/);
    expect(warnings[1]).toMatch(
      /Another Pinterest Tag .* Tag 2611111111111 was seen in the code of the shop's pages, 1 hour ago/,
    );
    await close(place);
  });

  test("a queue that Pinterest does not take", async () => {
    const place = await open(":memory:");
    const { house, pinterest, clock } = place;
    pinterest.fail({ kind: "503", times: 1_000 });
    await told(place, "Viewed Product", "fired");
    await house.relay.flush();
    clock.set(clock.now() + 20 * MINUTE);
    const page = await read(place);
    expect(warningsIn(page)[0]).toMatch(/have waited 20 minutes\. 1 wait/);
    expect(textOf(cardOf(page, "Waiting"))).toMatch(/1 ?The oldest that is due has waited 20 minutes/);
    await close(place);
  });
});

describe("halves that went silent", () => {
  // biome-ignore format: a table
  test.each([
    ["webhook is silent", "browsers tell of orders and the shop's webhook of none",          /^The webhook has gone silent. For 3 hours: browsers tell/],
    ["tag is silent",     "the shop's webhook tells of orders and no browser of anything",   /^The tag has gone silent. For 3 hours: the shop's webhook/],
  ] as const)("%s", (alert, words, said) => {
    const silences = [{ alert, words, shop: "k", sinceMs: NOW - 3 * HOUR }];
    const [warning] = warningsOf({ nowMs: NOW, destinations: [], queue: [], silences, otherTags: [], outcomes: new Map() });
    expect(`${warning?.title}. ${warning?.words}`).toMatch(said);
    expect(warning?.to?.[0]).toBe("/sources");
  });
});

describe("Pinterest's own event quality score", () => {
  const SCORE = {
    overall_status: "FAIR",
    ingestion_source: "CONVERSIONS_API",
    source_platform: "WEB",
    lookback_period: "14d",
    quality_components: {
      hashed_email: { checkout: { coverage: 92.4, overlap: null, issues: [] } },
      external_event_id: { checkout: { coverage: 100, overlap: 81.2, issues: [{ name: "LOW_OVERLAP" }] } },
      click_id_epik: { checkout: "not yet known" },
    },
  };

  test("is shown where the token may read it", async () => {
    const place = await open(":memory:", { quality: [SCORE, { overall_status: "NEW_WORD" }] });
    await told(place, "Viewed Product", "fired");
    const one = await asked(place);
    let page = await read(place);
    // What Pinterest takes longer than a moment to answer the next visit has.
    await until(async () => {
      page = new JSDOM(await one.page("")).window.document;
      return cardOf(page, "Pinterest's event quality score") !== undefined;
    });
    expect(textOf(cardOf(page, "Pinterest's event quality score"))).toContain("By the API for Conversions fair");
    expect(rowOf(page, "Pinterest's event quality score", "Email")).toEqual(["Email", "92%"]);
    expect(rowOf(page, "Pinterest's event quality score", "Event ID")).toEqual([
      "Event ID",
      "100% 81% in both 1 to mend",
    ]);
    await close(place);
  });

  test("is not there where the token may not", async () => {
    const place = await open(":memory:");
    await told(place, "Viewed Product", "fired");
    expect(cardOf(await read(place), "Pinterest's event quality score")).toBeUndefined();
    await close(place);
  });
});

describe("a shop that has little to show says what to do", () => {
  test("no event yet: back to setting up", async () => {
    const place = await open(":memory:");
    const page = await read(place);
    expect(textOf(page.querySelector(".empty"))).toContain("No event yet");
    expect(page.querySelector(".empty a")?.getAttribute("href")).toMatch(/\/start$/);
    await close(place);
  });

  test("no event in this period: the longer ones, and the snippet", async () => {
    const place = await open(":memory:");
    await told(place, "Viewed Product", "fired");
    place.clock.set(NOW + 7 * DAY);
    expect(textOf((await read(place)).querySelector(".empty"))).toContain("No event in the last 7 days");
    expect(textOf(cardOf(await read(place, "?period=30d"), "Accepted"))).toMatch(/^Accepted ?1/);
    await close(place);
  });

  test("no destination: events are kept, and one can be added", async () => {
    const place = await open(":memory:", { hasAccount: false });
    await told(place, "Viewed Product");
    const page = await read(place);
    expect(textOf(page.querySelector(".note"))).toContain("this shop has no destination");
    expect(textOf(cardOf(page, "Accepted"))).toMatch(/^Accepted ?1/);
    await close(place);
  });

  test("in shadow: what was computed is counted, and that nothing is sent is said", async () => {
    const place = await open(":memory:");
    const [destination] = place.house.relay.directory.destinations();
    if (!destination) throw new Error("no destination");
    await place.house.relay.store.saveDestination({ ...destination, state: "shadow" });
    await place.house.relay.directory.refresh();
    await told(place, "Viewed Product");
    await place.house.relay.flush();
    const page = await read(place);
    expect(textOf(page.querySelector(".note"))).toContain("Nothing is sent");
    expect(textOf(cardOf(page, "In shadow"))).toMatch(/^In shadow ?1/);
    expect(place.pinterest.calls).toEqual([]);
    await close(place);
  });
});
