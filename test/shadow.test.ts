import { afterEach, beforeEach, expect, test } from "vitest";
import { setSetting } from "#relay/settings";
import { beacon, collect, viewedProduct } from "./beacons.ts";
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
