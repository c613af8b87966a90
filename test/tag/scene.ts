/** A shop's pages, a relay that records beacons and a Pinterest Tag that records calls: what the tag runs between, in any browser. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";

import { pixelSettings } from "#relay/tag-settings";
import type { Acknowledgement, Beacon, BeaconEvent, CollectAnswer, TagSettings } from "#tag/contract";
import { BUILDS, type Build, baked, bakedPixel, companion, PANEL, SETTINGS } from "./bundle.ts";

/** What the page says to `pintrk`, and where. */
export interface PintrkCall {
  words: unknown[];
  path: string;
}

/** A call as it arrives: which page made it, and how many that page had made before. */
interface Said extends PintrkCall {
  page: string;
  nth: number;
}

export interface Scene {
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
  /** How long the relay takes to answer a beacon. */
  answerAfterMs: number;
  /** Pinterest's library is asked for, and never comes. */
  isCoreHeld: boolean;
  /** How often it was asked for. */
  coresAsked: number;
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
  /** What went wrong uncaught in pages that hold `witness()`, for browsers that do not say. */
  wrongs: string[];
  /** Each event once, as a relay keeps it: a page that is left never hears the answer, so the next one asks again. */
  events(name?: string): BeaconEvent[];
  acks(): Acknowledgement[];
  tracked(name?: string): PintrkCall[];
  tag(attributes?: string): string;
  /** Script for a page's head. */
  witness(): string;
  close(): void;
}

export async function setScene(): Promise<Scene> {
  const shop = express();
  shop.get("/{*path}", (request, response) => {
    const html = scene.pages[request.path];
    if (html === undefined) response.status(404).end();
    else response.type("html").send(`<!doctype html><html lang="en-US">${html}</html>`);
  });

  const relay = express();
  const settings = () => ({
    ...SETTINGS,
    core: `${scene.relay}/core.js`,
    consent: "implied" as const,
    ...scene.settings,
  });
  relay.get("/tag.js", (_request, response) => void response.type("js").send(baked(settings(), scene.build)));
  relay.get("/shopify-pixel.js", (_request, response) => {
    response.type("js").send(bakedPixel(pixelSettings(settings(), `${scene.relay}/v3/`)));
  });
  for (const { path, text } of [...BUILDS, "shopify-pixel-second" as const].map(companion))
    relay.get(path, (_request, response) => {
      response.set("Access-Control-Allow-Origin", "*").type("js").send(text);
    });
  relay.get("/v3/", (request, response) => {
    scene.images.push(new URL(request.url, scene.relay));
    response.type("gif").send(POINT);
  });
  relay.get("/debug.js", (_request, response) => void response.type("js").send(PANEL));
  relay.get("/core.js", (_request, response) => {
    scene.coresAsked += 1;
    if (!scene.isCoreHeld) response.type("js").send(CORE);
  });
  /** Calls that came before an earlier one of their page: what leaves in its order may arrive in another. */
  let early: Said[] = [];
  const taken: Record<string, number> = {};
  const isNext = ({ page, nth }: Said) => nth === (taken[page] ?? 0);
  relay.post("/said", express.text({ type: () => true }), (request, response) => {
    early.push(JSON.parse(request.body));
    for (let next = early.find(isNext); next; next = early.find(isNext)) {
      const { words, path, page, nth } = next;
      taken[page] = nth + 1;
      early = early.filter((one) => one !== next);
      scene.pintrk.push({ words, path });
    }
    response.end();
  });
  relay.post("/wrong", express.text({ type: () => true }), (request, response) => {
    scene.wrongs.push(request.body);
    response.end();
  });
  relay.all("/collect", express.text({ type: () => true, limit: "1mb" }), async (request, response) => {
    const { origin, cookie, "content-type": type } = request.headers;
    const body = typeof request.body === "string" ? request.body : "";
    const answer = scene.answers.shift() ?? 202;
    scene.requests.push({ method: request.method, body, type, cookie, origin });
    if (answer === "down") return void request.socket.destroy();
    if (answer < 300) scene.beacons.push(JSON.parse(body));
    if (scene.retryAfter) response.set("Retry-After", scene.retryAfter);
    response.set({
      "Access-Control-Allow-Origin": origin ?? "",
      // As the relay: a sandboxed frame gets no cookies, so it must not ask for any.
      ...(origin === "null" ? {} : { "Access-Control-Allow-Credentials": "true" }),
      "Access-Control-Expose-Headers": "Retry-After",
    });
    if (scene.answerAfterMs) await new Promise((resolve) => setTimeout(resolve, scene.answerAfterMs));
    response.status(answer).json(answer < 500 ? scene.verdict(JSON.parse(body)) : { results: [] });
  });

  const servers = [await listening(shop), await listening(relay)] as const;
  const [shopUrl, relayUrl] = servers.map(addressOf) as [string, string];
  const scene: Scene = {
    shop: shopUrl,
    relay: relayUrl,
    pages: {},
    settings: {},
    build: "every",
    answers: [],
    answerAfterMs: 0,
    isCoreHeld: false,
    coresAsked: 0,
    verdict: ({ events }) => ({ results: events.map(({ id, name }) => ({ id, name, status: "kept" })) }),
    beacons: [],
    requests: [],
    pintrk: [],
    images: [],
    wrongs: [],
    events: (name) => {
      const told = scene.beacons.flatMap(({ events }) => events).filter((event) => !name || event.name === name);
      return told.filter(
        ({ id, name }, at) => told.findIndex((other) => other.id === id && other.name === name) === at,
      );
    },
    acks: () => scene.beacons.flatMap(({ acks = [] }) => acks),
    tracked: (name) => scene.pintrk.filter(({ words }) => words[0] === "track" && (!name || words[1] === name)),
    tag: (attributes = "") => `<script async src="${relayUrl}/tag.js" ${attributes}></script>`,
    witness: () => `<script>(${witness})("${relayUrl}/wrong")</script>`,
    close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
  return scene;
}

const listening = (app: express.Express): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(app).listen(0, "127.0.0.1", () => resolve(server));
  });

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Runs in the page. */
function witness(address: string): void {
  const tell = (wrong: unknown) => navigator.sendBeacon(address, `${location.pathname}: ${wrong}`);
  addEventListener("error", ({ message }) => message && tell(message));
  addEventListener("unhandledrejection", ({ reason }) => tell(reason));
}

/** One transparent point. */
const POINT = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** Acts as Pinterest's library: takes what was queued and all that follows, and calls back. */
const CORE = `(() => {
  const { origin } = new URL(document.currentScript.src);
  const page = String(Math.random());
  let nth = 0;
  const take = (words) => {
    const said = JSON.stringify({ words: [...words], path: location.pathname, page, nth });
    nth += 1;
    navigator.sendBeacon(origin + "/said", said);
    const callback = [...words].find((word) => typeof word === "function");
    if (callback && !window.isSilent) setTimeout(() => window.isBroken ? callback(false, "no") : callback(true));
  };
  const { queue } = window.pintrk;
  queue.splice(0).forEach(take);
  queue.push = (words) => { take(words); return 0; };
})();`;
