/** Draws one event: what it is and how it is counted, and its two halves side by side. */
import { make } from "./dom.js";
import { halvesTable } from "./halves.js";
import { icon } from "./icons.js";
import { clock, pathOf } from "./words.js";

/** @param verdict one of `/verdicts` */
export const eventCard = (verdict) => (verdict.verdict === "browser only" ? line(verdict) : card(verdict));

const card = (verdict) => {
  const { apiName, eventId, verdict: ruling, why, warnings = [] } = verdict;
  return make(
    "li",
    { class: "event", "data-verdict": ruling },
    make(
      "div",
      { class: "what" },
      make("h2", {}, apiName),
      pill(ruling),
      where(verdict),
      make("p", { class: "why" }, ruling === "one half missing" ? `${why}; counted once all the same` : why),
      ...warnings.map((words) => make("p", { class: "warning" }, make("strong", {}, "Pinterest warns: "), words)),
      make("p", { class: "id", title: "Event ID" }, eventId || "no event ID"),
      time(firstMs(verdict)),
    ),
    halvesTable(verdict),
  );
};

/** The Tag's base call has one half by nature, and comes with every page: one line is enough for it. */
const line = (verdict) => {
  const { apiName, verdict: ruling, why, browserArrivals } = verdict;
  const times = browserArrivals > 1 ? `, ${browserArrivals} times` : "";
  return make(
    "li",
    { class: "event brief", "data-verdict": ruling, title: why },
    make("h2", {}, apiName),
    pill(ruling),
    where(verdict),
    time(firstMs(verdict), times),
  );
};

export const firstMs = ({ browser, server }) => Math.min(browser?.atMs ?? Infinity, server?.atMs ?? Infinity);

const pill = (ruling) => make("p", { class: "verdict" }, icon(ruling), make("span", {}, ruling));

const time = (ms, more = "") => make("time", { datetime: new Date(ms).toISOString() }, clock(ms), more);

/** The page it happened on: the visitor's own half knows best. */
const where = ({ browser, server }) => {
  const url = browser?.url ?? server?.url;
  return url && make("p", { class: "where", title: url }, pathOf(url));
};
