import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BeaconEvent } from "@pinrelay/tag/contract";
import { type Logger, pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setSetting } from "#relay/settings";
import { StoreUnavailable } from "#relay/store/store";
import { beacon, collect, USER_AGENT, VISITOR, viewedProduct } from "./beacons.ts";
import type { Fault } from "./pinterest/faults.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

let pinterest: Pinterest;
let started: Started;

const startAt = (pinterest: Pinterest, times = {}, log?: Logger) =>
  startRelay({
    times,
    ...(log ? { log } : {}),
    chance: () => 0, // the shortest wait there is
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      pinterestTagUrl: pinterest.coreUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
      },
    },
  });

beforeEach(async () => {
  pinterest = await startPinterest();
  started = await startAt(pinterest, { flushMs: 20, pollMs: 100 });
});
/** The same, delivering only when it is told to. */
const restarted = async (times: object) => {
  await started.relay.close();
  started = await startAt(pinterest, times);
  return started;
};
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const tell = (...events: object[]) => collect(started, beacon(started.key, events));
/** Tells these events in one commit, so that they are claimed together; fifty each of many visitors. */
const tellAll = async (events: readonly BeaconEvent[]) => {
  const beacons = Array.from({ length: Math.ceil(events.length / 50) }, (_, n) => events.slice(n * 50, n * 50 + 50));
  const visitor = () => ({ ...VISITOR, id: randomBytes(32).toString("hex") });
  await Promise.all(beacons.map((some) => collect(started, beacon(started.key, some, { visitor: visitor() }))));
};
const many = (count: number) => Array.from({ length: count }, () => viewedProduct());
const rows = (limit = 2_000) => started.relay.store.recent(limit);
const outcomes = async () => {
  const counts: Record<string, number> = {};
  for (const { deliveries } of await rows()) {
    const outcome = deliveries[0]?.outcome ?? "waiting";
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
};
const settled = () => until(async () => !("waiting" in (await outcomes())));

const rejected = async () => (await rows()).filter(({ deliveries }) => deliveries[0]?.outcome === "rejected");
const soleShop = () => {
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("no shop");
  return shop;
};
const set = async (name: string, value: string) => {
  await setSetting(started.relay.store, soleShop(), name, value);
  await started.relay.directory.refresh();
};

test("an event reaches Pinterest within a moment, whole and valid", async () => {
  const event = viewedProduct();
  await tell(event);
  await settled();
  expect(await outcomes()).toEqual({ sent: 1 });
  expect(pinterest.server).toMatchObject([
    {
      event_name: "page_visit",
      event_id: event.id,
      event_source_url: event.url,
      user_data: {
        client_ip_address: "127.0.0.1",
        client_user_agent: USER_AGENT,
        click_id: VISITOR.clickId,
        external_id: [VISITOR.id],
      },
      custom_data: { value: "24.00", currency: "USD", content_ids: ["1001"], num_items: 1 },
    },
  ]);
});

test("a customer's ID goes to Pinterest only where the Pinterest Tag, which is told the visitor ID, tells nothing", async () => {
  const profile = { $customer_id: "7012345678901" };
  const customer = "dc789c09e612550d31975af801d406b212ed2b2b961a55095108ef05d78ce6d2"; // printf 7012345678901 | sha256sum
  const { tag: _, ...untold } = viewedProduct({ profile });
  const told = viewedProduct({ profile });
  await tell(told, untold);
  await settled();
  const externalId = (id: string) => pinterest.server.find(({ event_id }) => event_id === id)?.user_data.external_id;
  expect(externalId(told.id)).toEqual([VISITOR.id]);
  expect(externalId(untold.id)).toEqual([VISITOR.id, customer].sort());
});

test("an event told twice reaches Pinterest once", async () => {
  const event = viewedProduct();
  await tell(event);
  await settled();
  await tell(event, event);
  await started.relay.flush();
  expect(pinterest.server).toHaveLength(1);
  expect(await rows()).toMatchObject([{ duplicates: 2 }]);
});

test("events that Pinterest has no place for are kept and not sent", async () => {
  await tell(viewedProduct({ name: "$page_load", tag: "page" }), viewedProduct({ name: "Opened Chat", tag: "" }));
  await started.relay.flush();
  expect(await outcomes()).toEqual({ "browser only": 1, unmapped: 1 });
  expect(pinterest.calls).toEqual([]);
});

test("what a visitor denied is kept by its outcome alone, and not sent", async () => {
  const denied = { marketing: "denied", by: "call", at: Date.now() } as const;
  await collect(started, beacon(started.key, [viewedProduct()], { consent: denied }));
  await collect(started, beacon(started.key, [viewedProduct()]), { "sec-gpc": "1" });
  await started.relay.flush();
  expect(await outcomes()).toEqual({ "no consent": 2 });
  expect(pinterest.calls).toEqual([]);
});

test("where the shop tells of it with limits, who asks for privacy is told of with them or not at all", async () => {
  await set("globalPrivacy", "limited");
  const limited = { marketing: "granted", by: "call", at: Date.now(), limited: true } as const;
  const place = { profile: { $state: "CA", $country_code: "US" } };
  const privately = { "sec-gpc": "1" };
  const [first, second, third] = ["1a", "2b", "3c"].map((digits) => ({ visitor: { id: digits.repeat(32) } }));
  await collect(started, beacon(started.key, [viewedProduct(place)], { consent: limited, ...first }), privately);
  await collect(started, beacon(started.key, [viewedProduct()], { consent: limited, ...second }), privately);
  await collect(started, beacon(started.key, [viewedProduct(place)], third), privately);
  await started.relay.flush();
  expect(await outcomes()).toEqual({ sent: 1, "no consent": 2 });
});

test("a batch holds many events, and each gets its own outcome", async () => {
  const events = many(300);
  const bad = events[7]?.id ?? "";
  pinterest.fail({ kind: "fail events", idPattern: bad, status: 200 });
  await tellAll(events);
  await settled();
  expect(await outcomes()).toEqual({ sent: 299, rejected: 1 });
  expect(await rejected()).toMatchObject([{ id: bad }]);
  expect((await rejected())[0]?.deliveries[0]?.words).toMatch(/\w/);
});

test("422 says which events failed; the others are never sent again", async () => {
  const bad = viewedProduct();
  pinterest.fail({ kind: "fail events", idPattern: bad.id, status: 422 });
  await tell(viewedProduct(), bad, viewedProduct());
  await settled();
  expect(await outcomes()).toEqual({ sent: 2, rejected: 1 });
  await started.relay.flush();
  expect(pinterest.server).toHaveLength(2);
});

test("one event that spoils its whole batch is found in few calls, and all others go", async () => {
  const slow = await restarted({ flushMs: 60_000, pollMs: 60_000 });
  const events = many(1_000);
  const bad = events[617]?.id ?? "";
  pinterest.fail({ kind: "poison", eventId: bad });
  await tellAll(events);
  await slow.relay.flush();
  expect(await outcomes()).toEqual({ sent: 999, rejected: 1 });
  expect(await rejected()).toMatchObject([{ id: bad, deliveries: [{ words: expect.stringContaining("4196") }] }]);
  expect(pinterest.calls.length).toBeLessThanOrEqual(25);
});

test.each<Fault>([
  { kind: "429" },
  { kind: "503" },
  { kind: "500" },
  { kind: "html" },
  { kind: "truncated" },
  { kind: "wrong count" },
  { kind: "drop before" },
  { kind: "drop after" },
  { kind: "huge" },
])("$kind is nobody's fault: the same bytes go again, and the event is counted once", async (fault) => {
  pinterest.fail(fault);
  await tell(viewedProduct());
  await settled();
  expect(await outcomes()).toEqual({ sent: 1 });
  expect(pinterest.calls.map(({ body }) => body)).toEqual([pinterest.calls[0]?.body, pinterest.calls[0]?.body]);
  expect(pinterest.verdicts()).toMatchObject([{ verdict: "one half missing", why: "the browser half is missing" }]);
});

test("Retry-After is obeyed", async () => {
  pinterest.fail({ kind: "429", retryAfterSeconds: 2 });
  await tell(viewedProduct());
  await settled();
  const [first, second] = pinterest.calls;
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000);
});

