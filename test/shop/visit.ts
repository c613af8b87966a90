import type { Request, Response } from "express";
import type { Visit } from "./layout.ts";
import type { Order } from "./orders.ts";
import type { Measurement } from "./publish.ts";
import { countOf, type Session, type Sessions } from "./sessions.ts";

/** What a running shop holds. */
export interface Shop {
  snippet: string;
  orders: Order[];
  sessions: Sessions;
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
  return {
    origin: originOf(request),
    path: request.path,
    cartCount: countOf(sessionOf(request, shop)),
    ...(measurement ? { measurement } : {}),
    snippet: shop.snippet,
  };
};

const originOf = (request: Request): string => `${request.protocol}://${request.get("host") ?? "127.0.0.1"}`;

const measurementOf = (value: string | undefined): Measurement | undefined =>
  value === "granted" || value === "denied" ? value : undefined;

const cookie = (request: Request, name: string): string | undefined =>
  request.headers.cookie
    ?.split(";")
    .map((pair) => pair.trim().split("="))
    .find(([key]) => key === name)?.[1];
