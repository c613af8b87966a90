/** Whatever anybody sends to whichever door: no fault of the relay's own, no crash, no hang, and memory comes back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { beacon, collect, VISITOR, viewedProduct } from "./beacons.ts";
import { OWN_ADDRESS, requests, SECRETS } from "./fuzz/doors.ts";
import { oddHttp } from "./fuzz/odd-http.ts";
import { ask, type MadeUp, shown, throwAt } from "./fuzz/request.ts";
import { isLong } from "./long.ts";
import { type OwnRelay, startOwnRelay } from "./own-process/start.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { freshDatabase } from "./postgres.ts";
import { call, signedUp } from "./server-api.ts";
import { SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

/** Requests that are under way at once. */
const AT_ONCE = 16;
const TIME_MS = isLong ? 3_600_000 : 90_000;

let pinterest: Pinterest;
let relay: OwnRelay;

/** A tag and a backend that know what they do are heard as ever. */
const expectGoodIsKept = async (): Promise<void> => {
  const event = viewedProduct();
  const told = await collect(relay, beacon(relay.key, [event]));
  expect(told.answer.results).toEqual([{ id: event.id, name: event.name, status: "kept" }]);
  const called = await call(relay, signedUp());
  expect(called.results).toMatchObject([{ status: "kept" }]);
  const statusOf = async (path: string): Promise<number> => (await fetch(relay.url + path)).status;
  for (const path of ["/livez", "/tag.js"]) expect(await statusOf(path), path).toBe(200);
  // On a busy machine the store may once take longer to answer than a relay that is ready may wait for it.
  await until(async () => (await statusOf("/readyz")) === 200);
};

/** Bodies that are refused while they are still being sent: whoever sends them may see the line break before the answer. */
const LARGE = 60_000;

const expectAnswered = async (request: MadeUp): Promise<string> => {
  const answer = await ask(relay.url, request);
  if ("cut" in answer) {
    const mayBeCut = request.method === "CONNECT" || request.body.length > LARGE;
    expect(mayBeCut, `${answer.cut}: ${shown(request)}`).toBe(true);
    return "cut";
  }
  expect(answer.status, `${answer.text}: ${shown(request)}`).toBeLessThan(500);
  // Only the addresses that the fuzz makes up itself, the same ones again and again, may have failed too often.
  expect(answer.status === 429 && OWN_ADDRESS.test(request.headers["x-forwarded-for"] ?? "")).toBe(false);
  if (request.method === "POST" && request.path === "/collect" && answer.text && [400, 403].includes(answer.status)) {
    const told = JSON.parse(answer.text);
    const fault = told.error ?? [...told.results, ...(told.acks ?? [])].find(({ status }) => status === "refused");
    expect(fault, answer.text).toMatchObject({
      field: expect.stringMatching(/./),
      message: expect.stringMatching(/.../),
    });
  }
  return String(answer.status);
};

