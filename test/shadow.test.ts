import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OrderFacts } from "#relay/core/event";
import { setSetting } from "#relay/settings";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { byBrowser, byWebhook, type OrderNames } from "./order-halves.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

let pinterest: Pinterest;
let started: Started;

beforeEach(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token } = pinterest;
  started = await startRelay({
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } },
    },
  });
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const putInto = async (state: string) => {
  const [shop] = await started.relay.store.shops();
  if (shop) expect(await setSetting(started.relay.store, shop, "destination.state", state)).toEqual({});
  await started.relay.directory.refresh();
};
const deliveries = async () => (await started.relay.store.recent(10)).flatMap((row) => row.deliveries);

test("in shadow everything is computed and kept, nothing is sent, and the page's tag is silent", async () => {
  await putInto("shadow");
  expect(started.relay.directory.tag(await theShop()).tagId).toBeUndefined();
  await collect(started, beacon(started.key, [viewedProduct()]));
  await until(async () => (await deliveries()).every(({ outcome }) => outcome !== undefined));
  const [delivery] = await deliveries();
  expect(delivery?.outcome).toBe("shadow");
  const payload = JSON.parse(delivery?.payload ?? "{}");
  expect(payload.event_name).toBe("page_visit");
  expect(payload.user_data.client_ip_address).toBeUndefined();
  expect(pinterest.calls).toEqual([]);
});

test("what was settled in shadow is not sent once the destination is live, nor by a replay", async () => {
  await putInto("shadow");
  const event = viewedProduct();
  await collect(started, beacon(started.key, [event]));
  await until(async () => (await deliveries()).every(({ outcome }) => outcome === "shadow"));
  await putInto("live");
  // Told again, as a page that is reloaded does.
  await collect(started, beacon(started.key, [event]));
  const after = viewedProduct();
  await collect(started, beacon(started.key, [after]));
  await until(async () => pinterest.server.length > 0);
  await started.relay.flush();
  expect(pinterest.server.map(({ event_id: id }) => id)).toEqual([after.id]);
});

test("an inactive destination is told nothing, and nothing waits for it", async () => {
  await putInto("inactive");
  await collect(started, beacon(started.key, [viewedProduct()]));
  expect(await deliveries()).toEqual([]);
});

const theShop = async () => {
  const [shop] = await started.relay.store.shops();
  if (!shop) throw new Error("there is no shop");
  return shop;
};

describe("once the destination is live, an order that is told then is sent, and one of the shadow is not:", () => {
  const MINUTE = 60_000;
  const OLD: OrderNames = { id: "6278078300337", number: "1001", token: "hWN2bT4kq9ZrXy7Lw3Jd5vGs" };
  const NEW: OrderNames = { id: "6278078300999", number: "1002", token: "qP8sD1vBn4MzLk6Jh3Gf5Tr2" };
  let nowMs: number;

  beforeEach(async () => {
    await Promise.all([started.relay.close(), pinterest.close()]);
    nowMs = Date.UTC(2026, 10, 24, 10);
    pinterest = await startPinterest({ now: () => nowMs });
    const { adAccountId, tagId, token } = pinterest;
    started = await startRelay({
      now: () => nowMs,
      // Delivers when it is told to, and never by itself.
      times: { flushMs: 86_400_000, pollMs: 86_400_000 },
      config: {
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [SHOP_ORIGIN],
          secrets: { shopify: ["a secret of Shopify's"] },
          account: { adAccountId, tagId, token },
        },
      },
    });
    await putInto("shadow");
  });

  const telling = async (order: OrderNames) => ({ shop: await theShop(), order, atMs: nowMs });
  const webhook = async (order: OrderNames, facts: Partial<OrderFacts> = {}) => {
    const stands: OrderFacts = { asOfMs: nowMs, state: "paid", channels: ["web"], ...facts };
    const event = byWebhook({ ...(await telling(order)), change: { order: stands } });
    return started.relay.ingest(await theShop(), { events: [event] });
  };
  const wait = async (ms: number) => {
    nowMs += ms;
    await started.relay.flush();
  };
  const set = async (name: string, value: string) => {
    expect(await setSetting(started.relay.store, await theShop(), name, value, nowMs)).toEqual({});
    await started.relay.directory.refresh();
  };
  /** What has become of the old order, once the new one was sent. */
  const fateOfTheOld = async () => {
    await wait(31 * MINUTE);
    expect(pinterest.server.map(({ custom_data: said }) => said?.order_id)).toEqual([NEW.id]);
    const rows = await started.relay.store.recent(10);
    return rows.find(({ id }) => id.endsWith(OLD.id))?.deliveries;
  };
  const SHADOW = [{ outcome: "shadow", words: "it was told while its destination was in shadow" }];

  test("it was held when the destination went live", async () => {
    await started.relay.ingest(await theShop(), { events: [byBrowser(await telling(OLD))] });
    await wait(MINUTE);
    await putInto("live");
    await webhook(NEW);
    expect(await fateOfTheOld()).toMatchObject(SHADOW);
  });

  test("it was held, and its other half came after that", async () => {
    await started.relay.ingest(await theShop(), { events: [byBrowser(await telling(OLD))] });
    await putInto("live");
    nowMs += MINUTE;
    expect(await webhook(OLD)).toEqual(["merged"]);
    await webhook(NEW);
    expect(await fateOfTheOld()).toMatchObject(SHADOW);
  });

  test("it was not paid yet, and is paid after that", async () => {
    await set("shopifyOrders", "paid");
    await webhook(OLD, { state: "placed" });
    await wait(4 * MINUTE);
    expect(await deliveries()).toMatchObject([{ outcome: "filtered" }]);
    await putInto("live");
    await webhook(OLD);
    await webhook(NEW, { state: "placed" });
    nowMs += MINUTE;
    await webhook(NEW);
    expect(await fateOfTheOld()).toMatchObject(SHADOW);
  });

  test("its channel was left out, and counts after that", async () => {
    await webhook(OLD, { channels: ["pos"] });
    await wait(4 * MINUTE);
    await putInto("live");
    await webhook(NEW, { channels: ["pos"] });
    await wait(4 * MINUTE);
    expect((await deliveries()).map(({ outcome }) => outcome)).toEqual(["filtered", "filtered"]);
    await set("channels", "web,pos");
    expect(await fateOfTheOld()).toMatchObject(SHADOW);
  });

  test("but one that was told before the shadow is, though it was told again in it", async () => {
    await putInto("live");
    await set("shopifyOrders", "paid");
    await webhook(NEW, { state: "placed" });
    await putInto("shadow");
    nowMs += MINUTE;
    expect(await webhook(NEW, { state: "placed" })).toEqual(["merged"]);
    await putInto("live");
    nowMs += MINUTE;
    await webhook(NEW);
    expect(await fateOfTheOld()).toBeUndefined();
  });
});
