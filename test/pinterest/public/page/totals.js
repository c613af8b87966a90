/** How many events have which verdict. Each count is a switch that shows only those; pressed again, all. */
import { make } from "./dom.js";
import { icon } from "./icons.js";

const place = document.getElementById("totals");
/** Count and button by verdict. Made once, so that a button keeps the focus while its number changes. */
const chips = new Map();
let chosen = "";

/** The verdict that was chosen; empty for all. */
export const only = () => chosen;

export const showTotals = (totals, onChoice) => {
  for (const [verdict, count] of Object.entries(totals)) {
    const { number, button } = chips.get(verdict) ?? chip(verdict, onChoice);
    if (number.textContent !== String(count)) number.textContent = String(count);
    button.toggleAttribute("data-none", count === 0);
  }
};

const chip = (verdict, onChoice) => {
  const number = make("strong", {});
  const words = make("span", {}, verdict);
  const button = make(
    "button",
    { type: "button", class: "chip", "data-verdict": verdict },
    icon(verdict),
    number,
    words,
  );
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    chosen = chosen === verdict ? "" : verdict;
    for (const [each, { button }] of chips) button.setAttribute("aria-pressed", String(each === chosen));
    onChoice();
  });
  chips.set(verdict, { number, button });
  place.append(make("li", {}, button));
  return { number, button };
};