test("Retry-After holds for all that goes to the account, what comes in meanwhile too", async () => {
  const slow = await restarted({ flushMs: 60_000, pollMs: 60_000 });
  pinterest.fail({ kind: "429", retryAfterSeconds: 60 });
  await tellAll(many(1_200));
  await slow.relay.flush();
  await tell(viewedProduct());
  await slow.relay.flush();
  expect(pinterest.calls).toHaveLength(1);
  expect(await outcomes()).toEqual({ waiting: 1_201 });
});

describe("what no call held counts as never tried", () => {
  const tries = async () => (await rows()).map(({ deliveries }) => deliveries[0]?.attempts);

  test("of a claim in two calls the second one, where the first finds Pinterest away", async () => {
    const slow = await restarted({ flushMs: 60_000, pollMs: 60_000 });
    pinterest.fail({ kind: "500", times: 1 });
    const item = { name: "Linen shirt, ".repeat(30), price: 1 };
    const items = Array.from({ length: 20 }, (_, n) => ({ ...item, product_id: `${n}` }));
    const large = { name: "Viewed Collection", properties: { id: "linen", currency: "USD", items } };
    for (let told = 0; told < 300; told += 6) await tell(...Array.from({ length: 6 }, () => viewedProduct(large)));
    await slow.relay.flush();
    const held = JSON.parse(pinterest.calls[0]?.body ?? "").data.length;
    expect(held).toBeLessThan(300);
    expect((await tries()).filter((count) => count === 1)).toHaveLength(held);
    expect((await tries()).filter((count) => count === 0)).toHaveLength(300 - held);
  });

  test("a claim for which there is no call to spend", async () => {
    await started.relay.close();
    const { adAccountId, tagId, token, apiUrl } = pinterest;
    const seed = { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } };
    const times = { flushMs: 60_000, pollMs: 60_000 };
    started = await startRelay({ times, config: { pinterestApiUrl: apiUrl, pinterestCallsPerMinute: 1, seed } });
    for (const calls of [1, 1]) {
      await tell(viewedProduct());
      await started.relay.flush();
      expect(pinterest.calls).toHaveLength(calls);
    }
    expect(await tries()).toEqual([0, 1]);
    expect(await outcomes()).toEqual({ sent: 1, waiting: 1 });
  });
});

