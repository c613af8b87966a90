/** No email, phone, name, IP address, user agent, token or key ever stands in a log, whatever goes wrong with it. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { discreetLog, LOGGED } from "#relay/log";
import { shownError } from "#relay/shown-error";
import { closeDatabase, type Database, openDatabase } from "#relay/store/sqlite-database";
import { beacon, viewedProduct } from "./beacons.ts";
import { sha256 } from "./order-halves.ts";
import { freshDatabase, startPostgres } from "./postgres.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));

/** Everything that must not be found, by what it is. */
// biome-ignore format: a table
const PERSONAL = {
  email:         "maya.hartley+pins@example.com",
  phone:         "+15035550142",
  spelledPhone:  "(503) 555-0142",
  firstName:     "Mayabelle",
  lastName:      "Hartley-Vance",
  street:        "1187 Larkspur Terrace",
  ip:            "198.51.100.73",
  ip6:           "2001:db8:85a3::8a2e:370:7334",
  userAgent:     "Mozilla/5.0 (X11; Linux x86_64) PersonalBuild/77.31",
  token:         "pina_SECRETTOKEN0123456789",
  apiKey:        "key-of-the-server-api-3f9a",
  webhookSecret: "wc-secret-of-the-shop-77d1",
  guessedKey:    "guessed-key-91f3c0",
  cookie:        "session-cookie-4b1e9d",
  clickId:       "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg",
  visitor:       "7d".repeat(32),
  emailHash:     sha256("maya.hartley+pins@example.com"),
  search:        "gift for mayabelle",
} as const;

const forms = (value: string): string[] => [
  value,
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
  Buffer.from(value).toString("base64").replace(/=+$/, ""),
  Buffer.from(value).toString("base64url"),
  Buffer.from(value).toString("hex"),
];

/** What of it stands in a text, by name. */
const found = (text: string): string[] => {
  const low = text.toLowerCase();
  return Object.entries(PERSONAL)
    .filter(([, value]) => forms(value).some((form) => low.includes(form.toLowerCase())))
    .map(([name]) => name);
};

test("what would be found is found", () => {
  for (const [name, value] of Object.entries(PERSONAL))
    for (const form of forms(value)) expect(found(`{"msg":"of ${form}!"}`)).toContain(name);
});

