/** The dashboard for a test: a relay with a password, and somebody who is logged in, by HTTP alone. */
import { expect } from "vitest";
import type { RelayOptions } from "#relay/relay";
import { type Started, startRelay } from "./start.ts";

export const PASSWORD = "correct horse battery";

export interface House extends Started {
  /** Asks as who is logged in; `path` below /admin. Follows no redirect. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a form with the session's CSRF word. */
  send(path: string, fields?: Record<string, string>): Promise<Response>;
  /** The page of its shop: `path` below /shops/{key}. */
  page(path: string): Promise<string>;
  cookie: string;
}

export async function openHouse(options: RelayOptions = {}): Promise<House> {
  const started = await startRelay({ ...options, config: { adminPassword: PASSWORD, ...options.config } });
  const { cookie } = await logIn(started.url, PASSWORD);
  return houseOf(started, cookie);
}

export function houseOf(started: Started, cookie: string): House {
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${started.url}/admin${path}`, {
      redirect: "manual",
      ...init,
      headers: { Accept: "text/html", ...init.headers, Cookie: cookie },
    });
  return {
    ...started,
    cookie,
    ask,
    async send(path, fields = {}) {
      const csrf = await csrfIn(await ask("/password"));
      return ask(path, { method: "POST", body: new URLSearchParams({ csrf, ...fields }) });
    },
    page: async (path) => (await ask(`/shops/${started.key}${path}`)).text(),
  };
}

/** Sends the login form; the cookie is empty where it did not succeed. */
export async function logIn(url: string, password: string): Promise<{ response: Response; cookie: string }> {
  const response = await fetch(`${url}/admin/login`, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html" },
    body: new URLSearchParams({ password, next: "/" }),
  });
  const cookie = response.headers.getSetCookie().find((one) => one.startsWith("pinrelay_session=")) ?? "";
  return { response, cookie: cookie.replace(/;.*/, "") };
}

export const csrfIn = async (response: Response): Promise<string> =>
  /name="csrf" value="([^"]+)"/.exec(await response.text())?.[1] ?? "";

/** Every page that links lead to from the first one and from `more`, by its address below /admin. */
export async function crawled(house: House, more: readonly string[] = []): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const waiting = ["/", ...more];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (pages.has(path) || path.startsWith("/assets/")) continue;
    const response = await house.ask(path);
    expect(response.status, path).toBeLessThan(400);
    const text = await response.text();
    pages.set(path, text);
    const to = response.headers.get("location");
    const links = [...text.matchAll(/href="\/admin([^"#]*)/g)].map(([, link = ""]) => link.replaceAll("&amp;", "&"));
    waiting.push(...links, ...(to ? [to.replace("/admin", "")] : []));
  }
  return pages;
}
