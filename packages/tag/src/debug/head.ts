/** The head of the panel: consent, and what the shop, the visitor and this page are. */
import { element, write } from "./element.ts";
import type { Facts } from "./facts.ts";
import { icon } from "./icons.ts";

export const headOf = (): { element: HTMLElement; show(facts: Facts): void } => {
  const words = element("span");
  const rows = element("dl");
  const summary = element("summary", {}, icon("down"), words);
  // On a phone the list needs the room.
  const open = !matchMedia("(max-width: 480px)").matches;
  let last = "";
  return {
    element: element("details", { class: "facts", open }, summary, rows),
    show(facts) {
      const text = JSON.stringify(facts);
      if (text === last) return;
      last = text;
      write(words, `Consent: ${facts.consent.words}`);
      summary.className = facts.consent.tone;
      rows.replaceChildren(
        ...facts.rows.map(([label, said]) => element("div", {}, element("dt", {}, label), element("dd", {}, said))),
      );
    },
  };
};
