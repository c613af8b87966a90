/** Deduplication: how many events both channels told, and where the two halves of one do not agree. */
import { EVENTS } from "@pinrelay/tag/contract";
import type { Differing, Halved } from "../../store/reads.ts";
import { Card, Scroll, Time } from "../parts.tsx";
import { count, percent } from "./words.ts";

/** Of the events that both channels have a name for. One that is told by the Tag alone by design is not among them. */
export const bothOf = (halves: readonly Halved[]): { both: number; of: number } => {
  const paired = halves.filter(({ both, relayOnly }) => both + relayOnly > 0);
  return {
    both: paired.reduce((sum, one) => sum + one.both, 0),
    of: paired.reduce((sum, one) => sum + one.both + one.tagOnly + one.relayOnly, 0),
  };
};

const FUNNEL: readonly string[] = EVENTS.flatMap(([name, , api]) => (api === null ? [] : [name]));
/** In the order of a visit; what one channel alone is told comes last. */
const placeOf = ({ name }: Halved): number => (FUNNEL.includes(name) ? FUNNEL.indexOf(name) : FUNNEL.length);
const byFunnel = (a: Halved, b: Halved): number => placeOf(a) - placeOf(b) || a.name.localeCompare(b.name);

/** The API for Conversions has no event for it, and nothing of it was sent all the same. */
const isTagsAlone = ({ name, both, relayOnly }: Halved): boolean =>
  both + relayOnly === 0 && EVENTS.some(([shop, , api]) => shop === name && api === null);

const SHARES = [
  ["both", "Both", "The Tag took it and the relay sent it, or will, under one event ID: Pinterest counts it once."],
  ["tagOnly", "Tag only", "The Tag took it; the relay sends nothing of it, such as a page load."],
  ["relayOnly", "Relay only", "The relay sends it; the Tag was blocked, failed, or nothing is known of it."],
  ["neither", "Neither", "No consent, a bot, or left out by a rule of yours."],
] as const;

export const HalvesCard = ({
  halves,
  lookedAt,
  path,
}: {
  halves: readonly Halved[];
  lookedAt: number;
  path: string;
}) => (
  <Card title="Both halves of an event">
    <p class="hint">
      Who told Pinterest of it, among the newest {count(lookedAt)} events of this period. Pinterest counts an event once
      where both halves have the same ID.
    </p>
    <Scroll label="Both halves of an event, by event">
      <table>
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">
              <span class="unseen">As a bar</span>
            </th>
            {SHARES.map(([key, label, explains]) => (
              <th key={key} scope="col" class="number" title={explains}>
                <svg class={`swatch share-${key}`} viewBox="0 0 10 10" aria-hidden="true">
                  <rect width="10" height="10" rx="2" />
                </svg>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...halves].sort(byFunnel).map((one) => {
            const all = one.both + one.tagOnly + one.relayOnly + one.neither;
            return (
              <tr key={one.name}>
                <th scope="row">
                  <a href={`${path}/events?event=${encodeURIComponent(one.name)}`}>{one.name}</a>
                  {isTagsAlone(one) ? <span class="base"> for the Tag alone</span> : null}
                </th>
                <td>
                  <Shares of={one} all={all} />
                </td>
                {SHARES.map(([key]) => (
                  <td key={key} class="number">
                    {percent(one[key], all)} <span class="base">{count(one[key])}</span>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
    <dl class="explained">
      {SHARES.map(([key, label, explains]) => (
        <>
          <dt key={key}>{label}</dt>
          <dd>{explains}</dd>
        </>
      ))}
    </dl>
  </Card>
);

const Shares = ({ of, all }: { of: Halved; all: number }) => {
  let left = 0;
  return (
    <svg class="shares" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {SHARES.map(([key]) => {
        const width = (100 * of[key]) / Math.max(all, 1);
        const x = left;
        left += width;
        return <rect key={key} class={`share-${key}`} x={x} width={width} height="10" />;
      })}
    </svg>
  );
};

export const DifferingCard = (props: { halves: readonly Halved[]; differing: readonly Differing[]; path: string }) => {
  const { halves, differing, path } = props;
  const told = halves.reduce((sum, { twoSources }) => sum + twoSources, 0);
  const sum = (key: keyof Halved["differing"]) => halves.reduce((all, one) => all + one.differing[key], 0);
  return (
    <Card title="Halves that disagree">
      <p class="hint">
        Of {count(told)} events that both the browser and the shop's server told. Pinterest keeps the copy that comes
        first, so both should say the same.
      </p>
      <dl class="figures">
        <dt>Value</dt>
        <dd>{count(sum("value"))}</dd>
        <dt>Currency</dt>
        <dd>{count(sum("currency"))}</dd>
        <dt>Content ID</dt>
        <dd>{count(sum("contentIds"))}</dd>
      </dl>
      {differing.length === 0 ? (
        <p class="quietly">{told === 0 ? "No event was told by both yet." : "They all agree."}</p>
      ) : (
        <Scroll label="Newest events whose halves disagree">
          <table>
            <caption>The newest of them</caption>
            <thead>
              <tr>
                <th scope="col">Event</th>
                <th scope="col">Disagree on</th>
                <th scope="col" class="number">
                  Browser
                </th>
                <th scope="col" class="number">
                  Server
                </th>
              </tr>
            </thead>
            <tbody>
              {differing.flatMap(({ name, row, receivedMs, on }) =>
                on.map(({ what, browser, server }) => (
                  <tr key={`${row} ${what}`}>
                    <th scope="row">
                      <a href={`${path}/events/${row}`}>{name}</a>
                      <br />
                      <span class="base">
                        <Time ms={receivedMs} />
                      </span>
                    </th>
                    <td>{what}</td>
                    <td class="number">{browser}</td>
                    <td class="number">{server}</td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  );
};
