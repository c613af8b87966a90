import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OtherTag } from "@pinrelay/tag/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "#relay/config";
import { DEFAULT_SETTINGS, type Shop } from "#relay/core/settings";
import { openStore } from "#relay/open-store";
import { seedStore } from "#relay/seed";
import { viewedProduct } from "./beacons.ts";
import { byWebhook } from "./order-halves.ts";
import { administer, freshDatabase } from "./postgres.ts";
import { ACCOUNT } from "./start.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pinrelay-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ACCOUNT_SET = {
  PINTEREST_AD_ACCOUNT_ID: "549755885175",
  PINTEREST_TAG_ID: "2612345678901",
  PINTEREST_ACCESS_TOKEN: "pina_AEATXWQWACZGAIA",
};

/** Runs the built command line; `until` ends it politely once its output matches. */
function run(words: string[], env: Record<string, string> = {}, until?: RegExp, input = "") {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", ...env },
  });
  let output = "";
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    if (until?.test(output)) child.kill("SIGTERM");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.stdin.end(input);
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("pinrelay serve", () => {
  test("with nothing configured starts, says what to do next, and stops in good order", async () => {
    const { code, output } = await run(["serve"], {}, /PINTEREST_ACCESS_TOKEN/);
    expect(output).toMatch(/Pinrelay listens on http:\/\/127\.0\.0\.1:\d+/);
    expect(output).toContain('/tag.js"></script>');
    expect(output).toContain("ALLOWED_ORIGINS");
    expect(output).not.toContain("ExperimentalWarning");
    expect(code).toBe(0);
  });

  test("the first start prints where the dashboard is and a one-time password; once one is chosen, none", async () => {
    const DATABASE_URL = "file:first-run.db";
    const { output } = await run(["serve"], { DATABASE_URL }, /PINTEREST_ACCESS_TOKEN/);
    expect(output).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:\d+\/admin\/$/m);
    expect(output).toMatch(/^One-time password, .*: ([a-z2-9]{5}-){3}[a-z2-9]{5}$/m);
    const again = await run(["serve"], { DATABASE_URL }, /PINTEREST_ACCESS_TOKEN/);
    expect(again.output).toContain("was printed at the last start");
    const env = { DATABASE_URL, ADMIN_PASSWORD: "correct horse battery" };
    const own = await run(["serve"], env, /PINTEREST_ACCESS_TOKEN/);
    expect(own.output).not.toContain("ne-time password");
    expect(own.output).not.toContain(env.ADMIN_PASSWORD);
  });

  test("with a bad configuration tells every fault with its remedy, and exits with 1", async () => {
    const env = {
      PORT: "many",
      PINTEREST_AD_ACCOUNT_ID: "my account",
      PINTEREST_TAG_ID: "2612345678901",
      PINTEREST_ACCESS_TOKEN: "pina_AEATXWQW",
    };
    const { code, output } = await run(["serve"], env);
    expect(code).toBe(1);
    expect(output).toMatch(/^PORT is not a port\. .+8080\.$/m);
    expect(output).toMatch(/^PINTEREST_AD_ACCOUNT_ID is not an ad account ID\. It is a number of 12 digits/m);
    expect(output).not.toContain("my account");
  });

  test("an account set after a first start without one is taken up", async () => {
    const env = {
      DATABASE_URL: "file:later.db",
      ALLOWED_ORIGINS: "https://shop.example",
      ...ACCOUNT_SET,
    };
    await run(["serve"], { DATABASE_URL: env.DATABASE_URL }, /PINTEREST_ACCESS_TOKEN/);
    const { output } = await run(["serve"], env, /tag\.js/);
    expect(output).not.toContain("Nothing goes to Pinterest yet");
    const shown = await run(["settings", "get"], { DATABASE_URL: env.DATABASE_URL });
    expect(JSON.parse(shown.output)).toMatchObject({
      origins: ["https://shop.example"],
      contentId: "product",
      destinations: [{ adAccountId: "549755885175", token: "…GAIA", state: "live" }],
    });
    expect(shown.output).not.toContain(env.PINTEREST_ACCESS_TOKEN);
  });
});