/** Tells Pinterest's part, and repeats in its answers what it was sent. */
const echoing = async (): Promise<{ url: string; server: Server; calls(): number; answer(status: number): void }> => {
  let status = 200;
  let calls = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    calls += 1;
    const words = `${request.headers.authorization} sent ${body} from ${request.url}`;
    const { data }: { data: object[] } = JSON.parse(body);
    const failed = data.map((event) => ({ status: "failed", error_message: `bad event ${JSON.stringify(event)}` }));
    const long = data.map((event) => ({ status: "failed", error_message: JSON.stringify(JSON.stringify(event)) }));
    response.writeHead(status, { "content-type": "application/json", "retry-after": "0" });
    if (status === 200) response.end(JSON.stringify({ events: failed }));
    else if (status === 422) response.end(JSON.stringify({ code: 1, message: words, details: { events: long } }));
    else response.end(JSON.stringify({ code: 4196, message: words }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v5`,
    server,
    calls: () => calls,
    answer: (next) => {
      status = next;
    },
  };
};

const HEADERS = {
  "user-agent": PERSONAL.userAgent,
  "x-forwarded-for": PERSONAL.ip,
  cookie: `_pinrelay=${PERSONAL.visitor}; s=${PERSONAL.cookie}; mail=${encodeURIComponent(PERSONAL.email)}`,
};
const PROFILE = {
  $email: PERSONAL.email,
  $phone_number: PERSONAL.phone,
  $first_name: PERSONAL.firstName,
  $last_name: PERSONAL.lastName,
  $city: "Portland",
  $country_code: "US",
};
const QUERY = `?email=${encodeURIComponent(PERSONAL.email)}&key=${PERSONAL.apiKey}&ip=${PERSONAL.ip}`;

/** Everything that anybody might tell, good and bad, with a person's values in every place. */
const traffic = async (url: string, key: string): Promise<number[]> => {
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const sent = typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body);
    const response = await fetch(url + path, { method: "POST", body: sent, headers: { ...HEADERS, ...headers } });
    await response.text();
    return response.status;
  };
  const origin = { origin: SHOP_ORIGIN };
  const visitor = { id: PERSONAL.visitor, clickId: PERSONAL.clickId };
  const event = (change: object = {}) =>
    viewedProduct({
      url: `${SHOP_ORIGIN}/account?mail=${encodeURIComponent(PERSONAL.email)}`,
      profile: PROFILE,
      ...change,
    });
  const tell = (events: object[], more: object = {}, headers: Record<string, string> = origin) =>
    post("/collect", { ...beacon(key, events, { visitor }), ...more }, headers);
  const signed = (body: string) => createHmac("sha256", PERSONAL.webhookSecret).update(body).digest("base64");
  const order = JSON.stringify({
    id: 4711,
    status: "processing",
    billing: {
      email: PERSONAL.email,
      phone: PERSONAL.spelledPhone,
      first_name: PERSONAL.firstName,
      address_1: PERSONAL.street,
    },
    customer_ip_address: PERSONAL.ip6,
    customer_user_agent: PERSONAL.userAgent,
  });
  const bearer = (value: string) => ({ authorization: `Bearer ${value}`, "content-type": "application/json" });
  const call = { event_name: "Signed Up", event_id: PERSONAL.email, profile_properties: PROFILE };
  const statuses = [
    await tell([event()]),
    await tell([event({ name: PERSONAL.email })]),
    await tell([event({ id: PERSONAL.email, name: "Searched", properties: { query: PERSONAL.search } })]),
    await tell([event({ properties: { [PERSONAL.email]: { [PERSONAL.phone]: 1 }, currency: PERSONAL.email } })]),
    await tell([event({ profile: { [PERSONAL.email]: { constructor: 1 } } })]),
    await tell([event()], { [PERSONAL.email]: 1, rev: PERSONAL.email }),
    await tell([event()], { key: PERSONAL.email }),
    await tell([event()], {}, { origin: `https://${PERSONAL.email}` }),
    await tell([event()], {}, { origin: PERSONAL.email }),
    await tell([event()], {}, { origin: `http://${PERSONAL.ip}` }),
    await tell([event()], {}, { origin: `http://[${PERSONAL.ip6}]:8080` }),
    await tell([event()], {}, { origin: `https://${PERSONAL.ip}.example` }),
    await tell([event()], {}, { origin: `https://mail.${PERSONAL.ip}.example:8080` }),
    await tell([event()], {}, { origin: `https://${PERSONAL.token.toLowerCase()}.example` }),
    await tell([event()], {
      otherTags: [
        { by: PERSONAL.email, tagId: PERSONAL.phone },
        { by: "page", tagId: PERSONAL.email },
      ],
    }),
    await tell([event()], { acks: [{ id: PERSONAL.email, name: PERSONAL.email, state: PERSONAL.email }] }),
    await post("/collect", `{"email":"${PERSONAL.email}",`, origin),
    await post("/collect", `${PERSONAL.email} ${PERSONAL.phone}`, { ...origin, "content-type": "application/json" }),
    await post("/collect", new Blob([new Uint8Array([0xff, 0xfe]), PERSONAL.email]), origin),
    await post("/collect", "x".repeat(70_000) + PERSONAL.email, origin),
    await post("/collect", PERSONAL.email, { ...origin, "content-encoding": "gzip" }),
    await post("/collect", PERSONAL.email, { ...origin, "content-encoding": PERSONAL.guessedKey }),
    await post("/api/events", call, bearer(PERSONAL.apiKey)),
    await post("/api/events", { ...call, [PERSONAL.email]: PERSONAL.phone }, bearer(PERSONAL.apiKey)),
    await post("/api/events", { ...call, event_name: { [PERSONAL.email]: 1 } }, bearer(PERSONAL.apiKey)),
    await post("/api/events", `{"mail": ${PERSONAL.email}}`, bearer(PERSONAL.apiKey)),
    await post("/api/events", call, bearer(PERSONAL.guessedKey)),
    await post("/api/forget", { email: PERSONAL.email }, bearer(PERSONAL.apiKey)),
    await post("/api/forget", { [PERSONAL.email]: PERSONAL.email }, bearer(PERSONAL.apiKey)),
    await post(`/webhooks/woocommerce/${PERSONAL.email}`, order, { "x-wc-webhook-signature": PERSONAL.guessedKey }),
    await post("/webhooks/woocommerce", order, { "x-wc-webhook-signature": PERSONAL.guessedKey }),
    await post("/webhooks/woocommerce", order, {
      "x-wc-webhook-signature": signed(order),
      "x-wc-webhook-topic": "order.created",
    }),
    await post("/webhooks/woocommerce", `${order}x`, {
      "x-wc-webhook-signature": signed(`${order}x`),
      "x-wc-webhook-topic": "order.created",
    }),
    await post(`/nowhere/${PERSONAL.email}${QUERY}`, order),
    await post(`/collect${QUERY}`, order, origin),
    await post(`/%E0%A4%A${QUERY}`, order),
    // What was told before is forgotten by now.
    await tell([event()]),
  ];
  return statuses;
};

const secretsOf = { api: [PERSONAL.apiKey], woocommerce: [PERSONAL.webhookSecret] };

describe("a relay at its most talkative", () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-log-"));
  const lines: string[] = [];
  let started: Started;
  let pinterest: Awaited<ReturnType<typeof echoing>>;

  beforeAll(async () => {
    pinterest = await echoing();
    const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
    started = await startRelay({
      log,
      settings: { consent: "always" },
      chance: () => 0,
      config: {
        database: join(folder, "relay.db"),
        trustProxy: "loopback",
        pinterestApiUrl: pinterest.url,
        seed: {
          origins: [SHOP_ORIGIN],
          secrets: secretsOf,
          account: { adAccountId: "549755885175", tagId: "2612345678901", token: PERSONAL.token },
        },
      },
    });
  });
  afterAll(async () => {
    await started.relay.close({ graceMs: 100 });
    pinterest.server.closeAllConnections();
    pinterest.server.close();
    rmSync(folder, { recursive: true });
  });

  test.each([200, 422, 400, 503, 403])(
    "says nothing of anybody where Pinterest answers %i and repeats all of it",
    async (status) => {
      const before = pinterest.calls();
      pinterest.answer(status);
      const statuses = await traffic(started.url, started.key);
      expect(new Set(statuses)).toEqual(new Set(status === 200 ? [202, 400, 401, 403, 404, 413, 415, 200] : statuses));
      await until(() => pinterest.calls() > before);
      await started.relay.flush();
      const kept = await started.relay.store.deadLetters({ outcomes: ["rejected", "dead"] }, 1_000);
      expect(found(lines.join("")), lines.join("")).toEqual([]);
      // The event's own name and ID are the shop's; Pinterest's words of it are what is kept.
      expect(found(kept.map(({ words }) => words).join("\n"))).toEqual([]);
      expect(kept.length).toBeGreaterThan(0);
    },
  );

  test("nor where the store cannot write, nor of what breaks by itself", async () => {
    const other: Database = await openDatabase(join(folder, "relay.db"));
    other.exec("begin immediate");
    lines.length = 0;
    const statuses = await traffic(started.url, started.key);
    other.exec("rollback");
    closeDatabase(other);
    expect(statuses).toContain(503);
    const told = lines.join("");
    expect(told).toMatch(/"code":"(ERR_SQLITE_ERROR|SQLITE_BUSY)"/);
    expect(found(told), told).toEqual([]);
  });
});

