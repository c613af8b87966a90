/** What is wrong with a shop's measuring now, or needs somebody: each with where to look. */
import type { Trouble } from "../../core/alerts.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { Destination } from "../../core/settings.ts";
import type { NoticedTag, QueueState } from "../../store/store.ts";
import { count, span } from "./words.ts";

export interface Warning {
  title: string;
  words: string;
  /** Path below the shop's, and what it is called. */
  to?: readonly [path: string, label: string];
}

/** How things stand with one shop. */
export interface Standing {
  nowMs: number;
  destinations: readonly Destination[];
  /** Undefined where the store does not tell in time. */
  queue: readonly QueueState[] | undefined;
  silences: readonly Trouble[];
  otherTags: readonly NoticedTag[];
  /** Deliveries of the period by what became of them. */
  outcomes: ReadonlyMap<string, number>;
}

/** A healthy relay has sent what is due within seconds. */
const QUEUE_OLD_MS = 15 * 60_000;
/** A Tag that was not noticed for so long may be gone. */
const NOTICED_MS = 7 * 86_400_000;
/** What ended unsent for a reason that somebody can mend. */
const LETTERS: readonly Outcome[] = ["rejected", "dead", "unmatched", "expired"];

type Check = (standing: Standing) => Warning[];

const paused: Check = ({ destinations }) =>
  destinations.flatMap(({ name, paused: words, state }) =>
    words === undefined || state === "inactive"
      ? []
      : [
          {
            title: `${name} is paused`,
            words: `Nothing is sent and everything is kept. Pinterest said: ${words}.`,
            to: ["/destinations", "Set a new token"] as const,
          },
        ],
  );

const oldQueue: Check = ({ destinations, queue, nowMs }) =>
  destinations.flatMap(({ id, name, paused: isPaused }) => {
    const { oldestMs = nowMs, waiting = 0 } = queue?.find((one) => one.destination === id) ?? {};
    if (isPaused !== undefined || nowMs - oldestMs < QUEUE_OLD_MS) return [];
    return [
      {
        title: `Events for ${name} have waited ${span(nowMs - oldestMs)}`,
        words: `${count(waiting)} wait. After an hour Pinterest counts an event as offline and cannot match it with the Tag's copy.`,
        to: ["/events?outcome=waiting", "See what they wait for"] as const,
      },
    ];
  });

const silent: Check = ({ silences, nowMs }) =>
  silences.map(({ alert, words, sinceMs }) => ({
    title: alert === "tag is silent" ? "The tag has gone silent" : "The webhook has gone silent",
    words: `For ${span(nowMs - sinceMs)}: ${words}.`,
    to: ["/sources", "See the shop's sources"] as const,
  }));

const BY: Record<NoticedTag["by"], string> = {
  page: "in the code of the shop's pages",
  network: "in what the shop's pages send to Pinterest",
  "shopify app": "in an app of Shopify's",
};

const otherTag: Check = ({ otherTags, nowMs }) => {
  const [tag, ...more] = otherTags.filter(({ lastMs }) => nowMs - lastMs < NOTICED_MS);
  if (!tag) return [];
  const id = tag.tagId ? ` ${tag.tagId}` : "";
  return [
    {
      title: "Another Pinterest Tag is on the shop's pages",
      words: `Tag${id} was seen ${BY[tag.by]}, ${span(nowMs - tag.lastMs)} ago${more.length > 0 ? `, and ${count(more.length)} more` : ""}. It tells the same events under other IDs, so Pinterest counts them twice. Remove it, or keep this relay's destination in shadow until then.`,
    },
  ];
};

const letters: Check = ({ outcomes }) => {
  const found = LETTERS.flatMap((name) => {
    const n = outcomes.get(name) ?? 0;
    return n > 0 ? [{ name, n }] : [];
  });
  const [worst] = [...found].sort((a, b) => b.n - a.n);
  if (!worst) return [];
  const sum = found.reduce((all, { n }) => all + n, 0);
  return [
    {
      title: `${count(sum)} ${sum === 1 ? "event" : "events"} did not reach Pinterest and can be replayed`,
      words: `${found.map(({ name, n }) => `${count(n)} ${name}`).join(", ")}. Mend the reason first, then replay them.`,
      to: [`/events?outcome=${worst.name}`, "See them in the log"] as const,
    },
  ];
};

/** In this order they are shown: what stops everything first. */
const CHECKS: readonly Check[] = [paused, silent, oldQueue, otherTag, letters];

export const warningsOf = (standing: Standing): Warning[] => CHECKS.flatMap((check) => check(standing));
