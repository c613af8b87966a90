/** Asks every second how events are counted, and shows what changed without moving what is being read. */
import { showEvents, standing } from "./list.js";
import { showRefusals } from "./refusals.js";
import { only, showTotals } from "./totals.js";

const EVERY_MS = 1_000;
const SHOWN = 100;

const byId = (id) => document.getElementById(id);

const show = ({ verdicts, totals, traffic, refusals }) => {
  const stay = standing();
  showEvents(verdicts);
  showTotals(totals, choose);
  showRefusals(refusals);
  const calls = `${counted(traffic.calls, "call")} to the API${traffic.refused ? `, ${traffic.refused} not answered with 200` : ""}`;
  byId("traffic").textContent = `${counted(traffic.hits, "hit")} from browsers · ${calls}`;
  const all = Object.values(totals).reduce((sum, count) => sum + count, 0);
  byId("empty").hidden = all > 0;
  byId("more").textContent = more(verdicts.length, all, totals);
  byId("more").hidden = byId("more").textContent === "";
  stay();
};

const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** What the list leaves out. */
const more = (listed, all, totals) => {
  const of = only() ? totals[only()] : all;
  if (of === 0) return all > 0 ? `No event is “${only()}”.` : "";
  if (listed >= of) return "";
  return only() ? `The newest ${listed} of ${of}.` : `${listed} of ${of} events: the newest, and all that is amiss.`;
};

const showLive = (isLive) => {
  const live = byId("live");
  const words = isLive ? "live" : "not reachable";
  live.classList.toggle("lost", !isLive);
  if (live.textContent !== words) live.textContent = words;
};

const refresh = async () => {
  const asked = only();
  try {
    const response = await fetch(`/verdicts?last=${SHOWN}${asked ? `&only=${encodeURIComponent(asked)}` : ""}`);
    const answer = await response.json();
    // Another choice was made meanwhile, and has its own answer coming.
    if (asked === only()) show(answer);
    showLive(true);
  } catch {
    showLive(false);
  }
};

const choose = () => void refresh();

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
