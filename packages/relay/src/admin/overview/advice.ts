/**
 * What to do about a match key that few events carry. Which keys Pinterest recommends, and for which events: its
 * specification 5.23.0, the fields of `user_data`.
 */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import type { Coverage, Covered } from "../../store/reads.ts";

interface Key {
  key: Covered;
  label: string;
  /** For which events Pinterest recommends it; the others help where they are there. */
  wanted: "all" | "orders" | "some";
  /** Below this share it is worth doing something. */
  enough: number;
  advice: string;
}

// biome-ignore format: a table
export const KEYS: readonly Key[] = [
  { key: "em",           label: "Email",              wanted: "orders", enough: 0.9,  advice: "Let the webhook or the server API tell orders: the checkout knows the email. On other pages the tag takes it from newsletter and login forms (setting: email and phone from forms)." },
  { key: "external_id",  label: "Visitor ID",         wanted: "all",    enough: 0.95, advice: "It is the tag's own cookie. Events without it were told by a server alone: have the order carry the visitor (cart attribute, or $visitor_id in the server API)." },
  { key: "click_id",     label: "Pinterest click",    wanted: "orders", enough: 0.35, advice: "Only visitors who came by a pin or an ad have one. See that links keep ?epik= through redirects, and serve the relay from a subdomain of the shop, so that the cookie lasts longer." },
  { key: "ip",           label: "IP address",         wanted: "all",    enough: 0.95, advice: "Missing where a server alone told the event. Pass $ip in the server API; behind a proxy set TRUST_PROXY, or the relay sees the proxy's address." },
  { key: "user_agent",   label: "User agent",         wanted: "all",    enough: 0.95, advice: "Missing where a server alone told the event. Pass $user_agent in the server API beside the IP address: one without the other does not count." },
  { key: "ph",           label: "Phone",              wanted: "orders", enough: 0.6,  advice: "Ask for it at the checkout, if only as an option. A national number needs the country beside it, or it is left out." },
  { key: "fn",           label: "First name",         wanted: "orders", enough: 0.9,  advice: "Orders have it in the billing address: let the webhook tell them, or pass $first_name in the server API." },
  { key: "ln",           label: "Last name",          wanted: "orders", enough: 0.9,  advice: "Orders have it in the billing address: let the webhook tell them, or pass $last_name in the server API." },
  { key: "ct",           label: "City",               wanted: "some",   enough: 0,    advice: "" },
  { key: "st",           label: "State",              wanted: "some",   enough: 0,    advice: "" },
  { key: "zp",           label: "Postcode",           wanted: "some",   enough: 0,    advice: "" },
  { key: "country",      label: "Country",            wanted: "some",   enough: 0,    advice: "" },
  { key: "ge",           label: "Gender",             wanted: "some",   enough: 0,    advice: "" },
  { key: "db",           label: "Date of birth",      wanted: "some",   enough: 0,    advice: "" },
  { key: "hashed_maids", label: "Mobile ad ID",       wanted: "some",   enough: 0,    advice: "" },
];

export interface Advice {
  label: string;
  /** The event it is about; absent where it is about all of them. */
  of?: string;
  has: number;
  events: number;
  advice: string;
}

/** So little says nothing about what is usual. */
const FEW = 5;
const SHOWN = 3;

/** The recommended keys that miss most of what would be enough, the worst first. */
export function adviceFor(coverage: readonly Coverage[]): Advice[] {
  const all: Advice[] = [];
  const gaps = new Map<Advice, number>();
  for (const { key, label, wanted, enough, advice } of KEYS) {
    const about = coverage.filter(({ name }) => wanted === "all" || (wanted === "orders" && name === ORDER_EVENT));
    const events = about.reduce((sum, one) => sum + one.events, 0);
    const has = about.reduce((sum, one) => sum + (one.keys[key] ?? 0), 0);
    if (events < FEW || has / events >= enough) continue;
    const found = { label, has, events, advice, ...(wanted === "orders" ? { of: ORDER_EVENT } : {}) };
    all.push(found);
    gaps.set(found, 1 - has / events / enough);
  }
  return all.sort((a, b) => (gaps.get(b) ?? 0) - (gaps.get(a) ?? 0)).slice(0, SHOWN);
}
