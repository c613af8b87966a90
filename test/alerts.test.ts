/** The operator's webhook is told what is wrong once, daily while it lasts, and when it is over; nobody waits for it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { alertsTo, type Watching } from "#relay/alerts";
import { type Incident, looked, type Trouble } from "#relay/core/alerts";
import { NO_RULES } from "#relay/core/rules";
import type { Destination } from "#relay/core/settings";
import { setSetting } from "#relay/settings";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 25, 10);
const paused: Trouble = { alert: "destination paused", shop: "k3x9", destination: 1, words: "w", sinceMs: NOW };

describe("the rule", () => {
  const told = (incident: Trouble, toldMs: number) =>
    new Map<string, Incident>([["pinrelay:destination-paused:k3x9:1", { ...incident, toldMs }]]);

  test("a trouble is told once, again after a day, and when it is over", () => {
    const first = looked(new Map(), [paused], [], NOW);
    expect(first.messages).toMatchObject([{ state: "firing", key: "pinrelay:destination-paused:k3x9:1" }]);
    expect(looked(told(paused, NOW), [paused], [], NOW + DAY - 1).messages).toEqual([]);
    const later = { ...paused, sinceMs: NOW + DAY };
    expect(looked(told(paused, NOW), [later], [], NOW + DAY).messages).toMatchObject([
      { state: "firing", incident: { sinceMs: NOW } },
    ]);
    const over = looked(told(paused, NOW), [], [], NOW + 1);
    expect(over.messages).toMatchObject([{ state: "resolved" }]);
    expect(over.open.size).toBe(0);
  });

  test("one that did not come through is told again, and not that it is over", () => {
    const { open } = looked(new Map(), [paused], [], NOW);
    expect(looked(open, [paused], [], NOW + 1).messages).toHaveLength(1);
    expect(looked(open, [], [], NOW + 1).messages).toEqual([]);
  });

  test("what cannot be seen is neither new nor over", () => {
    const { open, messages } = looked(told(paused, NOW), [], ["destination paused"], NOW + 1);
    expect([messages, open.size]).toEqual([[], 1]);
  });
});

const posted = z.strictObject({
  text: z.string(),
  alert: z.string(),
  state: z.enum(["firing", "resolved"]),
  shop: z.string().optional(),
  destination: z.number().optional(),
  words: z.string(),
  since: z.iso.datetime(),
  at: z.iso.datetime(),
  dedup_key: z.string(),
});

/** A receiver as Slack is one, that answers what it is told to. */
const startReceiver = async () => {
  const bodies: string[] = [];
  const proofs: (string | undefined)[] = [];
  let answer: number | "nothing" = 200;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    proofs.push(request.headers.authorization);
    if (answer !== "nothing") response.writeHead(answer).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/services/T0001/B0002/SecretOfTheReceiver`,
    bodies,
    proofs,
    told: () => bodies.map((body) => posted.parse(JSON.parse(body))),
    answers: (status: number | "nothing") => {
      answer = status;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

describe("the webhook", () => {
  const lines: string[] = [];
  const destination: Destination = {
    id: 1,
    shop: 1,
    name: "main",
    adAccountId: "549755885175",
    tagId: "2612345678901",
    token: "pina_SECRET",
    state: "live",
    drivesBrowser: true,
    rules: NO_RULES,
  };
  let failures = 0;
  const watching = (change: Partial<Watching>): Watching => ({
    destinations: () => [{ ...destination, paused: "401, code 2: jane@example.com" }],
    shopOf: () => "k3x9",
    queue: async () => [],
    silences: () => [],
    queueLimitMs: 1_800_000,
    now: () => NOW,
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
    failed: () => {
      failures += 1;
    },
    mayBePrivate: true,
    ...change,
  });

  test("is called again where it fails, and takes the alert once it is well", async () => {
    receiver.answers(500);
    const alerts = alertsTo(receiver.url, watching({}), [10, 20, 30]);
    await alerts.look();
    expect([receiver.bodies.length, failures]).toEqual([4, 4]);
    expect(lines.join()).toMatch(/takes no alert/);
    expect(lines.join()).not.toMatch(/Secret|services|127\.0\.0\.1|jane/);
    receiver.answers(200);
    await alerts.look();
    await alerts.look();
    expect(receiver.bodies).toHaveLength(5);
    expect(alerts.open().get("destination paused")).toBe(1);
  });

  test("that asks for a user and a password is told both, and nobody else is", async () => {
    const url = receiver.url.replace("//", "//pager:p%40ss%3Aword@");
    const alerts = alertsTo(url, watching({}), []);
    await alerts.look();
    await alertsTo(receiver.url, watching({}), []).look();
    const basic = `Basic ${Buffer.from("pager:p@ss:word").toString("base64")}`;
    expect(receiver.proofs).toEqual([basic, undefined]);
    expect(receiver.bodies.join() + lines.join()).not.toMatch(/p%40ss|p@ss|cGFnZXI/);
  });

  test("that leads into a private network is not called, and the log says what to do and not where", async () => {
    const alerts = alertsTo(receiver.url, watching({ mayBePrivate: false }), [10, 20]);
    const before = failures;
    await alerts.look();
    expect([receiver.bodies.length, failures - before]).toEqual([0, 1]);
    expect(lines.at(-1)).toMatch(/leads into a private network.*ALERT_WEBHOOK_PRIVATE=yes/);
    expect(lines.at(-1)).not.toMatch(/Secret|services|127\.0\.0\.1/);
    expect(alerts.open().get("destination paused")).toBe(1);
  });

  test("that never answers holds up nothing, not even the end", async () => {
    receiver.answers("nothing");
    const alerts = alertsTo(receiver.url, watching({}));
    const looking = alerts.look();
    await until(() => receiver.bodies.length === 1);
    const before = performance.now();
    alerts.stop();
    await looking;
    // The call itself would have had ten seconds.
    expect(performance.now() - before).toBeLessThan(9_000);
  });

  test("is told that it is over, where the first words of that did not come through either", async () => {
    let troubles: Destination[] = [{ ...destination, paused: "401" }];
    const alerts = alertsTo(receiver.url, watching({ destinations: () => troubles }), []);
    await alerts.look();
    troubles = [destination];
    receiver.answers(503);
    await alerts.look();
    receiver.answers(200);
    await alerts.look();
    await alerts.look();
    expect(receiver.told().map(({ state }) => state)).toEqual(["firing", "resolved", "resolved"]);
  });

  test("is told of a half that has gone silent, and that it tells again", async () => {
    const silent: Trouble = {
      alert: "webhook is silent",
      shop: "k3x9",
      words: "See whether it is Active",
      sinceMs: NOW - DAY,
    };
    let silences = [silent];
    const alerts = alertsTo(
      receiver.url,
      watching({ destinations: () => [destination], silences: () => silences }),
      [],
    );
    await alerts.look();
    await alerts.look();
    silences = [];
    await alerts.look();
    const of = { alert: "webhook is silent", shop: "k3x9", dedup_key: "pinrelay:webhook-is-silent:k3x9:" };
    const since = new Date(NOW - DAY).toISOString();
    expect(receiver.told()).toMatchObject([
      { ...of, state: "firing", since, words: "See whether it is Active" },
      { ...of, state: "resolved", since },
    ]);
  });

  test("is told of a queue that is old, with since when; a store that does not answer ends nothing", async () => {
    let states: Awaited<ReturnType<Watching["queue"]>> = [{ destination: 1, waiting: 3, oldestMs: NOW - 1_800_000 }];
    const alerts = alertsTo(
      receiver.url,
      watching({ destinations: () => [destination], queue: async () => states }),
      [],
    );
    await alerts.look();
    states = undefined;
    await alerts.look();
    states = [{ destination: 1, waiting: 3, oldestMs: NOW - 1_799_999 }];
    await alerts.look();
    expect(receiver.told()).toMatchObject([
      {
        alert: "queue is old",
        state: "firing",
        since: new Date(NOW - 1_800_000).toISOString(),
        words: expect.stringContaining("30 minutes"),
      },
      { alert: "queue is old", state: "resolved" },
    ]);
  });
});

describe("a relay", () => {
  let pinterest: Pinterest;
  let started: Started;
  beforeEach(async () => {
    pinterest = await startPinterest();
  });
  afterEach(async () => {
    await started.relay.close();
    await pinterest.close();
  });

  test("tells at once that a destination is paused, by names alone, and that it is over once there is a new token", async () => {
    started = await startRelay({
      times: { alertMs: 100 },
      config: {
        pinterestApiUrl: pinterest.apiUrl,
        alertWebhookUrl: receiver.url,
        alertWebhookPrivate: true,
        seed: {
          origins: [SHOP_ORIGIN],
          account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: "pina_REVOKED_TOKEN" },
        },
      },
    });
    await collect(started, beacon(started.key, [viewedProduct()]));
    await until(() => receiver.bodies.length === 1);
    const [shop] = started.relay.directory.shops();
    if (!shop) throw new Error("no shop");
    await setSetting(started.relay.store, shop, "destination.token", pinterest.token);
    await started.relay.directory.refresh();
    await until(() => receiver.bodies.length === 2);
    const key = `pinrelay:destination-paused:${shop.key}:1`;
    expect(receiver.told()).toMatchObject([
      {
        state: "firing",
        shop: shop.key,
        destination: 1,
        dedup_key: key,
        text: expect.stringContaining("settings set destination.token"),
      },
      {
        state: "resolved",
        dedup_key: key,
        text: `Pinrelay, shop ${shop.key}, destination 1: Resolved: destination paused.`,
      },
    ]);
    expect(receiver.bodies.join()).not.toMatch(/pina_|127\.0\.0\.1|Safari|[0-9a-f]{64}/);
  });
});
