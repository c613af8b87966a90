/** Wires the panel: what it overhears goes into the entries, and the entries onto the screen and into the tab's memory. */
import { type Beacon, COLLECT_PATH, DEBUG_HASH } from "../contract.ts";
import { attempt, on } from "../guard.ts";
import { publicAddress } from "../page-address.ts";
import { overhearBeacons } from "./beacons.ts";
import type { Entries, Entry } from "./entry.ts";
import { type Facts, factsOf } from "./facts.ts";
import type { Lent } from "./lent.ts";
import { forget, recall, remember } from "./memory.ts";
import { panelOf } from "./panel.ts";
import { pinterestHalves } from "./pinterest-half.ts";
import { overhearPintrk } from "./pintrk-calls.ts";
import { relayHalves } from "./relay-half.ts";
import { watchScripts } from "./scripts.ts";

const LOOK_MS = 250;

/** `relay` is its origin. */
export const start = (relay: string, [settings, consent, mayTell]: Lent): void => {
  // The first file starts after this one: whoever looks at the panel of a destination in test tells the Tag too.
  if (settings.testTagId) settings.tagId ??= settings.testTagId;
  const memory = recall();
  const entries: Entries = new Map(memory.entries.map((entry) => [entry.key, entry]));
  const atRelay = relayHalves(entries, settings);
  const atPinterest = pinterestHalves(entries, performance.timeOrigin);
  const scripts = watchScripts(relay, settings);
  const isLate = window._pinrelay !== undefined;
  let { isCollapsed } = memory;
  let last: Pick<Beacon, "v" | "rev" | "visitor"> | undefined;
  let isOver = false;
  let isLeaving = false;

  const newestFirst = (): Entry[] => [...entries.values()].sort((one, other) => other.time - one.time);
  const facts = (): Facts =>
    factsOf({
      relay,
      settings,
      consent: consent(),
      mayTell: mayTell(),
      scripts,
      loads: atPinterest.loads,
      last,
      isLate,
    });
  const save = (): void => {
    if (!isOver) remember({ entries: newestFirst(), isCollapsed });
  };
  const draw = (): void => {
    if (isOver) return;
    scripts.look();
    if ([scripts.is.core, scripts.is.companion].includes("blocked")) atPinterest.blocked();
    atRelay.look(Date.now());
    atPinterest.look(Date.now());
    save();
    // As the last of the document: no selector of the page's meets it.
    if (document.readyState !== "loading") panel.show({ entries: newestFirst(), facts: facts(), isCollapsed });
  };
  const drawSoon = (): void => {
    // What is told while the page is left would otherwise not be saved.
    if (isLeaving) save();
    else setTimeout(() => attempt(draw));
  };

  const panel = panelOf({
    clear() {
      entries.clear();
      draw();
    },
    collapse(isAsked) {
      isCollapsed = isAsked;
      draw();
    },
    close: () => end(),
    json: () =>
      JSON.stringify(
        {
          page: publicAddress(location.href),
          consent: consent(),
          ...Object.fromEntries(facts().rows),
          events: newestFirst(),
        },
        null,
        2,
      ),
  });

  const unhear = [
    overhearPintrk((words) => {
      const hear = atPinterest.called(words);
      drawSoon();
      return (
        hear &&
        ((answer) => {
          hear(answer);
          drawSoon();
        })
      );
    }),
    overhearBeacons(relay + COLLECT_PATH, (beacon) => {
      const { v, rev, visitor } = beacon;
      last = { v, rev, ...(visitor && { visitor }) };
      const sent = atRelay.sent(beacon);
      drawSoon();
      return (answer) => {
        atRelay.answered(sent, answer);
        drawSoon();
      };
    }),
    scripts.end,
  ];

  const timer = setInterval(() => attempt(draw), LOOK_MS);
  on(document, "DOMContentLoaded", draw);
  window.addEventListener("pageshow", ({ persisted }) => attempt(() => persisted && !isOver && comeBack()));
  on(window, "pagehide", () => {
    isLeaving = true;
    save();
  });

  /** A page that the browser kept does not know what pages after it told, or that the panel was closed there. */
  const comeBack = (): void => {
    isLeaving = false;
    const { entries: later, isOn } = recall();
    for (const entry of later) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    if (isOn) draw();
    else end();
  };

  const end = (): void => {
    isOver = true;
    clearInterval(timer);
    for (const stop of unhear) attempt(stop);
    panel.remove();
    forget();
    window._pinrelayDebug = undefined;
    // Else the panel would come back with the page.
    if (location.hash.startsWith(DEBUG_HASH))
      history.replaceState(history.state, "", location.pathname + location.search);
  };
  window._pinrelayDebug = end;
  draw();
};
