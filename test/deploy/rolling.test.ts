/** compose.postgres.yaml acted by processes: two relays, one PostgreSQL, a proxy that goes by its Caddyfile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../free-port.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { freshDatabase } from "../postgres.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";
import { actCaddy, rulesOf } from "./act-caddy.ts";
import { newerVersion } from "./newer-version.ts";
import { CLI, pinrelay, type Served, served } from "./relay-process.ts";
import { documentOf } from "./shell-blocks.ts";
import { shoppers } from "./shoppers.ts";
import { at, textsOf, yamlOf } from "./yaml.ts";

/** Of a machine that has much else to do. */
const SLOW_MS = 240_000;
const compose = yamlOf(documentOf("compose.postgres.yaml"));
const rules = rulesOf(documentOf("deploy/Caddyfile.two"));
/** Everything takes this share of its time, so that nobody waits for seconds. */
const SHARE = 1 / 4;

let folder: string;
let pinterest: Pinterest;
const running = new Set<Served>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-rolling-"));
  pinterest = await startPinterest();
});
afterEach(async () => {
  for (const { process } of running) process.kill("SIGKILL");
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

test(
  "two relays are brought to a newer version one after the other, under load, and nothing is refused or lost",
  async () => {
    const newer = newerVersion();
    const environment = textsOf(at(compose, "x-relay", "environment"));
    const notice = Number(environment.STOP_NOTICE_SECONDS) * SHARE;
    expect(Number.isInteger(notice)).toBe(true);
    const DATABASE_URL = await freshDatabase();
    const ports = [String(await freePort(0)), String(await freePort(0))];
    const relay = async (number: number, cli: string): Promise<Served> => {
      const env = {
        ...environment,
        DATABASE_URL,
        SECRET_KEY: "of both relays, and long enough for it",
        PUBLIC_URL: "https://relay.fennelandoak.example",
        TRUST_PROXY: "1",
        HOST: "127.0.0.1",
        PORT: ports[number] ?? "",
        STOP_NOTICE_SECONDS: String(notice),
        ALLOWED_ORIGINS: SHOP_ORIGIN,
        PINTEREST_API_URL: pinterest.apiUrl,
        PINTEREST_AD_ACCOUNT_ID: pinterest.adAccountId,
        PINTEREST_TAG_ID: pinterest.tagId,
        PINTEREST_ACCESS_TOKEN: pinterest.token,
      };
      const started = await served({ cwd: folder, env, cli });
      running.add(started);
      // What `--wait` waits for, however often it has to ask.
      await until(async () => (await pinrelay(["health"], { cwd: folder, env, cli })).output === "ok\n");
      return started;
    };
    const relays = [await relay(0, CLI), await relay(1, CLI)];
    const proxy = await actCaddy(
      { ...rules, healthIntervalMs: rules.healthIntervalMs * SHARE, failMs: rules.failMs * SHARE },
      relays.map(({ url }) => url),
    );
    const load = shoppers({ url: proxy.url, key: relays[0]?.key ?? "" });
    try {
      await until(() => proxy.taken().every((count) => count > 20));
      for (const number of [0, 1]) {
        expect(await relays[number]?.stop()).toEqual([0, null]);
        relays[number] = await relay(number, newer.cli);
        // It is well again, and takes its part.
        const taken = proxy.taken()[number] ?? 0;
        await until(() => (proxy.taken()[number] ?? 0) > taken + 20);
      }
      await load.stop();
      expect(load.refused).toEqual([]);
      const arrived = () => new Set(pinterest.server.map(({ event_id }) => event_id));
      await until(() => load.acknowledged.every((id) => arrived().has(id)));
      expect(arrived().size).toBe(load.acknowledged.length);
    } finally {
      await load.stop();
      await proxy.close();
      newer.remove();
    }
  },
  SLOW_MS,
);

test("a relay that stops says so for as long as the proxy needs to see it twice", () => {
  const notice = Number(at(compose, "x-relay", "environment", "STOP_NOTICE_SECONDS"));
  expect(notice * 1_000).toBeGreaterThanOrEqual(2 * rules.healthIntervalMs);
  expect(rules.healthUri).toBe("/readyz");
  // Which relays there are, each at the port that it listens on.
  const names = Object.keys(textsOf(at(compose, "services"))).filter((name) => name.startsWith("relay"));
  const port = at(compose, "x-relay", "environment", "PORT");
  expect(rules.upstreams).toEqual(names.map((name) => `${name}:${port}`));
});
