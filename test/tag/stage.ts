/** A shop's page, a relay that records beacons and a Pinterest Tag that records calls: what the tag runs between. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

import { pixelSettings } from "#relay/tag-settings";
import type { Acknowledgement, Beacon, BeaconEvent, CollectAnswer, TagSettings } from "#tag/contract";
import { BUILDS, type Build, baked, bakedPixel, companion, PANEL, SETTINGS } from "./bundle.ts";

/** What the page says to `pintrk`, and where. */
export interface PintrkCall {
  words: unknown[];
  path: string;
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What went wrong uncaught in the page. */
  errors: string[];
  /** What was said in the page's console. */
  words: string[];
}

export interface Stage {
  /** Origin of the shop. */
  shop: string;
  relay: string;
  /** HTML of the shop's pages by path. The tag is pasted with `tag()`. */
  pages: Record<string, string>;
  /** What the tag is served with, beside the usual. */
  settings: Partial<TagSettings>;
  /** Which second file it loads: the one with every platform, unless another is named. */
  build: Build;
  /** Answers of the relay, one a beacon; 202 once they are used up. "down" breaks the line. */
  answers: (number | "down")[];
  retryAfter?: string;
  /** What an answer says of a beacon: that all of it is kept, unless it is told otherwise. */
  verdict: (beacon: Beacon) => CollectAnswer;
  beacons: Beacon[];
  /** Bodies, headers and methods as they arrived, also where the relay was down. */
  requests: {
    method: string;
    body: string;
    type: string | undefined;
    cookie: string | undefined;
    origin: string | undefined;
  }[];
  pintrk: PintrkCall[];
  /** Addresses of Pinterest's image that were asked for. */
  images: URL[];
  /** Each event once, as a relay keeps it: a page that is left never hears the answer, so the next one asks again. */
  events(name?: string): BeaconEvent[];
  acks(): Acknowledgement[];
  tracked(name?: string): PintrkCall[];
  tag(attributes?: string): string;
  visit(options?: BrowserContextOptions, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<Visit>;
  close(): Promise<void>;
}

export async function setStage(browser: Browser): Promise<Stage> {
  const contexts: BrowserContext[] = [];
  const shop = express();
  shop.get("/{*path}", (request, response) => {
    const html = stage.pages[request.path];
    if (html === undefined) response.status(404).end();
    else response.type("html").send(`<!doctype html><html lang="en-US">${html}</html>`);
  });

  const relay = express();
  const settings = () => ({
    ...SETTINGS,
    core: `${stage.relay}/core.js`,
    consent: "implied" as const,
    ...stage.settings,
  });
  relay.get("/tag.js", (_request, response) => void response.type("js").send(baked(settings(), stage.build)));
  relay.get("/shopify-pixel.js", (_request, response) => {
    response.type("js").send(bakedPixel(pixelSettings(settings(), `${stage.relay}/v3/`)));
  });
  for (const { path, text } of [...BUILDS, "shopify-pixel-second" as const].map(companion))
    relay.get(path, (_request, response) => {
      response.set("Access-Control-Allow-Origin", "*").type("js").send(text);
    });
  relay.get("/v3/", (request, response) => {
    stage.images.push(new URL(request.url, stage.relay));
    response.type("gif").send(POINT);
  });
  relay.get("/debug.js", (_request, response) => void response.type("js").send(PANEL));
  relay.get("/core.js", (_request, response) => void response.type("js").send(CORE));
  relay.post("/said", express.text({ type: () => true }), (request, response) => {
    stage.pintrk.push(JSON.parse(request.body));
    response.end();
  });
  relay.all("/collect", express.text({ type: () => true, limit: "1mb" }), (request, response) => {
    const { origin, cookie, "content-type": type } = request.headers;
    const body = typeof request.body === "string" ? request.body : "";
    const answer = stage.answers.shift() ?? 202;
    stage.requests.push({ method: request.method, body, type, cookie, origin });
    if (answer === "down") return void request.socket.destroy();
    if (answer < 300) stage.beacons.push(JSON.parse(body));
    if (stage.retryAfter) response.set("Retry-After", stage.retryAfter);
    response.set({
      "Access-Control-Allow-Origin": origin ?? "",
      // As the relay: a sandboxed frame gets no cookies, so it must not ask for any.
      ...(origin === "null" ? {} : { "Access-Control-Allow-Credentials": "true" }),
      "Access-Control-Expose-Headers": "Retry-After",
    });
    response.status(answer).json(answer < 500 ? stage.verdict(JSON.parse(body)) : { results: [] });
  });

  const servers = [await listening(shop), await listening(relay)] as const;
  const [shopUrl, relayUrl] = servers.map(addressOf) as [string, string];
  const stage: Stage = {
    shop: shopUrl,
    relay: relayUrl,
    pages: {},
    settings: {},
    build: "every",
    answers: [],
    verdict: ({ events }) => ({ results: events.map(({ id, name }) => ({ id, name, status: "kept" })) }),
    beacons: [],
    requests: [],
    pintrk: [],
    images: [],
    events: (name) => {
      const told = stage.beacons.flatMap(({ events }) => events).filter((event) => !name || event.name === name);
      return told.filter(
        ({ id, name }, at) => told.findIndex((other) => other.id === id && other.name === name) === at,
      );
    },
    acks: () => stage.beacons.flatMap(({ acks = [] }) => acks),
    tracked: (name) => stage.pintrk.filter(({ words }) => words[0] === "track" && (!name || words[1] === name)),
    tag: (attributes = "") => `<script async src="${relayUrl}/tag.js" ${attributes}></script>`,
    async visit(options = {}, prepare = async () => {}) {
      const context = await browser.newContext({ timezoneId: "America/New_York", ...options });
      contexts.push(context);
      await prepare(context);
      const page = await context.newPage();
      const errors: string[] = [];
      const words: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => words.push(message.text()));
      return { context, page, errors, words };
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
  return stage;
}

const listening = (app: express.Express): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(app).listen(0, "127.0.0.1", () => resolve(server));
  });

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** One transparent point. */
const POINT = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** Acts as Pinterest's library: takes what was queued and all that follows, and calls back. */
const CORE = `(() => {
  const { origin } = new URL(document.currentScript.src);
  const take = (words) => {
    navigator.sendBeacon(origin + "/said", JSON.stringify({ words: [...words], path: location.pathname }));
    const callback = [...words].find((word) => typeof word === "function");
    if (callback && !window.isSilent) setTimeout(() => window.isBroken ? callback(false, "no") : callback(true));
  };
  const { queue } = window.pintrk;
  queue.splice(0).forEach(take);
  queue.push = (words) => { take(words); return 0; };
})();`;
