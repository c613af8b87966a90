/** What people and other programs see: the page, the verdicts as JSON, and the controls. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import express, { Router } from "express";
import { type Fault, readFault } from "./faults.ts";
import { PUBLIC } from "./public.ts";
import type { Verdict, VerdictName } from "./verdict.ts";

/** How much came, and how much of it was turned away. */
export interface Traffic {
  hits: number;
  calls: number;
  /** Calls that were answered with anything but 200, or not at all. */
  refused: number;
}

/** What the page may ask for and do. */
export interface Controls {
  adAccountId: string;
  tagId: string;
  verdicts(): Verdict[];
  traffic(): Traffic;
  fail(fault: Fault): void;
  reset(): void;
}

export function pageRoutes({ adAccountId, tagId, verdicts, traffic, fail, reset }: Controls): Router {
  const router = Router();
  const page = readFileSync(join(PUBLIC, "index.html"), "utf8")
    .replaceAll("{{adAccountId}}", escaped(adAccountId))
    .replaceAll("{{tagId}}", escaped(tagId));
  router.get("/", (_request, response) => void response.type("html").send(page));
  router.use("/page", express.static(join(PUBLIC, "page")));

  // All of them, or with `?last=100` the newest hundred beside the totals of all.
  router.get("/verdicts", (request, response) => {
    const all = verdicts();
    const last = Number(request.query.last ?? all.length);
    response.set("Cache-Control", "no-store");
    response.json({ verdicts: all.slice(-last), totals: totalsOf(all), traffic: traffic() });
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

export const totalsOf = (verdicts: readonly Verdict[]): Record<VerdictName, number> => {
  const totals: Record<VerdictName, number> = {
    "counted once": 0,
    "browser only": 0,
    "one half missing": 0,
    "halves disagree": 0,
    "counted twice": 0,
  };
  for (const { verdict } of verdicts) totals[verdict] += 1;
  return totals;
};

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
