/** Lists what was turned away of late, with Pinterest's words for it. */
import { make } from "./dom.js";
import { clock } from "./words.js";

const place = document.getElementById("refusals");

export const showRefusals = (refusals) => {
  const drawn = JSON.stringify(refusals);
  if (place.dataset.drawn === drawn) return;
  place.dataset.drawn = drawn;
  place.hidden = refusals.length === 0;
  place.querySelector("ol").replaceChildren(...refusals.map(line));
};

const line = ({ atMs, status, words, failed, failedCount }) => {
  const others = failedCount - failed.length;
  return make(
    "li",
    {},
    make("time", { datetime: new Date(atMs).toISOString() }, clock(atMs)),
    make("strong", {}, status === 200 ? "200, in part" : String(status)),
    make("p", {}, words || (failedCount === 1 ? "One event failed." : `${failedCount} events failed.`)),
    failed.length > 0 &&
      make(
        "ul",
        {},
        ...failed.map(({ apiName, eventId, words }) =>
          make("li", {}, `${apiName} `, make("code", {}, eventId), `: ${words}`),
        ),
        others > 0 && make("li", {}, `and ${others} more`),
      ),
  );
};
