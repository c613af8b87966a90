/** The list of events, the newest first. */
import type { Copy } from "./copying.ts";
import { element } from "./element.ts";
import type { Entry } from "./entry.ts";
import { type Row, rowOf } from "./row.ts";

export const listOf = (copy: Copy): { element: HTMLElement; show(entries: readonly Entry[]): void } => {
  const rows = new Map<string, Row>();
  const list = element("ol");
  let isShown = false;
  const empty = element(
    "p",
    { class: "empty" },
    element("strong", {}, "Nothing has been told yet"),
    "Walk through the shop: each event shows up here as it happens, and what becomes of it.",
  );
  return {
    element: element(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-label": "Events, newest first", tabindex: "0" },
      empty,
      list,
    ),
    show(entries) {
      const now = Date.now();
      const keys = new Set(entries.map(({ key }) => key));
      for (const [key, row] of rows)
        if (!keys.has(key)) {
          rows.delete(key);
          row.element.remove();
        }
      entries.forEach((entry, at) => {
        const row = rows.get(entry.key) ?? rowOf(copy);
        if (isShown && !rows.has(entry.key)) row.element.classList.add("new");
        rows.set(entry.key, row);
        row.show(entry, now);
        const next = list.children[at] ?? null;
        if (next !== row.element) list.insertBefore(row.element, next);
      });
      isShown = true;
      empty.hidden = entries.length > 0;
    },
  };
};