test("nor where PostgreSQL goes away under it, nor of where that is", async () => {
  const server = await startPostgres();
  const database = await server.freshDatabase();
  const lines: string[] = [];
  const { relay, url, key } = await startRelay({
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
    settings: { consent: "always" },
    config: {
      database,
      secretKey: PERSONAL.guessedKey.repeat(3),
      trustProxy: "loopback",
      seed: { origins: [SHOP_ORIGIN], secrets: secretsOf },
    },
  });
  expect(await traffic(url, key)).toContain(202);
  await server.stop("immediate");
  expect(await traffic(url, key)).toContain(503);
  await until(() => lines.some((line) => line.includes("the store cannot write")));
  await relay.close({ graceMs: 100 }).catch(() => {});
  await server.close();
  const told = lines.join("");
  const { host, pathname, username, password, searchParams } = new URL(database);
  const places = [database, host, pathname.slice(1), username && `${username}:${password}`, searchParams.get("host")];
  for (const place of places.filter((text) => text)) expect(told).not.toContain(place);
  expect(found(told), told).toEqual([]);
});

test("an error of PostgreSQL that repeats a row shows its code and its table, and nothing of the row", async () => {
  const client = new pg.Client({ connectionString: await freshDatabase() });
  await client.connect();
  await client.query("create table person (email text primary key, visits int)");
  const insert = () => client.query("insert into person values ($1, 1)", [PERSONAL.email]);
  await insert();
  const twice = await insert().catch((error: unknown) => error);
  const bad = await client.query(`select '${PERSONAL.email}'::int`).catch((error: unknown) => error);
  await client.end();
  expect(JSON.stringify(twice)).toContain(PERSONAL.email); // which is why
  const [first, second] = [twice, bad].map((error) => shownError(new Error(PERSONAL.email, { cause: error })));
  expect(first).toMatchObject({ cause: { code: "23505", table: "person", constraint: "person_pkey" } });
  expect(second).toMatchObject({ cause: { code: "22P02" } });
  expect(found(JSON.stringify([first, second]))).toEqual([]);
});

