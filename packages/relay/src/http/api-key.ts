/** Who calls the server API: the API key names the shop. */
import { hash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import type { Shop } from "../core/settings.ts";
import { refuse } from "./refuse.ts";

/** A handler that runs only for a caller with a good key, and finds the key's shop in `response.locals`. */
export type ShopHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { shop: Shop }>;

/** Refuses who brings no key of these shops, before anything of the body is read. */
export const byApiKey =
  (shops: () => readonly Shop[], refused: () => void): ShopHandler =>
  (request, response, next) => {
    const key = /^Bearer +(\S+) *$/i.exec(request.get("authorization") ?? "")?.[1];
    const shop = key === undefined ? undefined : shopOfKey(key, shops());
    if (shop) {
      response.locals.shop = shop;
      return next();
    }
    refused();
    response.set("WWW-Authenticate", `Bearer realm="pinrelay"${key === undefined ? "" : ', error="invalid_token"'}`);
    const message =
      key === undefined
        ? "is missing; send Authorization: Bearer and the shop's API key"
        : "holds no API key of a shop of this relay; set one with: pinrelay settings set secrets.api";
    refuse(response, 401, "Authorization", message);
  };

/** All keys of all shops are compared, and their hashes at that: time says nothing of them, and nothing of their length. */
const shopOfKey = (key: string, shops: readonly Shop[]): Shop | undefined => {
  const told = digest(key);
  const own = shops.filter(
    ({ secrets }) => secrets.api.filter((secret) => timingSafeEqual(digest(secret), told)).length > 0,
  );
  return own[0];
};

const digest = (text: string): Buffer => hash("sha256", text, "buffer");
