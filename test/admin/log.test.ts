import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { beacon, collect, VISITOR, viewedProduct } from "../beacons.ts";
import { type House, openHouse } from "../house.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";

let pinterest: Pinterest;
let house: House;

beforeEach(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token } = pinterest;
  house = await openHouse({
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } },
    },
  });
});
afterEach(async () => {
  await house.relay.close();
  await pinterest.close();
});

const tell = (...events: object[]) => collect(house, beacon(house.key, events));
const settled = () =>
  until(async () =>
    (await house.relay.store.recent(50)).every(({ deliveries }) => deliveries.every(({ outcome }) => outcome)),
  );
const addedToCart = () => ({ ...viewedProduct({ name: "Added To Cart", tag: "addtocart" }) });
const linksIn = (page: string) => [...page.matchAll(/href="\/admin(\/shops\/\w+\/events\/\d+)"/g)].map(([, to]) => to);

test("the log shows what came, and its filters leave the rest out", async () => {
  await tell(viewedProduct(), addedToCart());
  await settled();
  const all = await house.page("/events");
  expect(linksIn(all)).toHaveLength(2);
  expect(all).toContain("outcome-sent");
  const carts = await house.page("/events?event=Added+To+Cart&outcome=sent&source=browser");
  expect(linksIn(carts)).toHaveLength(1);
  expect(linksIn(await house.page("/events?outcome=rejected"))).toHaveLength(0);
  expect(linksIn(await house.page(`/events?visitor=${VISITOR.id}`))).toHaveLength(2);
  expect(linksIn(await house.page(`/events?visitor=${"0".repeat(64)}`))).toHaveLength(0);
  expect(linksIn(await house.page("/events?since=2026-01-01&until=2026-01-02"))).toHaveLength(0);
  const wrong = await house.page("/events?since=yesterday");
  expect(wrong).toContain("Write a day or a time");
});

test("an order is found by its number", async () => {
  const order = {
    ...viewedProduct({ name: "Placed Order", tag: "checkout" }),
    id: `order.${house.key}.10451`,
    properties: { id: "10451", total_price: 64.5, currency: "USD", items: [{ product_id: "1001", quantity: 2 }] },
  };
  await tell(order, viewedProduct());
  for (const typed of ["10451", "#10451", `order.${house.key}.10451`])
    expect(linksIn(await house.page(`/events?order=${encodeURIComponent(typed)}`)), typed).toHaveLength(1);
  expect(linksIn(await house.page("/events?order=10452"))).toHaveLength(0);
});

test("a page has fifty events, and leads to the older ones", async () => {
  const visitor = (n: number) => ({ visitor: { ...VISITOR, id: String(n).repeat(64) } });
  for (const n of [1, 2])
    await collect(
      house,
      beacon(
        house.key,
        Array.from({ length: 40 }, () => viewedProduct()),
        visitor(n),
      ),
    );
  const first = await house.page("/events");
  expect(linksIn(first)).toHaveLength(50);
  const [, older = ""] = /href="\/admin\/shops\/\w+(\/events\?[^"]*before=\d+)"/.exec(first) ?? [];
  expect(linksIn(await house.page(older.replaceAll("&amp;", "&")))).toHaveLength(30);
});

test("an event's page shows its halves, its payload masked, and what Pinterest said", async () => {
  pinterest.fail({ kind: "503" });
  await tell(viewedProduct());
  await settled();
  const [to = ""] = linksIn(await house.page("/events"));
  const page = await (await house.ask(to)).text();
  expect(page).toContain("told by browser");
  expect(page).toContain("consent granted, said by call");
  expect(page).toContain("page_visit");
  expect(page).toMatch(/tried, [^<]*503/);
  expect(page).toContain("24");
  // The visitor ID is told by its end alone, as are hashes; of the click ID likewise.
  expect(page).not.toContain(VISITOR.id);
  expect(page).not.toContain(VISITOR.clickId);
  expect(page).not.toMatch(/[0-9a-f]{64}/);
});

