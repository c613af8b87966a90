/** What a page of the dashboard gets, and what it may answer: nothing of Express is known beyond the router. */
import type { VNode } from "preact";
import type { Shop } from "../core/settings.ts";
import type { House } from "./house.ts";

/** Who is logged in. */
export interface Session {
  /** Goes with every form: whoever sends one without it did not get it from us. */
  csrf: string;
}

export interface Visit {
  house: House;
  session: Session;
  /** Parts of the path by name, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Fields of the form that was sent. */
  form: URLSearchParams;
  nowMs: number;
  /** Origin of the relay, as the operator said it or as this visit reached it. */
  relayUrl: string;
  /** Notes in the audit log what was done, and on what: never a secret, never a person. */
  audit(what: string, subject?: string): Promise<void>;
}

/** A visit to a page of one shop: below `/admin/shops/{key}`. */
export interface ShopVisit extends Visit {
  shop: Shop;
}

export interface PageAnswer {
  title: string;
  page: VNode;
  status?: number;
  /** Names of scripts in `dist/assets`, beside `house`. */
  scripts?: readonly string[];
  /** Under the title, in one line. */
  lead?: string;
}

export type Answer =
  | PageAnswer
  /** A path below `/admin`, and what is said there once. `renews`: in a session of its own, since all others have ended. */
  | { to: string; said?: string; renews?: true }
  | { json: unknown; status?: number }
  /** A download, written piece by piece. */
  | { file: string; type: string; rows: AsyncIterable<string> };

export type Page<V extends Visit = Visit> = (visit: V) => Answer | Promise<Answer>;
