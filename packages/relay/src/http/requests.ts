/** Counts what knocks at which door, and how it was answered. */
import type { RequestHandler } from "express";

/** `status` is a class, such as 2xx; "cut" where the client left before the answer. */
export type HeardRequest = (door: Door, status: string) => void;

export type Door = (typeof DOORS)[number][1] | "tag" | "other";

/** Paths begin with… Whoever asks for anything else may ask for what they like. */
// biome-ignore format: a table
const DOORS = [
  ["/collect",              "collect"],
  ["/webhooks/shopify",     "shopify"],
  ["/webhooks/woocommerce", "woocommerce"],
  ["/api/",                 "api"],
  ["/livez",                "health"],
  ["/readyz",               "health"],
  ["/metrics",              "metrics"],
] as const;

export const doorOf = (path: string): Door =>
  DOORS.find(([start]) => path.startsWith(start))?.[1] ?? (path.endsWith(".js") ? "tag" : "other");

export const countRequests =
  (heard: HeardRequest): RequestHandler =>
  ({ path }, response, next) => {
    response.once("close", () => {
      heard(doorOf(path), response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : "cut");
    });
    next();
  };