describe("a start that cannot be", () => {
  test.each<[string, () => Record<string, string>, RegExp]>([
    ["a port that is taken", () => ({ PORT: String(taken) }), /EADDRINUSE.*Set PORT/],
    ["an address of another machine", () => ({ HOST: "192.0.2.1" }), /Set HOST/],
    ["a folder without a parent", () => ({ DATABASE_URL: "file:/nowhere/at/all/x.db" }), /Set DATABASE_URL/],
    ["a place that is none", () => ({ DATABASE_URL: "file:/proc/nowhere/x.db" }), /Set DATABASE_URL/],
    ["a folder that is a file", () => ({ DATABASE_URL: "file:text.db/x.db" }), /Set DATABASE_URL/],
    ["a file that is no database", () => ({ DATABASE_URL: "file:text.db" }), /Set DATABASE_URL/],
  ])("for %s is told with its remedy, without a stack trace", async (_, env, words) => {
    writeFileSync(join(folder, "text.db"), "no database, but long enough to be told from an empty one: ".repeat(20));
    const { code, output } = await run(["serve"], env());
    expect(output).toMatch(words);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  let taken = 0;
  const occupant = createServer();
  beforeAll(async () => {
    taken = await listening(occupant);
  });
  afterAll(() => occupant.close());
});

describe("a relay on PostgreSQL", () => {
  const SECRET_KEY = "the secret of all relays, made up for tests";
  const changed = (url: string, change: (own: URL) => void): string => {
    const own = new URL(url);
    change(own);
    return own.href;
  };

  test("starts, and is asked and told by the command line from wherever one is", async () => {
    const env = {
      DATABASE_URL: await freshDatabase(),
      SECRET_KEY,
      ALLOWED_ORIGINS: "https://shop.example",
      ...ACCOUNT_SET,
    };
    const { code, output } = await run(["serve"], env, /tag\.js/);
    expect(code).toBe(0);
    expect(output).not.toContain(new URL(env.DATABASE_URL).password);
    expect(await run(["settings", "set", "contentId", "sku"], env)).toMatchObject({ code: 0 });
    expect(JSON.parse((await run(["settings", "get"], env)).output)).toMatchObject({
      contentId: "sku",
      origins: ["https://shop.example"],
      destinations: [{ token: "…GAIA" }],
    });
    expect(await run(["events"], env)).toEqual({ code: 0, output: "No events yet.\n" });
  });

  // biome-ignore format: a table
  test.each<[string, (own: URL) => void, RegExp]>([
    ["password",       (own) => { own.password = "wrong-horse"; },                  /refuses the user or the password\. Set DATABASE_URL/],
    ["database",       (own) => { own.pathname = "/wrong-horse"; },                 /no such database\. Create it/],
    ["port",           (own) => { own.port = "1"; },                                /cannot be reached\. See whether it runs/],
    ["host",           (own) => { own.hostname = "wrong-horse.invalid"; },          /cannot be reached\. See whether it runs/],
    ["need of TLS",    (own) => { own.search = "?sslmode=verify-full"; },           /speaks no TLS.*Take sslmode out/],
  ])("that cannot start, for a wrong %s, says what to do and nothing of the address", async (_, change, words) => {
    const DATABASE_URL = await freshDatabase();
    const { password, pathname } = new URL(DATABASE_URL);
    const { code, output } = await run(["serve"], { DATABASE_URL: changed(DATABASE_URL, change), SECRET_KEY });
    expect(output).toMatch(words);
    for (const told of [password, pathname, "wrong-horse", SECRET_KEY]) expect(output).not.toContain(told);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  test("that is older than its database says so", async () => {
    const env = { DATABASE_URL: await freshDatabase(), SECRET_KEY };
    expect(await run(["events"], env)).toMatchObject({ code: 0 });
    await administer(env.DATABASE_URL, "update schema_version set version = 99");
    expect(await run(["events"], env)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/newer version \(99\).*Use the newer relay/),
    });
  });

  test("without SECRET_KEY is told to have one", async () => {
    const { code, output } = await run(["serve"], { DATABASE_URL: "postgres://relay:hunter22@db.example/pinrelay" });
    expect([code, output]).toEqual([1, expect.stringMatching(/^SECRET_KEY is not set.*openssl rand/)]);
    expect(output).not.toMatch(/hunter22|db\.example/);
  });
});

test("the snippet to paste names the address that browsers use", async () => {
  const { output } = await run(["serve"], { PUBLIC_URL: "https://relay.shop.example/" }, /Nothing goes to/);
  expect(output).toContain('<script async src="https://relay.shop.example/tag.js"></script>');
});

test("with another secret the relay keeps events, says what to do, and takes a new token", async () => {
  const env = {
    DATABASE_URL: "file:sealed.db",
    ...ACCOUNT_SET,
    SECRET_KEY: "the first secret, which is long enough",
  };
  await run(["serve"], env, /tag\.js/);
  const other = { DATABASE_URL: env.DATABASE_URL, SECRET_KEY: "another secret, which is long enough too" };
  const { code, output } = await run(["serve"], other, /destination\.token/);
  expect(output).toMatch(/Paused: .*sealed with another SECRET_KEY.*settings set destination\.token/);
  expect(code).toBe(0);
  expect(await run(["settings", "set", "destination.name", "Renamed"], other)).toMatchObject({ code: 0 });
  expect((await run(["settings", "get"], env)).output).toContain("…GAIA");
  expect(await run(["settings", "set", "destination.token", "pina_A_NEW_TOKEN_1234"], other)).toMatchObject({
    code: 0,
  });
  expect((await run(["settings", "get"], other)).output).toContain("…1234");
});

test("pinrelay left-out says why orders do not count, and what to do", async () => {
  const env = { DATABASE_URL: "file:left.db" };
  const store = await openStore({ ...readConfig(env), database: join(folder, "left.db") });
  await seedStore(store, { origins: [], account: ACCOUNT });
  expect(await run(["left-out"], env)).toEqual({ code: 0, output: "Nothing was left out.\n" });
  const [shop] = await store.shops();
  if (!shop) throw new Error("no shop");
  const orders = ["5001", "5002"].map((id) =>
    byWebhook({ shop, order: { id, number: id, token: id }, atMs: Date.now() }),
  );
  await store.keep({
    events: orders.map((order) => ({ ...order, admit: () => [{ destination: 1, dueMs: 1 }] })),
    acks: [],
  });
  const words = '"pos" is not on the list of channels that count';
  const request = { destination: 1, worker: "w", limit: 9, nowMs: Date.now(), leaseMs: 1 };
  await store.claim(request, () => ({ outcome: "filtered", words }));
  expect(await run(["left-out"], env)).toEqual({ code: 0, output: `      2  ${words}\n` });
  await store.close();
});

test("pinrelay forget forgets a person by what the shop calls them", async () => {
  const env = { DATABASE_URL: "file:forget.db" };
  const store = await openStore({ ...readConfig(env), database: join(folder, "forget.db") });
  await seedStore(store, { origins: [] });
  const [shop] = await store.shops();
  if (!shop) throw new Error("no shop");
  const order = byWebhook({ shop, order: { id: "5001", number: "1001", token: "t" }, atMs: Date.now() });
  await store.keep({ events: [{ ...order, admit: () => [] }], acks: [] });
  const { code, output } = await run(["forget", "email", " Ada@fennelandoak.example"], env);
  expect([code, output]).toEqual([0, "forgotten: known visitors: 0, events that said who it was: 1\n"]);
  expect(await run(["forget", "nickname", "ada"], env)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/email/),
  });
  expect(await run(["forget", "email", "nobody"], env)).toMatchObject({
    code: 1,
    output: expect.not.stringMatching(/nobody/),
  });
  await store.close();
});

