import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { sealWith, secretFile } from "#relay/store/seal";
import { sqliteStore } from "#relay/store/sqlite";
import { storeSuite } from "./store-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "pinrelay-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const seal = sealWith("a secret of decent length, made up for tests");
let files = 0;

storeSuite("SQLite in a file", () => sqliteStore(join(folder, `${++files}.db`), seal));

test("what was kept is there when the file is opened again", async () => {
  const file = join(folder, "again.db");
  const first = await sqliteStore(file, seal);
  const shop = await first.addShop({ key: "k", origins: [], settings: DEFAULT_SETTINGS });
  await first.close();
  const second = await sqliteStore(file, seal);
  expect(await second.shops()).toEqual([shop]);
  await second.close();
});

test("a token lies in the file only sealed, and opens only with its own key", async () => {
  const file = join(folder, "sealed.db");
  const store = await sqliteStore(file, seal);
  const token = "pina_THIS_IS_A_TOKEN";
  const destination = {
    shop: 1,
    name: "d",
    adAccountId: "1",
    tagId: "2",
    token,
    state: "live",
    drivesBrowser: true,
  } as const;
  await store.addDestination(destination);
  await store.close();
  expect(readFileSync(file).includes(token)).toBe(false);
  const other = await sqliteStore(file, sealWith("another secret, which is not the one it was"));
  expect(await other.destinations()).toMatchObject([{ token: "", paused: expect.stringContaining("SECRET_KEY") }]);
  await other.close();
});

test("a secret is made once, for its owner's eyes only", () => {
  const file = join(folder, "new", "secret.key");
  const secret = secretFile(file);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(secretFile(file)).toBe(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
