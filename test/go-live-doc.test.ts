/** docs/go-live.md: every command of it, in its order, against a relay, a shop and a stand-in for Pinterest. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMMANDS } from "#relay/cli/commands";
import { openStore } from "#relay/open-store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { CLI, type Ended, ran, type Served, served } from "./deploy/relay-process.ts";
import { blocksOf, documentOf } from "./deploy/shell-blocks.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { type RunningShop, startShop } from "./shop/shop.ts";
import { SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

const document = documentOf("docs/go-live.md");
let folder: string;
let pinterest: Pinterest;
let shop: RunningShop;
let relay: Served;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-go-live-"));
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(CLI, join(folder, "node_modules/.bin/pinrelay"));
  // npx itself takes longer than all that it starts here; test/backup.test.ts has the real one.
  writeFileSync(join(folder, "node_modules/.bin/npx"), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  writeFileSync(join(folder, "node_modules/.bin/curl"), CURL, { mode: 0o755 });
  pinterest = await startPinterest();
  shop = await startShop({ snippet: "<script></script>" });
  env = {
    ALLOWED_ORIGINS: `${SHOP_ORIGIN},${shop.url}`,
    PINTEREST_API_URL: pinterest.apiUrl,
    PINTEREST_AD_ACCOUNT_ID: pinterest.adAccountId,
    PINTEREST_TAG_ID: pinterest.tagId,
    PINTEREST_ACCESS_TOKEN: pinterest.token,
  };
  relay = await served({ cwd: folder, env });
});
afterAll(async () => {
  await relay.stop();
  await Promise.all([pinterest.close(), shop.close()]);
  rmSync(folder, { recursive: true });
});

/** As far as the document needs it: there need not be one on the machine. */
const CURL = `#!/usr/bin/env node
fetch(process.argv.at(-1)).then(async (answer) => {
  process.stdout.write(await answer.text());
  process.exitCode = answer.ok ? 0 : 22;
});
`;

/** Runs the blocks below a heading, and says what they printed. A command that found something to mend ends with 1. */
async function run(heading: string, input = ""): Promise<string> {
  const outputs: string[] = [];
  const PATH = [join(folder, "node_modules/.bin"), process.env.PATH].join(delimiter);
  for (const block of blocksOf(document, heading)) {
    const text = block
      .replaceAll("https://www.yourshop.com", shop.url)
      .replaceAll("https://relay.yourshop.com", relay.url);
    for (const line of text.trim().split("\n")) {
      const ended: Ended = await ran("sh", ["-euc", line], { cwd: folder, env: { ...env, PATH }, input });
      expect(ended.output, line).not.toMatch(/^\s+at |is no option|not understood/m);
      expect([0, 1], `${line}\n${ended.output}`).toContain(ended.code);
      outputs.push(ended.output);
    }
  }
  expect(outputs).not.toEqual([]);
  return outputs.join("");
}

/** What the document says is printed below a heading. */
const shown = (heading: string, number = 0): string => blocksOf(document, heading, "text")[number] ?? "";

/** A running relay follows a command within five seconds; until then an event is told as the state before has it. */
const followed = (told: (settings: string) => boolean): Promise<void> =>
  until(async () => told(await (await fetch(`${relay.url}/tag.js`)).text()));

/** A view, and what its destination made of it. */
async function told(outcome: string): Promise<void> {
  const event = viewedProduct();
  expect((await collect(relay, beacon(relay.key, [event]))).status).toBe(202);
  await until(async () => {
    const row = (await recent()).find(({ id }) => id === event.id);
    return row?.deliveries.some((one) => one.outcome === outcome) ?? false;
  });
}

const recent = async () => {
  const store = await openStore({ database: join(folder, "data/pinrelay.db") });
  try {
    return await store.recent(50);
  } finally {
    await store.close();
  }
};

test("from a first look to live and back, every command runs and says what the document says", async () => {
  expect(await run("1. Look at what is there")).toMatch(/^(ok|note|problem) /m);

  const started = await run("2. Start the relay");
  expect(started).toContain(shown("2. Start the relay"));
  expect(started).toMatch(/^ok$/m);
  expect(started).toMatch(/\(shadow\): Pinterest takes events with its token; nothing counts yet/);
  expect(started).not.toMatch(/^problem/m);

  const secret = await run("3. Webhooks, and what signs them", "b1a4dec0ded5eedf00d\n");
  expect(secret).toContain(shown("3. Webhooks, and what signs them"));
  expect(secret).not.toContain("b1a4dec0");

  await followed((settings) => !settings.includes(pinterest.tagId));
  await told("shadow");
  const line =
    (await run("5. Shadow: two days or more")).split("\n").find((one) => one.includes("Viewed Product")) ?? "";
  expect(kindOf(line)).toBe(kindOf(shown("5. Shadow: two days or more").trim()));
  // The doctor alone asked, in test mode, whether the token is good.
  expect(pinterest.server.filter(({ test }) => !test)).toEqual([]);

  expect(await run("6. Take out the old tag, keep the catalog")).toContain("No other Pinterest Tag was noticed.");

  const tried = await run("7. Test");
  expect(tried).toContain(shown("7. Test").trim());
  expect(pinterest.server.filter(({ test }) => !test)).toEqual([]);

  expect(await run("8. Live")).toMatch(/\(live\): Pinterest takes events with its token/);
  await followed((settings) => settings.includes(`"tagId":"${pinterest.tagId}"`));
  await told("sent");
  expect(pinterest.server.filter(({ test }) => !test)).toHaveLength(1);
  expect(await run("9. After one hour")).not.toMatch(/rejected/);
  await run("10. After 24 hours, and after 7 days");

  await run("The way back");
  const event = viewedProduct();
  await followed((settings) => !settings.includes(pinterest.tagId));
  expect((await collect(relay, beacon(relay.key, [event]))).status).toBe(202);
  expect((await recent()).map(({ id }) => id)).toContain(event.id);
  expect(pinterest.server.some(({ event_id }) => event_id === event.id)).toBe(false);
}, 240_000);

/** The same for two lines that differ in time, ID and number alone. */
const kindOf = (line: string): string =>
  line
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "TIME")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "ID")
    .replace(/destination \d+/, "destination N");

test("every `pinrelay` in its text is a command that there is", () => {
  const named = [...document.matchAll(/npx pinrelay ([\w-]+)/g)].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(20);
  expect(COMMANDS.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(named)]));
});

test("it says whose it is not, and what it does not know", () => {
  expect(document).toContain("Not affiliated with Pinterest");
  for (const words of [/we found documented nowhere/, /We have not seen how it shows/, /we know of no switch/])
    expect(document).toMatch(words);
});
