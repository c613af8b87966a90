/** A stand-in for Pinterest on this machine: the API for Conversions, the Pinterest Tag, and how both are counted. */
import { createServer } from "node:http";
import express, { type ErrorRequestHandler } from "express";
import { apiRoutes } from "./api-routes.ts";
import { faultRoster } from "./fault-roster.ts";
import type { Fault } from "./faults.ts";
import { verdictsOf } from "./join.ts";
import { ERRORS } from "./judge-call.ts";
import { type Controls, pageRoutes, type Tellers } from "./page-routes.ts";
import type { Records } from "./records.ts";
import { isRefused, refusalsOf } from "./refusals.ts";
import { tagRoutes } from "./tag-routes.ts";
import type { Verdict } from "./verdict.ts";

export interface PinterestOptions {
  /** A free one if not told. */
  port?: number;
  token?: string;
  adAccountId?: string;
  tagId?: string;
  /** Address of the shop whose events are expected: the page points there while nothing has come. */
  shopUrl?: string;
  /** Who told the relay of what it sends, by event ID: Pinterest does not know it, but the page can show it. */
  tellers?: Tellers;
  /** Its event quality score, as Pinterest would write it; without one the token may not read it. */
  quality?: object;
  /** Ms since 1970: by which clock events arrive, and are too late or in the future. */
  now?: () => number;
}

/** A running stand-in. `calls`, `server` and `browser` grow as things arrive, and `reset` empties them. */
export interface Pinterest extends Readonly<Records> {
  /** "http://127.0.0.1:4003": the page to look at. */
  url: string;
  /** Where the API for Conversions is. */
  apiUrl: string;
  /** Address of the Pinterest Tag's script. */
  coreUrl: string;
  /** Address of the image that stands in for the Pinterest Tag where no script of it can run. */
  imageUrl: string;
  adAccountId: string;
  tagId: string;
  token: string;
  /** How every event is counted so far, in the order they first came. */
  verdicts(): Verdict[];
  fail(fault: Fault): void;
  /** Forgets all faults that wait. */
  mend(): void;
  /** Forgets all that came, and all faults that wait. */
  reset(): void;
  close(): Promise<void>;
}

export async function startPinterest(options: PinterestOptions = {}): Promise<Pinterest> {
  const {
    port = 0,
    token = "pina_AMAQ4XIXADZ2WAYAGDAF6GZL7TQ3NDQBQBIQCPMRWCLG2PUN4YTAXSKF",
    adAccountId = "549761668032",
    tagId = "2613174850627",
    shopUrl,
    tellers = async () => new Map(),
    quality,
    now = Date.now,
  } = options;
  const records: Records = { calls: [], server: [], browser: [] };
  const faults = faultRoster();
  const controls: Controls = {
    facts: { adAccountId, tagId, token, ...(shopUrl ? { shopUrl } : {}) },
    verdicts: () => verdictsOf(records, tagId),
    tellers,
    traffic: () => ({
      hits: records.browser.length,
      calls: records.calls.length,
      refused: records.calls.filter(isRefused).length,
    }),
    refusals: () => refusalsOf(records.calls),
    fail: faults.add,
    reset: () => {
      for (const list of Object.values(records)) list.length = 0;
      faults.clear();
    },
  };

  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use(apiRoutes({ adAccountId, token }, records, faults, now));
  app.get("/v5/ad_accounts/:adAccountId/conversion_eqs", (request, response) => {
    const isTheirs = request.params.adAccountId === adAccountId && request.headers.authorization === `Bearer ${token}`;
    if (isTheirs && quality && request.query.lookback_period === "14d") response.json(quality);
    else response.status(403).json(ERRORS[403]);
  });
  app.use(tagRoutes(records, now));
  app.use(pageRoutes(controls));
  app.use((_request, response) => void response.status(404).json({ code: 404, message: "There is nothing here." }));
  app.use(refuse);

  const server = createServer(app);
  const url = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`);
    });
  });
  const { verdicts, fail, reset } = controls;
  return {
    ...records,
    verdicts,
    fail,
    mend: faults.clear,
    reset,
    url,
    apiUrl: `${url}/v5`,
    coreUrl: `${url}/ct/core.js`,
    imageUrl: `${url}/v3/`,
    adAccountId,
    tagId,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A body that cannot be read: too long, or in an unknown coding. */
const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  response.status(status).json({ code: status, message: error instanceof Error ? error.message : "failed" });
};
