import { CLICK_ID_COOKIE, VISITOR_COOKIE } from "@pinrelay/tag/contract";
import type { Request, Response } from "express";
import { isOn } from "./halves.ts";
import type { Visit } from "./layout.ts";
import type { Order } from "./orders.ts";
import type { Measurement } from "./publish.ts";
import { countOf, type Session, type Sessions } from "./sessions.ts";
import type { Webhook } from "./webhook.ts";
import type { Shopper } from "./woo-order.ts";

/** What a running shop holds. */
export interface Shop {
  snippet: string;
  orders: Order[];
  sessions: Sessions;
  /** Tells of orders, where the shop's server does. */
  webhook?: Webhook;
}

const SESSION_COOKIE = "fo_session";
/** Set by the page's own script, which the footer's switch steers. */
const MEASUREMENT_COOKIE = "fo_measurement";

export const sessionOf = (request: Request, shop: Shop): Session | undefined =>
  shop.sessions.find(cookie(request, SESSION_COOKIE));

/** The session, begun here if the visitor has none: a cart is the first reason to set a cookie. */
export const openSession = (request: Request, response: Response, shop: Shop): Session => {
  const known = sessionOf(request, shop);
  if (known) return known;
  const session = shop.sessions.open();
  response.cookie(SESSION_COOKIE, session.id, { httpOnly: true, sameSite: "lax", path: "/" });
  return session;
};

export const visitOf = (request: Request, shop: Shop): Visit => {
  const measurement = measurementOf(cookie(request, MEASUREMENT_COOKIE));
  const session = sessionOf(request, shop);
  return {
    origin: originOf(request),
    path: request.path,
    cartCount: countOf(session),
    ...(measurement ? { measurement } : {}),
    snippet: isOn(session, "browser") ? shop.snippet : "",
    ...(shop.webhook ? { isOn: (half) => isOn(session, half) } : {}),
  };
};

/** What an order's request says of the browser that it comes from. */
export const shopperOf = (request: Request): Shopper => {
  const [visitor, clickId] = [cookie(request, VISITOR_COOKIE), cookie(request, CLICK_ID_COOKIE)];
  const measurement = measurementOf(cookie(request, MEASUREMENT_COOKIE));
  return {
    ip: request.ip ?? "",
    userAgent: request.get("user-agent") ?? "",
    ...(visitor ? { visitor } : {}),
    ...(clickId ? { clickId } : {}),
    ...(measurement ? { measurement } : {}),
  };
};

export const originOf = (request: Request): string => `${request.protocol}://${request.get("host") ?? "127.0.0.1"}`;

const measurementOf = (value: string | undefined): Measurement | undefined =>
  value === "granted" || value === "denied" ? value : undefined;

const cookie = (request: Request, name: string): string | undefined =>
  request.headers.cookie
    ?.split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
