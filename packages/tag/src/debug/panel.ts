/** The panel in the page: behind a shadow root, so that neither's styles reach the other. */
import { copying } from "./copying.ts";
import { button, element, write } from "./element.ts";
import type { Entry } from "./entry.ts";
import type { Facts } from "./facts.ts";
import { headOf } from "./head.ts";
import { icon } from "./icons.ts";
import { listOf } from "./list.ts";
import { toneOf } from "./row.ts";
import { STYLE } from "./style.ts";
import type { Tone } from "./words.ts";

/** What the panel's buttons do. */
export interface Acts {
  clear(): void;
  close(): void;
  collapse(isCollapsed: boolean): void;
  json(): string;
}

export interface Shown {
  entries: readonly Entry[];
  facts: Facts;
  isCollapsed: boolean;
}

/** What is pressed and typed in the panel is none of the page's business. */
const OURS = [
  ...["click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"],
  ...["keydown", "keyup", "keypress", "focusin", "focusout", "input", "copy"],
];

const WORST_FIRST: readonly Tone[] = ["bad", "warn", "good"];

export const panelOf = (acts: Acts) => {
  const host = document.createElement("pinrelay-debug");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  for (const type of OURS) host.addEventListener(type, (event) => event.stopPropagation());

  const status = element("p", { class: "said", role: "status" });
  const copy = copying(root, (words) => {
    // The same words again would not be read out.
    write(status, "");
    write(status, words);
  });

  const head = headOf();
  const list = listOf(copy);
  const notice = element("p");
  const noticeBox = element("div", { class: "notice" }, notice);
  const count = element("span", { class: "count" });
  const badgeCount = element("span", { class: "count" });
  const copyAll = button("Copy as JSON", () => copy(copyAll, "Copied", acts.json()));
  const collapseButton = button("Collapse", () => fold(true), icon("down"));
  const badge = element("button", { type: "button" }, icon("mark"), "Pinrelay", badgeCount);
  const panel = element(
    "section",
    { class: "panel", "aria-label": "Pinrelay debug panel" },
    element(
      "header",
      { class: "bar" },
      icon("mark"),
      element("h2", {}, "Pinrelay ", element("span", {}, "debug")),
      collapseButton,
      button("Close for this tab", acts.close, icon("close")),
    ),
    head.element,
    noticeBox,
    element("div", { class: "tools" }, count, copyAll, button("Clear", acts.clear)),
    list.element,
  );
  root.append(element("div", { class: "frame" }, panel, badge, status));

  const fold = (isCollapsed: boolean): void => {
    acts.collapse(isCollapsed);
    (isCollapsed ? badge : collapseButton).focus();
  };
  badge.addEventListener("click", () => fold(false));
  panel.addEventListener("keydown", ({ key }) => key === "Escape" && fold(true));

  return {
    show({ entries, facts, isCollapsed }: Shown): void {
      // A page may write its document anew.
      if (!host.isConnected) document.documentElement.append(host);
      head.show(facts);
      list.show(entries);
      write(count, entries.length === 1 ? "1 event" : `${entries.length} events`);
      write(badgeCount, String(entries.length));
      write(notice, facts.notice ?? "");
      noticeBox.hidden = !facts.notice;
      const tones = entries.map(toneOf);
      badge.className = `badge ${WORST_FIRST.find((tone) => tones.includes(tone)) ?? "calm"}`;
      badge.setAttribute("aria-label", `Pinrelay debug panel, ${count.textContent}`);
      panel.hidden = isCollapsed;
      badge.hidden = !isCollapsed;
    },
    remove: (): void => host.remove(),
  };
};