describe("replay", () => {
  const rejectAll = async (count: number) => {
    const { store } = house.relay;
    pinterest.fail({ kind: "fail events", idPattern: ".", status: 422, times: 1 });
    await tell(...Array.from({ length: count }, () => viewedProduct()));
    await until(async () =>
      (await store.countDeadLetters({ outcomes: ["rejected"] })).some((one) => one.count === count),
    );
    pinterest.mend();
  };

  test("one dead letter is judged anew from its event's page", async () => {
    await rejectAll(1);
    const [to = ""] = linksIn(await house.page("/events?outcome=rejected"));
    const page = await (await house.ask(to)).text();
    const [, delivery = ""] = /name="delivery" value="(\d+)"/.exec(page) ?? [];
    const answer = await house.send(`${to}/replay`, { delivery });
    expect(answer.status).toBe(303);
    // Its IP address is gone, and it has no email: so it cannot be matched any more, as the button's page says.
    await until(async () => (await (await house.ask(to)).text()).includes("outcome-unmatched"));
    expect(await (await house.ask(to)).text()).toContain("Before it was replayed: rejected");
  });

  test("many are counted first, then judged anew, and it is noted who did it", async () => {
    await rejectAll(3);
    const path = `/shops/${house.key}/events/replay`;
    const asked = await house.send(path, { outcome: "rejected", step: "count" });
    expect(await asked.text()).toContain("Replay 3 deliveries?");
    expect(await house.relay.store.countDeadLetters({ outcomes: ["rejected"] })).toHaveLength(1);
    const done = await house.send(path, { outcome: "rejected", step: "replay" });
    expect(done.status).toBe(303);
    expect((await house.relay.store.audited(10)).map(({ what }) => what)).toContain("replayed dead letters");
  });

  test("what was for a destination that was removed is not offered, not counted and not replayed", async () => {
    await rejectAll(2);
    const [destination] = house.relay.directory.destinations();
    await house.send(`/shops/${house.key}/destinations/${destination?.id}/remove`);
    const [to = ""] = linksIn(await house.page("/events?outcome=rejected"));
    expect(await (await house.ask(to)).text()).not.toContain("Replay this one");
    const path = `/shops/${house.key}/events/replay`;
    const asked = await house.send(path, { outcome: "rejected", step: "count" });
    expect(await asked.text()).toContain("Replay 0 deliveries?");
    await house.send(path, { outcome: "rejected", step: "replay" });
    expect(await house.relay.store.queue(Date.now())).toEqual([]);
  });

  test("what was sent is not replayed", async () => {
    await tell(viewedProduct());
    await settled();
    const answer = await house.send(`/shops/${house.key}/events/replay`, { outcome: "sent", step: "replay" });
    expect(answer.status).toBe(303);
    await house.relay.flush();
    expect(pinterest.calls).toHaveLength(1);
  });
});

test("the CSV holds every row of the filter, and no formula and no email", async () => {
  await tell(
    viewedProduct(),
    viewedProduct({ name: "=cmd|' /C calc'!A0", tag: "custom" }),
    viewedProduct({ name: "sale to ann@example.com" }),
  );
  await settled();
  const response = await house.ask(`/shops/${house.key}/events.csv`);
  expect(response.headers.get("content-disposition")).toContain("attachment");
  const lines = (await response.text()).trim().split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines.join("\n")).not.toContain("ann@example.com");
  expect(lines.some((line) => /(^|,)"?=/.test(line))).toBe(false);
});

test("the live tail brings what came behind a row, and what of it has changed", async () => {
  await tell(viewedProduct());
  const [, first = ""] = /data-row="(\d+)"/.exec(await house.page("/events")) ?? [];
  await tell(addedToCart());
  const behind = async (row: number, filter = "") =>
    (await house.ask(`/shops/${house.key}/events/tail?${filter}&after=${row}`)).json();
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
  expect(names(await behind(Number(first)))).toEqual(["Added To Cart"]);
  await settled();
  const all = await behind(Number(first) - 1);
  expect(names(all)).toEqual(["Added To Cart", "Viewed Product"]);
  expect(all.map(({ outcomes }: { outcomes: string[] }) => outcomes)).toEqual([["sent"], ["sent"]]);
  expect(await behind(Number(first) - 1, "outcome=waiting")).toEqual([]);
});

test("the live tail of one order keeps to its bounds", async () => {
  await tell({
    ...viewedProduct({ name: "Placed Order", tag: "checkout" }),
    properties: { id: "88", total_price: 5, currency: "USD" },
    id: `order.${house.key}.88`,
  });
  const [, row = ""] = /data-row="(\d+)"/.exec(await house.page("/events?order=88")) ?? [];
  const behind = async (after: number) =>
    (await house.ask(`/shops/${house.key}/events/tail?order=88&after=${after}`)).json();
  expect(await behind(Number(row) - 1)).toHaveLength(1);
  expect(await behind(Number(row))).toHaveLength(0);
});
