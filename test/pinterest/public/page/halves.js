/** Draws the two halves of an event side by side. */
import { make } from "./dom.js";
import { clock, pathOf } from "./words.js";

const money = ({ value, currency }) => {
  if (value === undefined) return currency ? "none" : "";
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

/** Match keys that say which browser it was; the others say who. */
const OF_VISIT = ["external_id", "hashed_maids", "client_ip_address", "client_user_agent", "click_id", "partner_id"];

const keys = (names) =>
  names.length > 0 ? make("ul", { class: "keys" }, ...names.map((key) => make("li", {}, NAMES[key] ?? key))) : "";

/** Who told the relay, by its name of the source. */
const SOURCES = { browser: "page", shopify: "webhook", woocommerce: "webhook", server: "server API" };

/** Rows that both halves must say alike, then those that each says for itself. */
const SHARED = [
  ["Value", money],
  ["Content IDs", ({ contentIds }) => contentIds.join(", ")],
  ["Units", ({ quantity }) => String(quantity ?? "")],
  ["Order", ({ orderId }) => orderId ?? ""],
  ["Search", ({ query }) => query ?? ""],
];
/** Rows that are worth a line only where the halves say different things. */
const IF_DIFFERENT = [
  ["Currency", ({ currency }) => currency ?? ""],
  ["Page", ({ url }) => (url ? pathOf(url) : "")],
];
const OWN = [
  [
    "Told by",
    ({ toldBy }) => (toldBy ? [...new Set(toldBy.map((source) => SOURCES[source] ?? source))].join(", ") : ""),
  ],
  ["Person keys", ({ matchKeys }) => keys(matchKeys.filter((key) => !OF_VISIT.includes(key)))],
  ["Visit keys", ({ matchKeys }) => keys(matchKeys.filter((key) => OF_VISIT.includes(key)))],
  ["Arrived", ({ atMs }, arrivals) => (arrivals > 1 ? `${clock(atMs)}, ${arrivals} times` : clock(atMs))],
];

export const halvesTable = ({ browser, server, browserArrivals, serverArrivals }) => {
  const isTold = ([, say]) => [browser, server].some((half) => half && say(half) !== "");
  const isSplit = ([, say]) => browser && server && say(browser) !== say(server);
  const told = [...SHARED.filter(isTold), ...IF_DIFFERENT.filter(isSplit), ...OWN.filter(isTold)];
  const rows = told.map((row, at) => {
    const [name, say] = row;
    // Pages may differ: Pinterest compares neither half's.
    const differs = name !== "Page" && !OWN.includes(row) && isSplit(row);
    return make(
      "tr",
      { class: differs && "differs" },
      make("th", { scope: "row" }, name),
      ...side(browser, browserArrivals, say, at, told.length),
      ...side(server, serverArrivals, say, at, told.length),
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
const side = (half, arrivals, say, at, rows) => {
  if (half) return [make("td", {}, say(half, arrivals) || "–")];
  return at === 0 ? [make("td", { class: "absent", rowspan: rows }, make("span", {}, "has not come"))] : [];
};