/** As `fc.assert`, but what it says of a failure can be read. */
const holds = async <T>(inputs: fc.Arbitrary<T>, tell: (input: T) => Promise<void>, numRuns: number): Promise<void> => {
  const { failed, seed, counterexamplePath, errorInstance } = await fc.check(fc.asyncProperty(inputs, tell), {
    numRuns,
    endOnFailure: true,
  });
  if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}: ${errorInstance}`, { cause: errorInstance });
};

const folder = mkdtempSync(join(tmpdir(), "pinrelay-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

// biome-ignore format: a table
const STORES = [
  // store       inputs in short, in long        database
  ["SQLite",     1_200,           60_000,        async () => join(folder, "relay.db")],
  ["PostgreSQL",   400,           48_000,        freshDatabase],
] as const;

describe.each(STORES)("a relay on %s that is told anything at all", (_, short, long, database) => {
  const INPUTS = isLong ? long : short;
  beforeAll(async () => {
    pinterest = await startPinterest();
    relay = await startOwnRelay({
      options: {
        settings: { ...DEFAULT_SETTINGS, consent: "always", signedHoldSeconds: 0, unsignedHoldMinutes: 0 },
        config: {
          database: await database(),
          secretKey: "a secret of decent length, made up for tests",
          port: 0,
          trustProxy: "loopback",
          pinterestApiUrl: pinterest.apiUrl,
          seed: {
            origins: [SHOP_ORIGIN],
            secrets: SECRETS,
            account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
          },
        },
      },
    });
  });
  afterAll(async () => {
    await relay.close();
    await pinterest.close();
  });

  test(
    `answers ${INPUTS} inputs at every door, and none with a fault of its own; and keeps what is good as ever`,
    async () => {
      const routes = await relay.routes();
      expect(routes.map(({ path }) => path)).toEqual(
        expect.arrayContaining(["/collect", "/api/events", "/webhooks/shopify/:shop", "/readyz", "/tag/:shop.js"]),
      );
      const answers = new Map<string, number>();
      let asked = 0;
      const heaps: number[] = [];
      const tell = async (batch: readonly MadeUp[]): Promise<void> => {
        for (const status of await Promise.all(batch.map(expectAnswered)))
          answers.set(status, (answers.get(status) ?? 0) + 1);
        asked += batch.length;
        // Caches fill up in the first half; what grows after it is lost.
        if (asked % (INPUTS / 8) < batch.length) {
          heaps.push(await relay.heap());
          pinterest.reset();
        }
      };
      const batch = fc.array(requests(routes, relay.key), { minLength: AT_ONCE, maxLength: AT_ONCE });
      await holds(batch, tell, INPUTS / AT_ONCE);
      expect(asked).toBeGreaterThanOrEqual(INPUTS);
      // About one in ten; by chance alone never as few as this.
      expect(answers.get("202") ?? 0).toBeGreaterThan(INPUTS / 50);
      expect(answers.get("400") ?? 0).toBeGreaterThan(INPUTS / 50);
      const [middle = 0, last = 0] = [heaps[3], heaps.at(-1)];
      console.log(
        `${asked} inputs, answered: ${[...answers].map(([status, count]) => `${status} ${count}x`).join(", ")}; heap in MB: ${heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(", ")}`,
      );
      expect(last - middle, `heap after collections: ${heaps}`).toBeLessThan(20_000_000);
      expect(relay.isAlive()).toBe(true);
      await expectGoodIsKept();
    },
    TIME_MS,
  );

  test(
    "lets nothing that is no HTTP stand in anybody's way",
    async () => {
      const throwOne = async (bytes: Uint8Array): Promise<void> => {
        expect(await throwAt(relay.url, bytes)).not.toMatch(/^HTTP\/1\.1 5/);
      };
      await holds(oddHttp(relay.key), throwOne, isLong ? 2_500 : 80);
      await expectGoodIsKept();
    },
    TIME_MS,
  );

  // A zero in a name or an ID is refused: no honest event has one.
  test.each([
    ["\\udfff", "odd", "odd"],
    ["\\u0000", "even", "Viewed Product"],
  ])("keeps an event that holds %s wherever it may, and knows it again", async (odd, id, name) => {
    const strange = viewedProduct({
      id: `${id} ${Date.now()}`,
      name,
      properties: { name: "odd", odd: "odd" } as object,
    });
    const visitor = { ...VISITOR, clickId: "odd" };
    const body = JSON.stringify(beacon(relay.key, [strange], { visitor, language: "odd" })).replaceAll(
      "odd",
      `odd${odd}`,
    );
    for (const status of ["kept", "duplicate"])
      expect((await collect(relay, body)).answer.results).toMatchObject([{ status }]);
  });

  test("has told Pinterest nothing of it that Pinterest refuses", async () => {
    await until(async () => (await relay.waiting()) === 0);
    expect(pinterest.calls.filter(({ status }) => status !== 200)).toEqual([]);
  });

  test("has written no fault into its log", () => {
    expect(relay.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  });
});
