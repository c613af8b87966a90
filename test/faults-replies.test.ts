/** Replies that make no sense, through the whole line: shoppers are heard meanwhile, memory comes back, every event counts once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { teller } from "./faults/teller.ts";
import { type OwnRelay, startOwnRelay } from "./own-process/start.ts";
import type { Fault } from "./pinterest/faults.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

let folder: string;
let pinterest: Pinterest;
let relay: OwnRelay;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-replies-"));
  pinterest = await startPinterest();
  relay = await startOwnRelay({
    options: {
      settings: { consent: "always" },
      config: {
        database: join(folder, "relay.db"),
        port: 0,
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [SHOP_ORIGIN],
          account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
        },
      },
    },
  });
});
afterAll(async () => {
  await relay.close();
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

// biome-ignore format: a table
const REPLIES: readonly (readonly [string, Fault])[] = [
  ["a page of some gateway's, and 502",          { kind: "html" }],
  ["a page of some gateway's, and 200",          { kind: "html", status: 200 }],
  ["JSON that ends in the middle",               { kind: "truncated" }],
  ["a status too few",                           { kind: "wrong count" }],
  ["ten megabytes",                              { kind: "huge" }],
];

test.each(REPLIES)("%s: nobody is refused, nothing stays in memory, and each event counts once", async (_, fault) => {
  const shop = teller(() => relay);
  expect(await shop.tell()).toBe(202);
  await shop.expectArrived(pinterest);
  const before = await relay.heap();
  const calls = pinterest.calls.length;
  pinterest.fail(fault);
  expect(await shop.tell()).toBe(202);
  await until(() => pinterest.calls.length > calls);
  for (let told = 0; told < 5; told += 1) expect(await shop.tell()).toBe(202);
  await shop.expectArrived(pinterest);
  await until(async () => (await relay.waiting()) === 0);
  expect((await relay.heap()) - before).toBeLessThan(3_000_000);
  expect(relay.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
});
