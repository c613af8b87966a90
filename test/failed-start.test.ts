/** A relay whose start fails late leaves nothing behind that runs: who starts it can do so again, and a process ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { type Store, StoreUnavailable } from "#relay/store/store";
import { administer, freshDatabase } from "./postgres.ts";
import { ACCOUNT, NOWHERE, startRelay } from "./start.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));
const SECRET_KEY = "a secret of decent length, made up for tests";
const FULL = new StoreUnavailable("the disk is full");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-start-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ["SQLite", async () => join(folder, "relay.db")],
  ["PostgreSQL", freshDatabase],
] as const)("on %s it closes the store, and claims nothing", async (_, fresh) => {
  const database = await fresh();
  let opened: Store | undefined;
  let claims = 0;
  const over = (store: Store): Store => {
    opened = store;
    const claim: Store["claim"] = (...told) => {
      claims += 1;
      return store.claim(...told);
    };
    return { ...store, claim, seeTime: () => Promise.reject(FULL) };
  };
  const config = { database, secretKey: SECRET_KEY };
  await expect(startRelay({ config, over, times: { pollMs: 0 } })).rejects.toBe(FULL);
  await expect(opened?.check()).rejects.toThrow();
  // Another one takes up what is there, and has had its rounds by the time that it can be asked.
  const { relay } = await startRelay({ config });
  await relay.flush();
  await relay.close();
  expect(claims).toBe(0);
});

test("where its settings cannot be read it keeps no connection", async () => {
  const database = await freshDatabase();
  const config = { database, secretKey: SECRET_KEY };
  await (await startRelay({ config })).relay.close();
  await administer(database, "alter table revision rename to elsewhere");
  await expect(startRelay({ config })).rejects.toThrow(StoreUnavailable);
  const theirs =
    "select pid from pg_stat_activity where application_name = 'pinrelay' and datname = current_database()";
  await until(async () => (await administer(database, theirs)).length === 0);
});

test("what was to end by itself and could not keeps no relay from starting", async () => {
  let failed = 0;
  const over = (store: Store): Store => ({
    ...store,
    forgetOtherTags: () => {
      failed += 1;
      return Promise.reject(FULL);
    },
  });
  const { relay, url } = await startRelay({ over });
  expect([failed, (await fetch(`${url}/livez`)).status]).toEqual([1, 200]);
  await relay.close();
});

test("pinrelay serve tells what is wrong and exits with 1", async () => {
  const path = join(folder, "relay.db");
  await (await startRelay({ config: { database: path } })).relay.close();
  const database = await openDatabase(path);
  database.exec("create trigger refused before insert on clock begin select raise(abort, 'no room'); end");
  closeDatabase(database);
  const relay = spawn(process.execPath, [CLI, "serve"], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      DATABASE_URL: `file:${path}`,
      LOG_LEVEL: "silent",
      PINTEREST_API_URL: NOWHERE,
      PINTEREST_AD_ACCOUNT_ID: ACCOUNT.adAccountId,
      PINTEREST_TAG_ID: ACCOUNT.tagId,
      PINTEREST_ACCESS_TOKEN: ACCOUNT.token,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    let told = "";
    relay.stderr.on("data", (chunk) => {
      told += String(chunk);
    });
    expect(await once(relay, "close")).toEqual([1, null]);
    expect(told).toMatch(/database/);
  } finally {
    relay.kill("SIGKILL");
  }
});
