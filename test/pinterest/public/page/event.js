/** Draws one event: what it is and how it is counted, and its two halves side by side. */
import { make } from "./dom.js";
import { icon } from "./icons.js";

/** @param verdict one of `/verdicts` */
export const eventCard = (verdict) => {
  const { apiName, eventId, verdict: ruling, why } = verdict;
  const first = firstMs(verdict);
  return make(
    "li",
    { class: "event", "data-verdict": ruling },
    make(
      "div",
      { class: "what" },
      make("h2", {}, apiName),
      make("p", { class: "verdict" }, icon(ruling), ruling),
      make("p", { class: "why" }, why),
      make("p", { class: "id", title: "Event ID" }, eventId || "no event ID"),
      make("time", { datetime: new Date(first).toISOString() }, clock(first)),
    ),
    halves(verdict),
  );
};

export const firstMs = ({ browser, server }) => Math.min(browser?.atMs ?? Infinity, server?.atMs ?? Infinity);

const clock = (ms) => new Date(ms).toLocaleTimeString("en-GB");

const money = ({ value, currency }) => {
  if (value === undefined) return currency ? `none, ${currency}` : "";
  if (!currency) return `${value}, no currency`;
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" }).format(value);
  } catch {
    return `${value} ${currency}`;
  }
};

const NAMES = {
  em: "email",
  ph: "phone",
  ge: "gender",
  db: "birthday",
  ln: "last name",
  fn: "first name",
  ct: "city",
  st: "state",
  zp: "post code",
  country: "country",
  external_id: "external ID",
  hashed_maids: "mobile ID",
  client_ip_address: "IP",
  client_user_agent: "user agent",
  click_id: "click ID",
  partner_id: "partner ID",
};

/** Rows that both halves must say alike, then those that each says for itself. */
const SHARED = [
  ["Value", money],
  ["Content IDs", ({ contentIds }) => contentIds.join(", ")],
  ["Units", ({ quantity }) => String(quantity ?? "")],
  ["Order", ({ orderId }) => orderId ?? ""],
];
const OWN = [
  [
    "Match keys",
    ({ matchKeys }) =>
      matchKeys.length > 0
        ? make("ul", { class: "keys" }, ...matchKeys.map((key) => make("li", {}, NAMES[key] ?? key)))
        : "none",
  ],
  ["Arrived", ({ atMs }, arrivals) => (arrivals > 1 ? `${clock(atMs)}, ${arrivals} times` : clock(atMs))],
];

const halves = ({ verdict, browser, server, browserArrivals, serverArrivals }) => {
  const told = [...SHARED.filter(([, say]) => [browser, server].some((half) => half && say(half) !== "")), ...OWN];
  const rows = told.map(([name, say], at) => {
    const isShared = SHARED.some(([shared]) => shared === name);
    const differs = isShared && browser && server && say(browser) !== say(server);
    return make(
      "tr",
      { class: differs && "differs" },
      make("th", { scope: "row" }, name),
      ...side(browser, browserArrivals, say, at, told.length, "has not come"),
      ...side(
        server,
        serverArrivals,
        say,
        at,
        told.length,
        verdict === "browser only" ? "has no such event" : "has not come",
      ),
    );
  });
  const head = make(
    "tr",
    {},
    make("td", {}),
    make("th", { scope: "col" }, "Browser", make("small", {}, "Pinterest Tag")),
    make("th", { scope: "col" }, "Server", make("small", {}, "API for Conversions")),
  );
  return make("table", { class: "halves" }, make("thead", {}, head), make("tbody", {}, ...rows));
};

/** A half's cell in a row; for a half that is not there, one cell over all rows. */
const side = (half, arrivals, say, at, rows, absence) => {
  if (half) return [make("td", {}, say(half, arrivals) || "–")];
  return at === 0 ? [make("td", { class: "absent", rowspan: rows }, make("span", {}, absence))] : [];
};
