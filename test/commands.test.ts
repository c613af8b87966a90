import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ended, Options } from "#relay/cli/command";
import { COMMANDS } from "#relay/cli/commands";
import { type Config, readConfig } from "#relay/config";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { type RunningShop, startShop } from "./shop/shop.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const folder = mkdtempSync(join(tmpdir(), "pinrelay-commands-"));
let pinterest: Pinterest;
let shop: RunningShop;
let started: Started;
let config: Config;

beforeAll(async () => {
  pinterest = await startPinterest();
  shop = await startShop({ snippet: "<script></script>" });
  const { adAccountId, tagId, token } = pinterest;
  config = {
    ...readConfig({ PORT: "0" }),
    database: join(folder, "relay.db"),
    pinterestApiUrl: pinterest.apiUrl,
    seed: { origins: [SHOP_ORIGIN, shop.url], account: { adAccountId, tagId, token } },
  };
  started = await startRelay({ config });
});
afterAll(async () => {
  await started.relay.close();
  await Promise.all([pinterest.close(), shop.close()]);
  rmSync(folder, { recursive: true });
});

/** Runs a command beside the relay, as a process of its own would. */
async function run(name: string, words: string[] = [], options: Options = {}, more: Partial<Context> = {}) {
  let output = "";
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) throw new Error(`there is no command ${name}`);
  const ended: Ended = await command.run({
    config,
    words,
    options,
    env: {},
    out: (text) => {
      output += text;
    },
    input: () => "",
    interrupted: () => new Promise(() => {}),
    ...more,
  });
  return { ended, output };
}
type Context = Parameters<(typeof COMMANDS)[number]["run"]>[0];
const records = (output: string) =>
  output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("the line to paste is printed as the dashboard shows it, and one that pins this release", async () => {
  const public_ = { config: { ...config, publicUrl: "https://relay.yourshop.com" } };
  const { output } = await run("snippet", [], {}, public_);
  expect(output).toBe('<script async src="https://relay.yourshop.com/tag.js"></script>\n');
  const [pinned] = records((await run("snippet", [], { pinned: true, json: true }, public_)).output);
  expect(pinned).toEqual({
    shop: started.key,
    snippet: expect.stringMatching(
      /^<script async src="https:\/\/relay\.yourshop\.com\/tag\.[\w-]{8,}\.js" integrity="sha384-[\w+/]{64}" crossorigin="anonymous"><\/script>$/,
    ),
  });
  expect((await run("snippet")).ended).toMatchObject({ problem: expect.stringContaining("PUBLIC_URL") });
});

test("events are listed by filters, and for programs", async () => {
  await collect(
    started,
    beacon(started.key, [viewedProduct(), viewedProduct({ name: "Added To Cart", tag: "addtocart" })]),
  );
  await until(async () =>
    (await started.relay.store.recent(2)).every((row) => row.deliveries.every((one) => one.outcome)),
  );
  const { output } = await run("events", [], { json: true, event: "Added To Cart" });
  expect(records(output)).toMatchObject([{ event: "Added To Cart", deliveries: [{ outcome: "sent" }] }]);
  expect((await run("events", [], { outcome: ["rejected"] })).output).toBe("No such events.\n");
  expect((await run("events", [], { since: "yesterday" })).ended).toMatchObject({
    problem: expect.stringContaining("--since"),
  });
});

test("events are followed until somebody interrupts", async () => {
  await collect(started, beacon(started.key, [viewedProduct()]));
  let interrupt = (): void => {};
  let output = "";
  const running = run(
    "events",
    ["1"],
    { follow: true, json: true },
    {
      interrupted: () => new Promise((resolve) => (interrupt = resolve)),
      out: (text) => {
        output += text;
      },
    },
  );
  const event = viewedProduct();
  await until(async () => output !== "");
  await collect(started, beacon(started.key, [event]));
  await until(async () => output.includes(event.id));
  interrupt();
  expect((await running).ended).toBe(0);
});

describe("settings", () => {
  test("are explained, exported and brought back", async () => {
    expect((await run("settings", ["explain"])).output).toContain("contentId: Which ID");
    const file = (await run("settings", ["export"])).output;
    expect(file).not.toContain(pinterest.token);
    await run("settings", ["set", "value", "total"]);
    const dry = await run("settings", ["import"], { "dry-run": true }, { input: () => file });
    expect(dry.output).toContain("value: total → goods");
    expect((await started.relay.store.shops())[0]?.settings.value).toBe("total");
    await run("settings", ["import"], {}, { input: () => file });
    expect((await started.relay.store.shops())[0]?.settings.value).toBe("goods");
    expect((await run("settings", ["history"])).output).toContain("value: total → goods");
  });

  test("a mapping is set, shown and removed; filters are JSON", async () => {
    expect((await run("mapping", ["set", "Finished Quiz", "quiz", "quiz", "server"])).ended).toBe(0);
    expect((await run("mapping")).output).toMatch(/Finished Quiz +quiz +quiz +server {2}\(yours\)/);
    expect((await run("mapping", ["set", "Quiz", "two words", "x"])).ended).toMatchObject({
      problem: expect.stringContaining("mapping.Quiz.tag"),
    });
    expect((await run("mapping", ["remove", "Finished Quiz"])).ended).toBe(0);
    const filters = [
      { event: "*", group: { match: "all", conditions: [{ property: "value", operator: "at least", value: "5" }] } },
    ];
    await run("mapping", ["filters", "set"], {}, { input: () => JSON.stringify(filters) });
    expect(JSON.parse((await run("mapping", ["filters"])).output)).toEqual(filters);
    await run("mapping", ["filters", "set"], {}, { input: () => "[]" });
  });

  test("filters that are read while somebody else changes the mapping take nothing of it back", async () => {
    const elsewhere = await openDatabase(config.database);
    const mapping = { "Finished Quiz": { tag: "quiz", api: "quiz", forward: "both" } };
    const input = () => {
      elsewhere.prepare("update destination set rules = ?").run(JSON.stringify({ mapping, filters: [] }));
      return "[]";
    };
    const { ended } = await run("mapping", ["filters", "set"], {}, { input });
    expect(ended).toMatchObject({ problem: expect.stringContaining("somebody else") });
    expect((await started.relay.store.destinations())[0]?.rules.mapping).toEqual(mapping);
    expect((await run("mapping", ["remove", "Finished Quiz"])).ended).toBe(0);
    closeDatabase(elsewhere);
  });
});

