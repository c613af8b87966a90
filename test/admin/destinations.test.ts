/** Destinations, shops and their doors, as an operator sets them in the dashboard. */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { STALE } from "#relay/admin/change";
import { setSetting } from "#relay/settings";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { type House, openHouse } from "../house.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "../start.ts";

let pinterest: Pinterest;
let house: House;

beforeEach(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  house = await openHouse({
    config: { pinterestApiUrl: apiUrl, seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } } },
  });
});
afterEach(async () => {
  await house.relay.close();
  await pinterest.close();
});

const send = (path: string, fields: Record<string, string> = {}): Promise<Response> =>
  house.send(`/shops/${house.key}${path}`, fields);
const destinations = () => house.relay.directory.destinations();
/** What is said once on the page that an answer leads to. */
const saidIn = (response: Response): string =>
  decodeURIComponent(/pinrelay_said=([^;]*)/.exec(response.headers.getSetCookie().join("\n"))?.[1] ?? "");
const SECOND = { adAccountId: "549761668032", tagId: "2613174850999", name: "Agency" };

test("a second destination begins inactive and server only; letting it drive the browser takes that from the first", async () => {
  await send("/destinations", { ...SECOND, token: pinterest.token });
  expect(destinations()).toMatchObject([
    { drivesBrowser: true },
    { name: "Agency", state: "inactive", drivesBrowser: false },
  ]);
  const id = destinations()[1]?.id;
  await send(`/destinations/${id}/browser`);
  expect(destinations().map(({ drivesBrowser }) => drivesBrowser)).toEqual([false, true]);
  const audited = await house.relay.store.audited(10);
  expect(audited.map(({ what }) => what)).toContain("let Agency drive the browser");
});

test("a destination moves through its states and back, each by one click", async () => {
  const id = destinations()[0]?.id;
  for (const state of ["shadow", "test", "live", "inactive"]) {
    expect((await send(`/destinations/${id}/state`, { state })).status).toBe(303);
    expect(destinations()[0]?.state).toBe(state);
  }
  await send(`/destinations/${id}/state`, { state: "made up" });
  expect(destinations()[0]?.state).toBe("inactive");
});

test("a token that Pinterest refuses is not kept, and no page shows one that is", async () => {
  const id = destinations()[0]?.id;
  const refused = await send(`/destinations/${id}/account`, {
    ...SECOND,
    token: "pina_NOT_THE_ONE_AT_ALL",
  });
  expect(refused.status).toBe(422);
  const page = await refused.text();
  expect(page).toContain("Pinterest said: ");
  expect(page).not.toContain("pina_NOT_THE_ONE_AT_ALL");
  expect(destinations()[0]?.token).toBe(pinterest.token);
  const shown = await house.page("/destinations");
  expect(shown).toContain(`…${pinterest.token.slice(-4)}`);
  expect(shown).not.toContain(pinterest.token);
});

test("an account that is saved while Pinterest is asked takes back nothing that somebody else changes meanwhile", async () => {
  const { adAccountId, tagId, token } = pinterest;
  let answer: (() => void) | undefined;
  const slow = createServer(async (request, response) => {
    const { authorization = "", "content-type": type = "" } = request.headers;
    const body = await text(request);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    const headers = { Authorization: authorization, "Content-Type": type };
    const judged = await fetch(`${pinterest.url}${request.url}`, { method: "POST", headers, body });
    response.writeHead(judged.status).end(await judged.text());
  });
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
  const address = slow.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const account = { adAccountId, tagId, token: "pina_THE_ONE_BEFORE_IT" };
  const other = await openHouse({
    config: { pinterestApiUrl: `http://127.0.0.1:${port}/v5`, seed: { origins: [SHOP_ORIGIN], account } },
  });
  const path = `/shops/${other.key}/destinations/${other.relay.directory.destinations()[0]?.id}`;
  const saving = other.send(`${path}/account`, { adAccountId, tagId, token, name: "Pinterest" });
  await expect.poll(() => answer).toBeDefined();
  expect(saidIn(await other.send(`${path}/state`, { state: "inactive" }))).toContain("is inactive");
  answer?.();
  expect(saidIn(await saving)).toBe(STALE);
  expect(other.relay.directory.destinations()).toMatchObject([{ state: "inactive", token: account.token }]);
  await other.relay.close();
  slow.close();
});