test("what a claim settles without sending does not keep the rest waiting", async () => {
  const slow = await restarted({ flushMs: 60_000, pollMs: 60_000 });
  const old = Date.now() - 8 * 86_400_000;
  await tellAll([...many(1_000), ...many(50)].map((event, at) => (at < 900 ? { ...event, time: old } : event)));
  await slow.relay.flush();
  expect(await outcomes()).toEqual({ expired: 900, sent: 150 });
});

test("a call that is too large is sent in halves", async () => {
  pinterest.fail({ kind: "html", status: 413 });
  await tellAll(many(4));
  await settled();
  expect(await outcomes()).toEqual({ sent: 4 });
});

test("what only a gateway refuses, and not Pinterest in its own words, is not rejected: it goes once the gateway lets it", async () => {
  pinterest.fail({ kind: "html", status: 400, times: 3 });
  await tellAll(many(2));
  await settled();
  expect(await outcomes()).toEqual({ sent: 2 });
});

test("a search for a bad event that the budget of calls stops goes on where it was, and comes to an end", async () => {
  await started.relay.close();
  let clock = Date.now();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const seed = { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } };
  started = await startRelay({
    now: () => clock,
    chance: () => 0,
    times: { flushMs: 60_000_000, pollMs: 60_000_000 },
    config: { pinterestApiUrl: apiUrl, pinterestCallsPerMinute: 60, seed },
  });
  const events = many(200);
  const bad = events[3]?.id ?? "";
  pinterest.fail({ kind: "poison", eventId: bad });
  await tellAll(events);
  for (let seconds = 0; seconds < 90 && "waiting" in (await outcomes()); seconds += 1, clock += 1_000)
    await started.relay.flush();
  expect(await outcomes()).toEqual({ sent: 199, rejected: 1 });
  expect(await rejected()).toMatchObject([{ id: bad }]);
  expect(pinterest.calls.length).toBeLessThan(60);
});

