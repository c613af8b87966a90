/** What people and other programs see: the page, the verdicts as JSON, and the controls. */
import { join } from "node:path";
import express, { Router } from "express";
import { type Fault, readFault } from "./faults.ts";
import { listed, totalsOf, type Wanted } from "./listed.ts";
import { type PageFacts, pageHtml } from "./page-html.ts";
import { PUBLIC } from "./public.ts";
import type { Refusal } from "./refusals.ts";
import type { Verdict } from "./verdict.ts";

/** How much came, and how much of it was turned away. */
export interface Traffic {
  hits: number;
  calls: number;
  /** Calls that were answered with anything but 200, or not at all. */
  refused: number;
}

/** Sources of events by event ID, in the relay's words: "browser", "woocommerce". */
export type Tellers = () => Promise<ReadonlyMap<string, readonly string[]>>;

/** What the page may ask for and do. */
export interface Controls {
  facts: PageFacts;
  verdicts(): Verdict[];
  tellers: Tellers;
  traffic(): Traffic;
  /** The last few, newest first. */
  refusals(): Refusal[];
  fail(fault: Fault): void;
  reset(): void;
}

export function pageRoutes({ facts, verdicts, tellers, traffic, refusals, fail, reset }: Controls): Router {
  const router = Router();
  const page = pageHtml(facts);
  router.get("/", (_request, response) => void response.type("html").send(page));
  router.use("/page", express.static(join(PUBLIC, "page")));

  // All of them; or `?last=100`, the newest hundred and whatever is amiss; or `?only=counted%20once`. Totals are of all.
  router.get("/verdicts", async ({ query }, response) => {
    const all = verdicts();
    const told = await tellers();
    response.set("Cache-Control", "no-store");
    response.json({
      verdicts: listed(all, wanted(query)).map((one) => withTellers(one, told.get(one.eventId))),
      totals: totalsOf(all),
      traffic: traffic(),
      refusals: refusals(),
    });
  });
  router.post("/control/faults", express.json(), (request, response) => {
    const fault = readFault(request.body);
    if ("wrong" in fault) return void response.status(400).json({ message: fault.wrong });
    fail(fault);
    response.status(202).json(fault);
  });
  router.post("/control/reset", (_request, response) => {
    reset();
    response.status(204).end();
  });
  return router;
}

const withTellers = ({ browser, server, ...one }: Verdict, toldBy: readonly string[] | undefined): object => ({
  ...one,
  ...(browser ? { browser: { ...browser, ...(toldBy ? { toldBy: ["browser"] } : {}) } } : {}),
  ...(server ? { server: { ...server, ...(toldBy ? { toldBy } : {}) } } : {}),
});

const wanted = ({ last, only }: Record<string, unknown>): Wanted => ({
  ...(typeof last === "string" && /^\d+$/.test(last) ? { last: Number(last) } : {}),
  ...(typeof only === "string" ? { only } : {}),
});
