/** Asks every second how events are counted, and shows what changed without moving what is being read. */
import { make } from "./dom.js";
import { eventCard } from "./event.js";
import { icon } from "./icons.js";

const EVERY_MS = 1_000;
const SHOWN = 100;

const byId = (id) => document.getElementById(id);
const list = byId("events");
/** Cards on the page by event, each with what it was drawn from. */
const cards = new Map();

const show = ({ verdicts, totals, traffic }) => {
  const read = beingRead();
  showEvents(verdicts);
  showTotals(totals);
  const calls = `${counted(traffic.calls, "call")} to the API${traffic.refused ? `, ${traffic.refused} not answered with 200` : ""}`;
  byId("traffic").textContent = `${counted(traffic.hits, "hit")} from browsers · ${calls}`;
  const all = Object.values(totals).reduce((sum, count) => sum + count, 0);
  byId("empty").hidden = all > 0;
  byId("more").hidden = all <= SHOWN;
  byId("more").textContent = `The newest ${SHOWN} of ${all} events.`;
  const card = cards.get(read?.key)?.card;
  if (card) scrollBy({ top: card.getBoundingClientRect().top - read.top, behavior: "instant" });
};

/** The first card on the screen and where it stands, once the reader has left the top, where new events come in. */
const beingRead = () => {
  if (list.getBoundingClientRect().top >= 0) return undefined;
  for (const [key, { card }] of [...cards].reverse()) {
    const { top, bottom } = card.getBoundingClientRect();
    if (bottom > 0) return { key, top };
  }
  return undefined;
};

const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

const showEvents = (verdicts) => {
  const present = new Set();
  const isFirst = cards.size === 0;
  verdicts.forEach((verdict, at) => {
    const key = verdict.eventId
      ? `${verdict.apiName} ${verdict.eventId}`
      : `${verdict.apiName} ${verdict.browser?.atMs} ${at}`;
    present.add(key);
    const drawn = JSON.stringify(verdict);
    const known = cards.get(key);
    if (known?.drawn === drawn) return;
    const card = eventCard(verdict);
    if (known) known.card.replaceWith(card);
    else {
      if (!isFirst) card.classList.add("new");
      list.prepend(card);
    }
    cards.set(key, { drawn, card });
  });
  for (const [key, { card }] of cards) {
    if (present.has(key)) continue;
    card.remove();
    cards.delete(key);
  }
};

const showTotals = (totals) => {
  const drawn = JSON.stringify(totals);
  const place = byId("totals");
  if (place.dataset.drawn === drawn) return;
  place.dataset.drawn = drawn;
  place.replaceChildren(
    ...Object.entries(totals).map(([verdict, count]) =>
      make(
        "li",
        { class: "chip", "data-verdict": verdict, "data-none": count === 0 },
        icon(verdict),
        make("strong", {}, String(count)),
        ` ${verdict}`,
      ),
    ),
  );
};

const showLive = (isLive) => {
  const live = byId("live");
  const words = isLive ? "live" : "not reachable";
  live.classList.toggle("lost", !isLive);
  if (live.textContent !== words) live.textContent = words;
};

const refresh = async () => {
  try {
    const response = await fetch(`/verdicts?last=${SHOWN}`);
    show(await response.json());
    showLive(true);
  } catch {
    showLive(false);
  }
};

const keepFresh = async () => {
  if (!document.hidden) await refresh();
  setTimeout(keepFresh, EVERY_MS);
};

byId("clear").addEventListener("click", async () => {
  await fetch("/control/reset", { method: "POST" }).catch(() => {});
  await refresh();
});
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = location.origin;
await keepFresh();