test("where what Pinterest said cannot be noted for a moment it is noted then, and not sent again", async () => {
  await started.relay.close();
  let refusals = 2;
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const seed = { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } };
  started = await startRelay({
    config: { pinterestApiUrl: apiUrl, seed },
    // The real store, on a disk that is full for a moment.
    over: (store) => ({
      ...store,
      settle: async (...told) => {
        refusals -= 1;
        if (refusals >= 0) throw new StoreUnavailable("database or disk is full");
        return store.settle(...told);
      },
    }),
  });
  await tell(viewedProduct());
  await settled();
  expect(await outcomes()).toEqual({ sent: 1 });
  expect(refusals).toBe(-1);
  expect(pinterest.calls).toHaveLength(1);
});

test("a token that was renewed during a call which the old one fails is not paused, nor overwritten", async () => {
  pinterest.fail({ kind: "latency", ms: 300, times: 1 });
  await set("destination.token", "pina_REVOKED_TOKEN");
  await tell(viewedProduct());
  await until(() => pinterest.calls.length === 1);
  await set("destination.token", pinterest.token);
  await settled();
  expect(await outcomes()).toEqual({ sent: 1 });
  expect(started.relay.directory.destinations()).toMatchObject([{ token: pinterest.token }]);
  expect(started.relay.directory.destinations()[0]?.paused).toBeUndefined();
});

test("what waits for a destination that stands still ends with its week, and its IP address with it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-expiry-"));
  let clock = Date.now();
  const config = { database: join(folder, "relay.db") };
  const first = await startRelay({ config, now: () => clock });
  const [destination] = first.relay.directory.destinations();
  if (destination) await first.relay.store.pauseDestination(destination, "401");
  await first.relay.directory.refresh();
  await collect(first, beacon(first.key, [viewedProduct()]));
  await first.relay.close();
  const clear = () => readFileSync(join(folder, "relay.db"), "latin1").includes("Safari/604.1");
  expect(clear()).toBe(true);

  clock += 8 * 86_400_000;
  const second = await startRelay({ config, now: () => clock });
  expect((await second.relay.store.recent(1))[0]?.deliveries).toMatchObject([{ outcome: "expired" }]);
  await second.relay.close();
  rmSync(folder, { recursive: true });
});

describe("the log", () => {
  const lines: string[] = [];
  const logged = async (fault: Fault) => {
    lines.length = 0;
    await started.relay.close();
    const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    started = await startAt(pinterest, { flushMs: 20, pollMs: 50 }, log);
    pinterest.fail(fault);
    await tell(viewedProduct({ id: "e-1" }), viewedProduct({ id: "e-2" }));
    await settled();
    return lines.map((line) => JSON.parse(line).msg);
  };

  test("says once that Pinterest cannot be reached, and once that it can again", async () => {
    expect(await logged({ kind: "503", times: 3 })).toEqual([
      expect.stringMatching(/takes no events now/),
      expect.stringMatching(/takes events again/),
    ]);
  });

  test("says once of each that another Pinterest Tag tells the shop's events", async () => {
    await logged({ kind: "503", times: 0 });
    lines.length = 0;
    const other = { by: "network", tagId: "2698765432109", event: "checkout" } as const;
    const odd = [{ by: "elsewhere" }, { by: "page", tagId: "ann@example.com" }];
    for (const otherTags of [[other], [other, { by: "shopify app" }], odd])
      await collect(started, { ...beacon(started.key, [viewedProduct()]), otherTags });
    const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => /another Pinterest Tag/.test(msg));
    expect(told).toMatchObject([{ shop: started.key, ...other }, { by: "shopify app" }]);
    expect(await rows()).toHaveLength(5);
  });

  test("says what Pinterest rejects, and names nobody", async () => {
    expect(await logged({ kind: "fail events", idPattern: "e-1" })).toEqual(["Pinterest rejects events"]);
    expect(lines.join()).not.toMatch(/Safari|127\.0\.0\.1|[0-9a-f]{64}/);
  });

  test("says once which origin was refused, and what of an event", async () => {
    const origin = "https://fennelandoak.example";
    lines.length = 0;
    await logged({ kind: "latency", ms: 1 });
    for (const _ of [1, 2, 3]) {
      await collect(started, beacon(started.key, [viewedProduct()]), { origin });
      const profile = { "jane@example.com": { constructor: 1 } } as object;
      await tell({ ...viewedProduct(), profile }, viewedProduct({ properties: { currency: "€" } }));
    }
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { origin },
      { shop: started.key, field: "events[].profile.….….…", message: "is not an allowed key" },
      { shop: started.key, field: "events[].properties.currency" },
    ]);
    expect(lines.join()).not.toContain("jane");
  });
});