test("an error shows where it came about, and nothing of a message that looks like a place", () => {
  const error = new TypeError(`no\n    at x (${PERSONAL.email}.js:1:1)\n    at ${PERSONAL.firstName} (a.js:2:2)`, {
    cause: new AggregateError([new Error(PERSONAL.phone)], PERSONAL.ip),
  });
  Object.assign(error, { code: PERSONAL.phone, table: PERSONAL.email, detail: PERSONAL.ip, name: PERSONAL.firstName });
  const shown = JSON.stringify(shownError(error)).replaceAll(PERSONAL.firstName, ""); // a name is a name
  expect(shown).toMatch(/log-privacy\.test\.ts:\d+:\d+/);
  expect(found(shown)).toEqual([]);
});

test("a line holds fields that are known, whatever is given to the log", () => {
  const lines: string[] = [];
  const log = discreetLog(pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }));
  const all = { ...PERSONAL, req: { headers: HEADERS }, body: PROFILE, name: PERSONAL.email, id: PERSONAL.email };
  log.trace(
    {
      ...all,
      shop: PERSONAL.email,
      words: Object.values(PERSONAL).slice(0, 2).join(" "),
      field: PERSONAL.ip,
      message: PERSONAL.ip6,
    },
    "all",
  );
  log.error({ err: Object.assign(new Error(PERSONAL.email), { headers: HEADERS, code: PERSONAL.phone }) }, "one");
  expect(lines).toHaveLength(2);
  expect(found(lines.join(""))).toEqual([]);
});

