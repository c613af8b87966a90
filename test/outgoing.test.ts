/** Where the relay itself calls, and where it never does: what comes in changes no address, and a redirect leads nowhere. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemsOf } from "#relay/admin/account-form";
import { doctor } from "#relay/cli/doctor";
import { readConfig, VARIABLE_NAMES } from "#relay/config";
import { draftOf } from "#relay/core/draft";
import { CALL_MS, pinterestClient } from "#relay/pinterest/client";
import { readQuality } from "#relay/pinterest/quality-score";
import { tryAccess } from "#relay/pinterest/try-access";
import { fetchPages } from "#relay/scan/fetch-pages";
import { SETTING_NAMES, withSetting } from "#relay/settings";
import { exported, imported } from "#relay/settings-file";
import { openHouse } from "./house.ts";
import { ACCOUNT, startRelay } from "./start.ts";

const sources = fileURLToPath(new URL("../packages/relay/src/", import.meta.url));

/** A server that sends everybody on to another one, which notes who came. */
interface Lure {
  url: string;
  /** The same one's address by another name: another site. */
  elsewhere: string;
  first: string[];
  second: string[];
  close(): void;
}

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return (server.address() as AddressInfo).port;
};

async function startLure(status: number): Promise<Lure> {
  const [first, second]: string[][] = [[], []];
  const trap = createServer((request, response) => {
    second?.push(`${request.url} ${request.headers.authorization ?? ""}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"num_events_received":1}');
  });
  const trapPort = await listening(trap);
  const door = createServer((request, response) => {
    first?.push(request.url ?? "");
    response.writeHead(status, { location: `http://127.0.0.1:${trapPort}${request.url}` }).end();
  });
  const port = await listening(door);
  return {
    url: `http://127.0.0.1:${port}`,
    elsewhere: `http://localhost:${trapPort}`,
    first: first ?? [],
    second: second ?? [],
    close: () => {
      for (const server of [trap, door]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

describe.each([301, 302, 307, 308])("a redirect (%d) is followed by no call", (status) => {
  let lure: Lure;
  beforeEach(async () => {
    lure = await startLure(status);
  });
  afterEach(() => {
    lure.close();
    expect(lure.second).toEqual([]);
  });
  const within = () => ({ limitMs: CALL_MS, signal: AbortSignal.timeout(5_000) });

  test("of events, which are tried again", async () => {
    const reading = await pinterestClient(`${lure.url}/v5`).send({ ...ACCOUNT, test: false }, ["{}"], within());
    expect(reading.kind).toBe("again");
    expect(lure.first).toEqual([`/v5/ad_accounts/${ACCOUNT.adAccountId}/events`]);
  });

  test("that tries a token", async () => {
    expect(await tryAccess(`${lure.url}/v5`, ACCOUNT, Date.now())).toMatchObject({ isGood: false });
    expect(lure.first).toHaveLength(1);
  });

  test("for Pinterest's quality score", async () => {
    expect(await readQuality(`${lure.url}/v5`, ACCOUNT)).toEqual([]);
    expect(lure.first).toHaveLength(1);
  });

  test("of a scan, where it leads to another site or port", async () => {
    await expect(fetchPages(lure.url)).rejects.toThrow("it leads to another site");
    expect(lure.first).toEqual(["/"]);
  });

  test("of the doctor", async () => {
    let output = "";
    await doctor.run({
      config: { ...readConfig({}), database: ":memory:", pinterestApiUrl: `${lure.url}/v5`, publicUrl: lure.url },
      words: [],
      options: {},
      env: {},
      out: (text) => {
        output += text;
      },
      input: () => "",
      interrupted: () => new Promise(() => {}),
    });
    expect(lure.first.length).toBeGreaterThan(0);
    expect(output).toMatch(/PUBLIC_URL: answers 30\d/);
  });
});

test("every call of the relay's source says what it does with a redirect, and these are all that there are", () => {
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  const calling = files.flatMap((file) => {
    const text = readFileSync(join(sources, file), "utf8");
    const calls = [...text.matchAll(/\b(?:fetch|request)\(\s*(?:url|`)[\s\S]*?\}\);?/g)];
    const isOther = /from "node:(http|https|net|tls|http2|dgram)"|\bWebSocket\b|\bEventSource\b/.test(text);
    for (const [call] of calls) expect(call, file).toMatch(/redirect: "(error|manual)"/);
    return calls.length > 0 || isOther ? [file] : [];
  });
  expect(calling.sort()).toEqual([
    "cli/doctor.ts",
    "cli/health.ts",
    "config-values.ts", // isIP
    "http/bots.ts", // types
    "http/client-ip.ts", // isIP
    "http/metrics.ts", // types
    "http/server.ts", // listens
    "metrics/pinterest.ts", // names of statuses
    "pinterest/client.ts",
    "pinterest/quality-score.ts",
    "post-alert.ts",
    "public-address.ts", // looks up
    "relay.ts", // types
    "scan/fetch-pages.ts",
  ]);
});

describe("Pinterest's address", () => {
  test("is a variable of the environment, and Pinterest's own without one", () => {
    expect(readConfig({}).pinterestApiUrl).toBe("https://api.pinterest.com/v5");
    expect(VARIABLE_NAMES.filter((name) => /API_URL/.test(name))).toEqual(["PINTEREST_API_URL"]);
  });

  test("is no setting: none can be set, and a file of settings that names one is refused", async () => {
    const started = await startRelay();
    const [shop] = started.relay.directory.shops();
    if (!shop) throw new Error("no shop");
    const draft = draftOf(shop, await started.relay.store.destinations());
    expect(SETTING_NAMES.filter((line) => /url|address of|host/i.test(line.split(" ")[0] ?? ""))).toEqual([]);
    for (const name of [
      "pinterestApiUrl",
      "apiUrl",
      "destination.apiUrl",
      "destination.url",
      "__proto__",
      "constructor",
    ])
      expect(withSetting(draft, name, "https://evil.example/v5"), name).toMatchObject({
        problem: expect.stringMatching(/there is no setting/),
      });
    const file = JSON.parse(exported(draft));
    const evil = { pinterestApiUrl: "https://evil.example/v5" };
    for (const spoiled of [
      { ...file, ...evil },
      { ...file, settings: { ...file.settings, ...evil } },
      { ...file, destinations: [{ ...file.destinations[0], ...evil }] },
    ])
      expect(imported(draft, JSON.stringify(spoiled))).toMatchObject({ problem: expect.any(String) });
    await started.relay.close();
  });

  test("takes no other path from an ad account ID that is one: not in a form, a setting, a file or the environment", async () => {
    const evil = ["../../oauth/token?x=", "1/../../x", "549755885175/../1", "1?test=false&", "1#", " ", "１２３"];
    const started = await startRelay();
    const [shop] = started.relay.directory.shops();
    if (!shop) throw new Error("no shop");
    const draft = draftOf(shop, await started.relay.store.destinations());
    for (const adAccountId of evil) {
      expect(problemsOf({ ...ACCOUNT, name: "x", adAccountId }, false), adAccountId).toHaveProperty("adAccountId");
      expect(withSetting(draft, "destination.adAccountId", adAccountId), adAccountId).toHaveProperty("problem");
      const file = JSON.parse(exported(draft));
      const told = { ...file, destinations: [{ ...file.destinations[0], adAccountId }] };
      expect(imported(draft, JSON.stringify(told)), adAccountId).toHaveProperty("problem");
      if (adAccountId.trim() === "") continue;
      const { tagId, token } = ACCOUNT;
      const env = { PINTEREST_AD_ACCOUNT_ID: adAccountId, PINTEREST_TAG_ID: tagId, PINTEREST_ACCESS_TOKEN: token };
      expect(() => readConfig(env), adAccountId).toThrow(/is not an ad account ID/);
    }
    await started.relay.close();
  });

  test("is what the dashboard tries a token at, whatever its forms say", async () => {
    const lure = await startLure(307);
    const house = await openHouse({ config: { pinterestApiUrl: `${lure.url}/v5` } });
    const evil = { apiUrl: lure.elsewhere, pinterestApiUrl: lure.elsewhere, url: lure.elsewhere };
    const response = await house.send(`/shops/${house.key}/destinations`, { ...ACCOUNT, name: "second", ...evil });
    expect(response.status).toBe(422);
    expect(lure.first).toEqual([`/v5/ad_accounts/${ACCOUNT.adAccountId}/events?test=true`]);
    expect(lure.second).toEqual([]);
    await house.relay.close();
    lure.close();
  });
});

test("an answer that never ends is given up, and fills no memory", async () => {
  const chunk = Buffer.alloc(256 * 1024, "x");
  let written = 0;
  const endless = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const pour = (): void => {
      for (;;) {
        if (response.destroyed || written > 64e6) return void response.end();
        written += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", pour);
      }
    };
    pour();
  });
  const url = `http://127.0.0.1:${await listening(endless)}/v5`;
  expect(await readQuality(url, ACCOUNT)).toEqual([]);
  expect(written).toBeLessThan(32e6);
  written = 0;
  const within = { limitMs: CALL_MS, signal: AbortSignal.timeout(5_000) };
  const { kind } = await pinterestClient(url).send({ ...ACCOUNT, test: false }, ["{}"], within);
  expect(kind).toBe("again");
  expect(written).toBeLessThan(32e6);
  endless.closeAllConnections();
  endless.close();
});