test("what waits for a destination that is removed is withdrawn, and stays in the ledger", async () => {
  // It stands still, so that it waits and no call holds it.
  const [destination] = destinations();
  if (destination) await house.relay.store.pauseDestination(destination, "401");
  await house.relay.directory.refresh();
  expect((await collect(house, beacon(house.key, [viewedProduct()]))).status).toBe(202);
  await send(`/destinations/${destinations()[0]?.id}/remove`);
  expect(destinations()).toEqual([]);
  await expect
    .poll(async () => (await house.relay.store.recent(1))[0]?.deliveries)
    .toMatchObject([{ outcome: "withdrawn" }]);
  expect(await house.page("/destinations")).toContain("No destination yet");
});

test("a destination that is removed leaves the browser to the one that is left, which its page says before and after", async () => {
  await send("/destinations", { ...SECOND, token: pinterest.token });
  const [first, second] = destinations();
  await send(`/destinations/${second?.id}/state`, { state: "live" });
  const tag = async () => (await fetch(`${house.url}/tag.js`)).text();
  expect(await tag()).not.toContain(SECOND.tagId);
  expect(await house.page("/destinations")).toContain("Agency (live) drives the browser then.");
  expect(saidIn(await send(`/destinations/${first?.id}/remove`))).toContain("Agency drives the browser.");
  expect(destinations()).toMatchObject([{ name: "Agency", drivesBrowser: true }]);
  expect(await tag()).toContain(SECOND.tagId);
  expect((await house.relay.store.audited(10)).map(({ what }) => what)).toContain("let Agency drive the browser");
});

test("where several are left none drives the browser until somebody chooses, and pages and command line say so", async () => {
  for (const name of ["Agency", "Brand"]) await send("/destinations", { ...SECOND, name, token: pinterest.token });
  const none = "No destination drives the browser";
  expect(await house.page("/destinations")).not.toContain(none);
  expect(await house.page("/destinations")).toContain("None drives the browser then, until you choose one");
  await send(`/destinations/${destinations()[0]?.id}/remove`);
  const page = await house.page("/destinations");
  expect(page).toContain(none);
  expect(page).not.toContain("the destination that drives it now");
  const { store, directory } = house.relay;
  const [shop] = directory.shops();
  const set = shop && (await setSetting(store, shop, "destination.state", "live"));
  expect(set?.problem).toContain("none of the shop's destinations drives the browser");
  await send(`/destinations/${destinations()[0]?.id}/browser`);
  expect(destinations().map(({ drivesBrowser }) => drivesBrowser)).toEqual([true, false]);
  expect(await house.page("/destinations")).not.toContain(none);
});

test("the only destination can be let drive the browser, where an older relay left it without", async () => {
  const [only] = destinations();
  if (!only) throw new Error("it was seeded");
  await house.relay.store.saveDestination({ ...only, drivesBrowser: false });
  await house.relay.directory.refresh();
  expect(await house.page("/destinations")).toContain("Let it drive the browser");
  await send(`/destinations/${only.id}/browser`);
  expect(destinations()).toMatchObject([{ drivesBrowser: true }]);
});

test("a key of the server API is shown once; the one before it is taken until it is forgotten", async () => {
  const made = async (): Promise<string> =>
    /<pre id="made">([^<]+)/.exec(await (await send("/sources/secrets", { door: "api" })).text())?.[1] ?? "";
  const call = async (key: string): Promise<number> =>
    (
      await fetch(`${house.url}/api/events`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}` },
        body: "{}",
      })
    ).status;
  const first = await made();
  const second = await made();
  expect(first).not.toBe("");
  expect(await house.page("/sources")).not.toContain(second);
  expect([await call(first), await call(second)]).not.toContain(401);
  await send("/sources/secrets", { door: "api", forget: "old" });
  expect(await call(first)).toBe(401);
  expect(await call(second)).not.toBe(401);
  expect(JSON.stringify(await house.relay.store.audited(20))).not.toContain(second);
});

test("a second shop has a tag of its own, and its pages show nothing of the first", async () => {
  const added = await house.send("/shops", { origins: "https://www.second.example" });
  const [, key = ""] = /\/shops\/(\w+)\/start/.exec(added.headers.get("location") ?? "") ?? [];
  const start = await (await house.ask(`/shops/${key}/start`)).text();
  expect(start).toContain("The Pinterest account that events go to");
  await house.send(`/shops/${key}/destinations`, { ...SECOND, token: pinterest.token });
  expect(await (await house.ask(`/shops/${key}/start`)).text()).toContain(`/tag/${key}.js`);
  const page = await (await house.ask(`/shops/${key}/destinations`)).text();
  expect(page).toContain("Agency");
  expect(page).not.toContain(pinterest.tagId);
  // Nor can the one be changed by the other's address.
  await house.send(`/shops/${key}/destinations/${destinations()[0]?.id}/state`, { state: "inactive" });
  expect(destinations()[0]?.state).toBe("live");
});
