/** The list of events, newest first: draws what changed and leaves the rest alone. */
import { eventCard, firstMs } from "./event.js";

const list = document.getElementById("events");
/** Cards on the page by event, each with what it was drawn from. */
const cards = new Map();
/** When the newest event so far came; nothing of the first answer is news. */
let newestMs = Infinity;

export const showEvents = (verdicts) => {
  const keys = keysOf(verdicts);
  const present = new Set(keys);
  for (const [key, { card }] of cards) {
    if (present.has(key)) continue;
    card.remove();
    cards.delete(key);
  }
  const wanted = verdicts.map((verdict, at) => cardOf(keys[at], verdict)).reverse();
  let place = list.firstElementChild;
  for (const card of wanted) {
    if (card === place) place = place.nextElementSibling;
    else list.insertBefore(card, place);
  }
  const newest = verdicts.length > 0 ? firstMs(verdicts.at(-1)) : 0;
  newestMs = newestMs === Infinity ? newest : Math.max(newestMs, newest);
};

/** Remembers what is being read; the function it returns puts that back where it was. */
export const standing = () => {
  const read = beingRead();
  return () => {
    const card = cards.get(read?.key)?.card;
    if (card) scrollBy({ top: card.getBoundingClientRect().top - read.top, behavior: "instant" });
  };
};

/** The first card on the screen and where it stands, once the reader has left the top, where new events come in. */
const beingRead = () => {
  if (list.getBoundingClientRect().top >= 0) return undefined;
  for (const card of list.children) {
    const { top, bottom } = card.getBoundingClientRect();
    if (bottom > 0) return { key: card.dataset.key, top };
  }
  return undefined;
};

const cardOf = (key, verdict) => {
  const drawn = JSON.stringify(verdict);
  const known = cards.get(key);
  if (known?.drawn === drawn) return known.card;
  const card = eventCard(verdict);
  card.dataset.key = key;
  if (known) known.card.replaceWith(card);
  else if (firstMs(verdict) > newestMs) card.classList.add("new");
  cards.set(key, { drawn, card });
  return card;
};

/** Name and event ID; without an ID the time, and its place among those of the same millisecond. */
const keysOf = (verdicts) => {
  const seen = new Map();
  return verdicts.map((verdict) => {
    if (verdict.eventId) return `${verdict.apiName} ${verdict.eventId}`;
    const key = `${verdict.apiName} at ${firstMs(verdict)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return `${key} ${seen.get(key)}`;
  });
};
