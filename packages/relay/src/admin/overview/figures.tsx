/** The figures at the head of the overview, each with its base and what it counts. */
import type { ComponentChildren } from "preact";
import type { Overview } from "../../store/reads.ts";
import type { QueueState } from "../../store/store.ts";
import { money } from "../money.ts";
import { bothOf } from "./halves.tsx";
import { netOf } from "./orders.tsx";
import type { Chosen } from "./period.ts";
import { count, percent, span } from "./words.ts";

/** Settled, and meant for Pinterest: what was left out on purpose is not among them. */
const MEANT = ["sent", "rejected", "unmatched", "expired", "dead"];

export interface FiguresProps {
  overview: Overview;
  /** Deliveries by what became of them. */
  outcomes: ReadonlyMap<string, number>;
  /** Of the shop's destinations; undefined where the store does not tell in time. */
  queue: readonly QueueState[] | undefined;
  chosen: Chosen;
  nowMs: number;
}

export const Figures = ({ overview, outcomes, queue, chosen, nowMs }: FiguresProps) => {
  const accepted = overview.events.reduce((sum, one) => sum + one.count, 0);
  const sent = outcomes.get("sent") ?? 0;
  const shadowed = outcomes.get("shadow") ?? 0;
  const meant = MEANT.reduce((sum, name) => sum + (outcomes.get(name) ?? 0), 0);
  const waiting = queue?.reduce((sum, one) => sum + one.waiting, 0);
  const oldestMs = Math.min(...(queue ?? []).flatMap((one) => one.oldestMs ?? []));
  const { both, of } = bothOf(overview.halves);
  const [largest, ...others] = overview.orders;
  const hours = (nowMs - chosen.period.sinceMs) / 3_600_000;
  return (
    <div class="grid figures-row">
      <Figure label="Accepted" figure={count(accepted)} explains="Events that the relay took and keeps.">
        {rate(accepted, hours)}
        {overview.duplicates > 0
          ? `, ${count(overview.duplicates)} ${overview.lookedAt < accepted ? `of the newest ${count(overview.lookedAt)} ` : ""}told again`
          : ""}
      </Figure>
      {sent === 0 && shadowed > 0 ? (
        <Figure label="In shadow" figure={count(shadowed)} explains="Computed and stored as they would be sent.">
          {rate(shadowed, hours)}
        </Figure>
      ) : (
        <Figure
          label="Delivered"
          figure={percent(sent, meant)}
          explains="Of the events that were to go to Pinterest, those that it took."
        >
          {count(sent)} of {count(meant)}, {rate(sent, hours)}
        </Figure>
      )}
      <Figure
        label="Waiting"
        figure={waiting === undefined ? "–" : count(waiting)}
        explains="Not sent yet: held for their other half, or until Pinterest takes them."
      >
        {waiting === undefined
          ? "The store is slow to tell"
          : Number.isFinite(oldestMs)
            ? `The oldest that is due has waited ${span(nowMs - oldestMs)}`
            : "None of them is due"}
      </Figure>
      <Figure
        label="Told by both halves"
        figure={percent(both, of)}
        explains="By the Pinterest Tag and by the relay under one ID, of the events that both have a name for."
      >
        {count(both)} of {count(of)}
        {overview.lookedAt < accepted ? `, among the newest ${count(overview.lookedAt)}` : ""}
      </Figure>
      <Figure
        label="Net orders"
        figure={largest ? money(netOf(largest), largest.currency) : "–"}
        explains="What was bought, less what was cancelled and refunded."
      >
        {largest ? `${count(largest.orders - largest.cancelled)} orders` : "No order in this period"}
        {others.map((sum) => `, ${money(netOf(sum), sum.currency)}`)}
      </Figure>
    </div>
  );
};

/** In the larger unit where it is rare. */
const rate = (n: number, hours: number): string => {
  const hourly = n / hours;
  const [per, unit] = hourly >= 10 || hours < 48 ? [hourly, "an hour"] : [hourly * 24, "a day"];
  return `${per >= 10 ? count(Math.round(per)) : per.toFixed(1)} ${unit}`;
};

const Figure = (props: { label: string; figure: string; explains: string; children: ComponentChildren }) => (
  <section class="card">
    <h2>{props.label}</h2>
    <p class="figure">{props.figure}</p>
    <p class="base">{props.children}</p>
    <p class="hint">{props.explains}</p>
  </section>
);
