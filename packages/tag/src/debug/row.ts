/** One event in the list. */
import { clock } from "./clock.ts";
import type { Copy } from "./copying.ts";
import { details } from "./details.ts";
import { button, element, write } from "./element.ts";
import type { Entry } from "./entry.ts";
import { icon } from "./icons.ts";
import { together } from "./together.ts";
import { HALVES, PINTEREST, RELAY, type Tone } from "./words.ts";

export interface Row {
  element: HTMLElement;
  show(entry: Entry, now: number): void;
}

export const rowOf = (copy: Copy): Row => {
  let shown: Entry | undefined;
  let last = "";
  const name = element("span", { class: "name" });
  const whose = element("span", { class: "whose" });
  const worth = element("span", { class: "worth" });
  const time = element("time");
  const where = element("span");
  const id = element("code");
  const copyId = button("Copy event ID", () => copy(copyId, icon("done"), shown?.id ?? ""), icon("copy"));
  copyId.className = "copy";
  const pills = element("div", { class: "pills" });
  const faults = element("div");
  const opened = element("div", { class: "details", hidden: true });
  // By its style it covers all of the head, but for the button that lies on it.
  const toggle = element("button", { type: "button", class: "toggle", "aria-expanded": "false" }, icon("down"), name);
  const idLine = element("div", { class: "line where id" }, id, copyId);

  const fill = (now: number): void => {
    if (shown && !opened.hidden) opened.replaceChildren(...details(shown, now));
  };
  toggle.addEventListener("click", () => {
    opened.hidden = !opened.hidden;
    toggle.setAttribute("aria-expanded", String(!opened.hidden));
    fill(Date.now());
  });

  return {
    element: element(
      "li",
      { class: "event" },
      element(
        "div",
        { class: "head" },
        element("div", { class: "line" }, toggle, whose, worth),
        element("div", { class: "line where" }, time, where),
        idLine,
        pills,
        faults,
      ),
      opened,
    ),
    show(entry, now) {
      const text = JSON.stringify(entry);
      shown = entry;
      if (text === last) return;
      last = text;
      write(name, entry.name);
      write(whose, entry.said ? "" : "by the page itself");
      write(worth, (entry.halves.relay ?? entry.halves.pinterest)?.value ?? "");
      write(time, clock(entry.time, now));
      write(where, pathOf(entry.url));
      write(id, entry.id ?? "");
      idLine.hidden = !entry.id;
      pills.replaceChildren(...pillsOf(entry));
      faults.replaceChildren(...faultsOf(entry));
      fill(now);
    },
  };
};

/** The worst of an event's tones: what a look at the collapsed panel has to tell. */
export const toneOf = (entry: Entry): Tone => {
  const tones = [RELAY[entry.relay.is][0], PINTEREST[entry.pinterest.is][0], HALVES[together(entry)][0]];
  return WORST_FIRST.find((tone) => tones.some((one) => one === tone)) ?? "calm";
};

const WORST_FIRST: readonly Tone[] = ["bad", "warn", "good"];

const pillsOf = (entry: Entry): Node[] => {
  const { relay, pinterest } = entry;
  const both = together(entry);
  return [
    pill(RELAY[relay.is][0], `Relay ${relay.is}`),
    pill(PINTEREST[pinterest.is][0], `Pinterest Tag ${pinterest.is}`),
    pill(HALVES[both][0], both),
  ];
};

const pill = (tone: Tone, text: string): Node => element("span", { class: `pill ${tone}` }, text);

/** A kept event may have a fault all the same: what of it Pinterest cannot use. */
const faultsOf = ({ relay, pinterest }: Entry): Node[] =>
  [
    { tone: RELAY[relay.is][0], why: relay.why },
    { tone: PINTEREST[pinterest.is][0], why: pinterest.why },
  ].flatMap(({ tone, why }) => (why ? [element("p", { class: `fault ${tone === "bad" ? tone : "warn"}` }, why)] : []));

const pathOf = (address: string): string => {
  try {
    const { pathname, search } = new URL(address);
    return pathname + search;
  } catch {
    return address;
  }
};