test("pinrelay events lists what came and what became of it", async () => {
  const env = { DATABASE_URL: "file:events.db" };
  const store = await openStore({ ...readConfig(env), database: join(folder, "events.db") });
  await seedStore(store, { origins: [], account: ACCOUNT });
  expect(await run(["events"], env)).toEqual({ code: 0, output: "No events yet.\n" });
  const [shop] = await store.shops();
  const { name, id, properties, time: timeMs } = viewedProduct({ time: Date.UTC(2026, 10, 25, 9, 30) });
  const consent = { marketing: "granted", by: "call", at: 0 } as const;
  const half = { source: "browser", timeMs, receivedMs: timeMs, matchKeys: {}, properties, consent } as const;
  const admit = () => [{ destination: 1, outcome: "bot" } as const];
  await store.keep({ events: [{ shop: shop?.id ?? 0, name, id, half, admit }], acks: [] });
  const { output } = await run(["events", "5"], env);
  expect(output).toBe(`2026-11-25 09:30:00  Viewed Product  ${id}  told by browser  Pinterest Tag: unknown  bot\n`);
  await store.keep({
    events: [{ shop: shop?.id ?? 0, name: "x\u001b[2J\nforged", id: "e-2", half, admit: () => [] }],
    acks: [],
  });
  expect((await run(["events", "1"], env)).output).toMatch(/^\S+ \S+ {2}x\?\[2J\?forged .*no destination\n$/);
  expect(await run(["events", "all"], env)).toMatchObject({ code: 1, output: expect.stringContaining("COUNT") });
  await store.close();
});

test("pinrelay other-tags lists each that was noticed, whose it is, what it tells, where and when", async () => {
  const env = { DATABASE_URL: "file:other-tags.db" };
  const store = await openStore({ ...readConfig(env), database: join(folder, "other-tags.db") });
  const shop = (key: string) => store.addShop({ key, origins: [], settings: DEFAULT_SETTINGS });
  const [one, two] = [await shop("k3x9"), await shop("q7m2")];
  expect(await run(["other-tags"], env)).toEqual({ code: 0, output: "No other Pinterest Tag was noticed.\n" });
  const notice = (other: OtherTag, { id }: Shop, minute: number) =>
    store.keep({
      events: [],
      acks: [],
      otherTags: [{ ...other, shop: id, atMs: Date.UTC(2026, 10, 25, 9, minute) }],
    });
  for (const minute of [0, 30]) await notice({ by: "network", tagId: "2698765432109", event: "checkout" }, one, minute);
  await notice({ by: "page", tagId: "2698765432109" }, one, 10);
  await notice({ by: "shopify app" }, two, 20);
  expect(await run(["other-tags"], env)).toEqual({
    code: 0,
    output: `2026-11-25 09:30:00  shop k3x9  Pinterest Tag 2698765432109  tells checkout  first noticed 2026-11-25 09:00:00 in what the page sends to Pinterest, noted 2 times
2026-11-25 09:10:00  shop k3x9  Pinterest Tag 2698765432109  may tell the same events  first noticed 2026-11-25 09:10:00 in the page's code, noted once
2026-11-25 09:20:00  shop q7m2  Pinterest Tag of unknown ID  may tell the same events  first noticed 2026-11-25 09:20:00 among Shopify's app pixels, noted once
`,
  });
  await store.close();
});

describe("pinrelay settings", () => {
  const env = { DATABASE_URL: "file:later.db" };
  const set = (name: string, value: string, input = "") => run(["settings", "set", name, value], env, undefined, input);

  test("sets what may be set", async () => {
    expect(await set("contentId", "shopify_US_{product_id}_{variant_id}")).toMatchObject({ code: 0 });
    expect(await set("lateMinutes", "30")).toMatchObject({ code: 0 });
    expect(await set("origins", "https://a.example,https://b.example")).toMatchObject({ code: 0 });
    expect(await set("destination.token", "-", "pina_A_NEW_TOKEN_1234\n")).toMatchObject({ code: 0 });
    expect(JSON.parse((await run(["settings", "get"], env)).output)).toMatchObject({
      contentId: "shopify_US_{product_id}_{variant_id}",
      lateMinutes: 30,
      origins: ["https://a.example", "https://b.example"],
      destinations: [{ token: "…1234" }],
    });
  });

  test("reads no database into being", async () => {
    const { code, output } = await run(["settings", "get"], { DATABASE_URL: "file:elsewhere.db" });
    expect([code, output]).toEqual([1, expect.stringContaining("no database at elsewhere.db")]);
    expect(existsSync(join(folder, "elsewhere.db"))).toBe(false);
  });

  test.each([
    ["constructor", "x", /there is no setting constructor/],
    ["contentId", "shopify_{productid}", /contentId must be/],
    ["contentId", "gtin", /contentId must be product, variant, sku, or a template/],
    ["lateMinutes", "soon", /whole number of minutes/],
    ["origins", "https://a.example/path", /addresses without a path/],
    ["colour", "red", /there is no setting colour; there are:\n {2}origins/],
  ])("%s %s is refused with what it may be", async (name, value, words) => {
    const { code, output } = await set(name, value);
    expect(code).toBe(1);
    expect(output).toMatch(words);
  });
});

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });

test("a reader that has read enough, such as head, ends a command without a fault", async () => {
  const child = spawn(process.execPath, [CLI, "help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, complaint]).toEqual([0, ""]);
});

test("without a command it says what there is", async () => {
  expect(await run([])).toMatchObject({ code: 2, output: expect.stringMatching(/^ {2}serve /m) });
  expect(await run(["settings", "--help"])).toMatchObject({
    code: 0,
    output: expect.stringContaining("pinrelay settings set"),
  });
  expect(await run(["constructor"])).toMatchObject({ code: 2 });
  expect(await run(["serve", "--nonsense"])).toMatchObject({ code: 2, output: expect.stringContaining("--nonsense") });
});