describe("doctor", () => {
  const doctor = async (change: Partial<Config> = {}) => {
    const { ended, output } = await run("doctor", [], { json: true }, { config: { ...config, ...change } });
    return { ended, findings: records(output) };
  };

  test("finds Pinterest, store and clock well, and that the shop lacks the snippet", async () => {
    const { findings } = await doctor();
    expect(findings).toContainEqual(expect.objectContaining({ check: "store", status: "good" }));
    expect(findings).toContainEqual(expect.objectContaining({ check: "clock", status: "good" }));
    expect(findings).toContainEqual(expect.objectContaining({ words: "Pinterest takes events with its token" }));
    expect(findings).toContainEqual(expect.objectContaining({ check: `shop ${shop.url}`, status: "note" }));
    expect(pinterest.server.every(({ test: isTest, event_id: id }) => isTest || !id.startsWith("pinrelay-probe"))).toBe(
      true,
    );
  });

  test.skipIf(process.platform === "win32")("a store that everybody on the machine may read is told", async () => {
    const told = async () => (await doctor()).findings.filter(({ check }) => check === "files");
    expect(await told()).toEqual([]);
    chmodSync(config.database, 0o644);
    expect(await told()).toMatchObject([{ status: "problem", remedy: `Shut them out: chmod 600 ${config.database}` }]);
    chmodSync(config.database, 0o600);
  });

  test("a token that Pinterest refuses is told in its words, with the remedy, and the exit code is 1", async () => {
    pinterest.fail({ kind: "401" });
    const { ended, findings } = await doctor();
    expect(ended).toBe(1);
    const [finding] = findings.filter(({ status }) => status === "problem");
    expect(finding).toMatchObject({
      words: expect.stringContaining("Pinterest said"),
      remedy: expect.stringContaining("token"),
    });
    expect(JSON.stringify(findings)).not.toContain(pinterest.token);
  });

  test("what the environment says and the store does not is told: the store wins", async () => {
    const { findings } = await doctor({ seed: { ...config.seed, origins: ["https://other.example"] } });
    expect(findings).toContainEqual(expect.objectContaining({ check: "ALLOWED_ORIGINS", status: "note" }));
  });

  test("an address of Pinterest's that others can listen to is told", async () => {
    const { ended, findings } = await doctor({ pinterestApiUrl: "http://pinterest.invalid/v5" });
    expect([ended, findings.filter(({ check }) => check === "PINTEREST_API_URL")]).toMatchObject([
      1,
      [{ status: "problem" }],
    ]);
  });

  test("an address that leads nowhere and a proxy that nobody trusts are told", async () => {
    const { findings } = await doctor({ publicUrl: "https://127.0.0.1:9" });
    expect(findings).toContainEqual(expect.objectContaining({ check: "TRUST_PROXY", status: "note" }));
    expect(findings).toContainEqual(expect.objectContaining({ check: "PUBLIC_URL", status: "problem" }));
  });
});

test("send-test shows the payload without the person, and Pinterest's answer", async () => {
  const { ended, output } = await run("send-test");
  expect(ended).toBe(0);
  expect(output).toContain('"event_name": "page_visit"');
  expect(output).toContain("Pinterest took it.");
  expect(output).not.toContain("973dfe46");
  expect(pinterest.server.at(-1)?.test).toBe(true);
  expect((await run("send-test", ["Nothing Known"])).ended).toMatchObject({
    problem: expect.stringContaining("unmapped"),
  });
});

test("forget takes an order's number", async () => {
  expect((await run("forget", ["order", "404"])).ended).toMatchObject({ problem: "no order of that number is known" });
});

test("of many events all that are asked for are listed, however far down they lie", async () => {
  const { store } = started.relay;
  const [shop] = await store.shops();
  const told = (n: number, source: "browser" | "server") => {
    const { name, id, properties, time: timeMs } = viewedProduct({ name: "Viewed Collection" });
    const consent = { marketing: "granted", by: "call", at: 0 } as const;
    const half = { source, timeMs, receivedMs: timeMs, matchKeys: {}, properties, consent };
    return { shop: shop?.id ?? 0, name, id: `${id}-${n}`, half, admit: () => [] };
  };
  await store.keep({ events: [told(0, "server")], acks: [] });
  await store.keep({ events: Array.from({ length: 5_100 }, (_, n) => told(n + 1, "browser")), acks: [] });
  const listed = records((await run("events", ["1200"], { json: true, event: "Viewed Collection" })).output);
  expect(new Set(listed.map(({ id }) => id)).size).toBe(1_200);
  const [far] = records((await run("events", ["1"], { json: true, source: "server" })).output);
  expect(far).toMatchObject({ event: "Viewed Collection", sources: ["server"] });
});

test("a second outcome is refused, and not passed over", async () => {
  expect((await run("events", [], { outcome: ["rejected", "dead"] })).ended).toMatchObject({
    problem: expect.stringContaining("--outcome"),
  });
});
