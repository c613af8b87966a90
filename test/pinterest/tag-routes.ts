/** What the Pinterest Tag talks to: its script, its configuration, and the hits it sends. Open to every origin. */
import express, { type RequestHandler, Router } from "express";
import { readHit } from "./browser-hit.ts";
import { PUBLIC } from "./public.ts";
import type { Records } from "./records.ts";

export function tagRoutes(records: Records, now: () => number): Router {
  const hit: RequestHandler = (request, response) => {
    const method = request.method === "POST" ? "POST" : "GET";
    const query = request.originalUrl.split("?")[1] ?? "";
    const text = typeof request.body === "string" ? request.body : "";
    const told = readHit(new URLSearchParams(`${query}&${text}`), method, now());
    if (!told) return void response.status(400).type("text").send("a hit needs tid and event\n");
    records.browser.push(told);
    response.set("Cache-Control", "no-store").type("gif").send(PIXEL);
  };

  const router = Router();
  router.use(["/ct", "/ct.html", "/user", "/v3"], openToAll);
  router.get("/ct/core.js", (_request, response) => response.sendFile("core.js", { root: PUBLIC }));
  router.get("/ct.html", (_request, response) => void response.type("html").send(FRAME));
  router.all("/user", (_request, response) => void response.json({ isEu: false }));
  router
    .route("/v3")
    .get(hit)
    .post(express.text({ type: () => true, limit: "1mb" }), hit);
  return router;
}

const openToAll: RequestHandler = ({ headers, method }, response, next) => {
  response.set({
    "Access-Control-Allow-Origin": headers.origin ?? "*",
    ...(headers.origin ? { "Access-Control-Allow-Credentials": "true" } : {}),
    "Cross-Origin-Resource-Policy": "cross-origin",
    Vary: "Origin",
  });
  if (method !== "OPTIONS") return next();
  response.set({ "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "Content-Type" });
  response.status(204).end();
};

const FRAME = '<!doctype html><html lang="en"><title>Frame of the stand-in for the Pinterest Tag</title></html>\n';

/** One transparent point. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
