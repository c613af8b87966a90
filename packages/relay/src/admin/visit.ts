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
  /** The shop that the path names; each route below `/shops/:shop` has one. */
  shop: Shop;
  /** Parts of the path by name, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Fields of a form that was sent. */
  form: URLSearchParams;
  nowMs: number;
}

export type Answer =
  | {
      title: string;
      page: VNode;
      status?: number /** Names of scripts in `assets`, beside `house`. */;
      scripts?: readonly string[];
    }
  /** A path below `/admin`, and what is said there once. */
  | { to: string; said?: string }
  | { json: unknown; status?: number }
  | { file: string; type: string; rows: AsyncIterable<string> };

export type Page<Visiting = Visit> = (visit: Visiting) => Answer | Promise<Answer>;