test("the origin of a shop's page is shown, and a host that has an address in its name is not", () => {
  const lines: string[] = [];
  const log = discreetLog(pino({}, { write: (line: string) => void lines.push(line) }));
  for (const host of ["www.fennelandoak.example", "shop-2.example:8443", "10-percent-off.example"])
    log.warn({ origin: `https://${host}` }, "refused");
  expect(lines.map((line) => JSON.parse(line).origin)).toEqual([
    "https://www.fennelandoak.example",
    "https://shop-2.example:8443",
    "https://10-percent-off.example",
  ]);
  lines.length = 0;
  for (const host of [PERSONAL.ip, `${PERSONAL.ip}.example`, `${PERSONAL.ip.replaceAll(".", "-")}.example`])
    log.warn({ origin: `https://${host}` }, "refused");
  expect(lines.join("")).not.toMatch(/198.51/);
});

test("what is logged has words of its own, never an error's", () => {
  const calls = logCalls();
  expect(calls.length).toBeGreaterThan(8);
  for (const call of calls)
    expect(call).toMatch(/^\s*(\{[\s\S]*\}|details),\s*([`"]|words|PROXIES|status === 503 \? "|\w+\.words)/);
});

/** What stands between the brackets of every call of a log in the relay's code. */
const logCalls = (): string[] => {
  const folder = fileURLToPath(new URL("../packages/relay/src/", import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), "utf8").matchAll(
        /\blog\.(?:trace|debug|info|warn|error|fatal)\(([\s\S]*?)\);/g,
      ),
    ])
    .map(([, call = ""]) => call);
};

test("no field of a line is lost that our own code gives it", () => {
  const told = logCalls().flatMap((call) => [
    ...(/^\s*\{([\s\S]*?)\},\s*["`\w]/.exec(call)?.[1] ?? "").matchAll(/(?:^|[{,])\s*(\w+)\s*(?=[:,}]|$)/g),
  ]);
  const names = new Set(told.map(([, name = ""]) => name));
  expect([...names]).toEqual(expect.arrayContaining(["err", "destination", "words", "seconds", "shop"]));
  const unknown = [...names].filter((name) => !LOGGED.has(name));
  expect(unknown).toEqual([]);
});

test("the process itself prints nothing of anybody, not even as it ends by a fault", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-log-"));
  const pinterest = await echoing();
  pinterest.answer(400);
  const fault = `process.once("SIGUSR2", () => { Promise.reject(Object.assign(new Error(${JSON.stringify(PERSONAL.email)}, { cause: new Error(${JSON.stringify(PERSONAL.phone)}) }), { detail: ${JSON.stringify(PERSONAL.ip)} })) })`;
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(fault)}`, CLI, "serve"],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        PORT: "0",
        LOG_LEVEL: "debug",
        TRUST_PROXY: "loopback",
        ALLOWED_ORIGINS: SHOP_ORIGIN,
        API_KEY: PERSONAL.apiKey,
        WOOCOMMERCE_WEBHOOK_SECRET: PERSONAL.webhookSecret,
        PINTEREST_AD_ACCOUNT_ID: "549755885175",
        PINTEREST_TAG_ID: "2612345678901",
        PINTEREST_ACCESS_TOKEN: PERSONAL.token,
        PINTEREST_API_URL: pinterest.url,
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  // By then all of its output is here.
  const ended = once(child, "close");
  await until(() => /listens on \S+/.test(output));
  const url = /listens on (\S+)/.exec(output)?.[1] ?? "";
  const key = /"key":"(\w+)"/.exec(await (await fetch(`${url}/tag.js`)).text())?.[1] ?? "";
  await traffic(url, key);
  await until(() => output.includes("Pinterest refuses a call"));
  child.kill("SIGUSR2");
  expect((await ended)[0]).toBe(1);
  pinterest.server.closeAllConnections();
  pinterest.server.close();
  rmSync(folder, { recursive: true });
  expect(output).toMatch(/ends, by a fault of its own: \{"type":"Error"/);
  expect(found(output), output).toEqual([]);
});