test.each(["401", "403"] as const)("%s pauses the destination and loses nothing", async (kind) => {
  pinterest.fail({ kind });
  await tell(viewedProduct());
  await until(() => started.relay.directory.destinations()[0]?.paused !== undefined);
  await tell(viewedProduct());
  await started.relay.flush();
  expect(pinterest.calls).toHaveLength(1);
  expect(await outcomes()).toEqual({ waiting: 2 });

  await set("destination.token", pinterest.token);
  await settled();
  expect(await outcomes()).toEqual({ sent: 2 });
});

test("in state test Pinterest is asked to record nothing, 20 events at a time", async () => {
  await set("destination.state", "test");
  await tellAll(many(45));
  await settled();
  expect(await outcomes()).toEqual({ sent: 45 });
  expect(pinterest.calls.length).toBeGreaterThanOrEqual(3);
  expect(pinterest.calls.every((call) => call.test)).toBe(true);
  expect(pinterest.verdicts()).toEqual([]);
});

test.each(["inactive", "shadow"])("in state %s nothing is sent", async (state) => {
  await set("destination.state", state);
  await tell(viewedProduct());
  await started.relay.flush();
  expect(pinterest.calls).toEqual([]);
  expect(await rows()).toHaveLength(1);
});

test("an event is mapped by the settings its tag was served with, though they have changed since", async () => {
  const served = () => started.relay.directory.tag(soleShop()).rev;
  const old = { event: viewedProduct(), rev: served() };
  await set("contentId", "sku");
  const fresh = { event: viewedProduct(), rev: served() };
  for (const { event, rev } of [old, fresh]) await collect(started, beacon(started.key, [event], { rev }));
  await settled();
  const ids = (id: string) => pinterest.server.find(({ event_id }) => event_id === id)?.custom_data?.content_ids;
  expect([ids(old.event.id), ids(fresh.event.id)]).toEqual([["1001"], ["MUG-SAGE-L"]]);
});

test("personal data is hashed on arrival: no clear form is in the ledger, the payload or the file", async () => {
  const profile = {
    $email: " Maya.Hartley@Example.com",
    $phone_number: "(503) 555-0142",
    $country_code: "US",
    $last_name: "Hartley",
  };
  await tell(viewedProduct({ profile }));
  await settled();
  const { em, ph, ln } = pinterest.server[0]?.user_data ?? {};
  expect(em).toEqual([sha256("maya.hartley@example.com")]);
  expect(ph).toEqual([sha256("15035550142")]);
  expect(ln).toEqual([sha256("hartley")]);
  expect(JSON.stringify(await rows())).not.toMatch(/maya|hartley|555-?0142/i);
});

test("what was under way when the relay stopped is sent when it starts again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-restart-"));
  const config = {
    database: join(folder, "relay.db"),
    pinterestApiUrl: pinterest.apiUrl,
    seed: {
      origins: [SHOP_ORIGIN],
      account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
    },
  };
  const first = await startRelay({ config, times: { flushMs: 60_000, pollMs: 60_000 } });
  const event = viewedProduct();
  await collect(first, beacon(first.key, [event]));
  await first.relay.close();
  expect(pinterest.calls).toEqual([]);
  const second = await startRelay({ config });
  await until(() => pinterest.server.length === 1);
  expect(pinterest.server[0]?.event_id).toBe(event.id);
  await second.relay.close();
  rmSync(folder, { recursive: true });
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
