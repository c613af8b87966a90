/** The overview of a shop: what came, what was told, whether both halves agree, and what needs somebody. */
import type { VNode } from "preact";
import type { Destination } from "../../core/settings.ts";
import type { Overview } from "../../store/reads.ts";
import { Chart, COLOURS, type Colour } from "../overview/chart.tsx";
import { Figures } from "../overview/figures.tsx";
import { DifferingCard, HalvesCard } from "../overview/halves.tsx";
import { MatchingCard } from "../overview/matching.tsx";
import { OrdersCard } from "../overview/orders.tsx";
import { type Chosen, PERIODS, periodOf } from "../overview/period.ts";
import { QualityCard } from "../overview/quality.tsx";
import { seriesOf, totalsOf } from "../overview/series.ts";
import { type Warning, warningsOf } from "../overview/warnings.ts";
import { Empty, Time } from "../parts.tsx";
import type { Page, ShopVisit } from "../visit.ts";

export const overviewPage: Page<ShopVisit> = async ({ house, shop, query, nowMs }) => {
  const chosen = periodOf(query.get("period"), nowMs);
  const destinations = house.directory.destinations().filter((one) => one.shop === shop.id);
  const driving = destinations.find(({ drivesBrowser, state }) => drivesBrowser && state === "live");
  const [overview, queue, otherTags, names, scores] = await Promise.all([
    house.reads.overview(shop.id, chosen.period),
    house.queue(),
    house.store.otherTags(shop.id),
    house.reads.names(shop.id),
    driving ? house.quality(driving) : [],
  ]);
  const path = `/admin/shops/${shop.key}`;
  const outcomes = totalsOf(overview.outcomes);
  const silences = house.silences().filter((one) => one.shop === shop.key);
  const warnings = warningsOf({ nowMs, destinations, queue, silences, otherTags, outcomes });
  const waiting = queue?.filter(({ destination }) => destinations.some(({ id }) => id === destination));
  return {
    title: "Overview",
    lead: shop.origins[0]?.replace(/^https?:\/\//, "") ?? "A shop without an address yet",
    scripts: ["charts"],
    page: (
      <>
        <Periods chosen={chosen} path={path} />
        {nowMs - overview.asOfMs > REMEMBERED_MS ? (
          <p class="hint">
            Figures as of <Time ms={overview.asOfMs} />: they are being counted anew.
          </p>
        ) : null}
        {warnings.map((warning) => (
          <WarningNote key={warning.title} warning={warning} path={path} />
        ))}
        <StateNote destinations={destinations} path={path} />
        {overview.events.length === 0 ? (
          <Nothing isNew={names.length === 0} chosen={chosen} path={path} />
        ) : (
          <>
            <Figures overview={overview} outcomes={outcomes} queue={waiting} chosen={chosen} nowMs={nowMs} />
            <Charts overview={overview} chosen={chosen} />
            <HalvesCard halves={overview.halves} lookedAt={overview.lookedAt} path={path} />
            <div class="two">
              <DifferingCard halves={overview.halves} differing={overview.differing} path={path} />
              <OrdersCard orders={overview.orders} path={path} />
            </div>
            <MatchingCard coverage={overview.coverage} />
            {scores.length > 0 ? <QualityCard scores={scores} /> : null}
          </>
        )}
      </>
    ),
  };
};

/** Figures that are older were not counted for this visit. */
const REMEMBERED_MS = 5_000;

const Periods = ({ chosen, path }: { chosen: Chosen; path: string }) => (
  <nav class="periods" aria-label="Period">
    {PERIODS.map(([word, title]) => (
      <a key={word} href={`${path}?period=${word}`} aria-current={word === chosen.word ? "true" : undefined}>
        {title}
      </a>
    ))}
  </nav>
);

const WarningNote = ({ warning: { title, words, to }, path }: { warning: Warning; path: string }) => (
  <p class="warning">
    <strong>{title}.</strong> {words} {to ? <a href={`${path}${to[0]}`}>{to[1]}</a> : null}
  </p>
);

/** What destinations do with the events, where they are not simply sent. */
const StateNote = ({ destinations, path }: { destinations: readonly Destination[]; path: string }): VNode | null => {
  if (destinations.some(({ state }) => state === "live")) return null;
  const [words, label] =
    destinations.length === 0
      ? ["Events are kept and go nowhere yet: this shop has no destination.", "Add one"]
      : destinations.some(({ state }) => state === "shadow")
        ? [
            "In shadow: everything is computed and stored as it would be sent. Nothing is sent, and the Pinterest Tag is silent.",
            "Move it on",
          ]
        : destinations.some(({ state }) => state === "test")
          ? ["In test: Pinterest checks and answers the events, and counts none.", "Move it on"]
          : ["Events are kept and go nowhere yet: the destination is inactive.", "Move it on"];
  return (
    <p class="note">
      {words} <a href={`${path}/destinations`}>{label}</a>
    </p>
  );
};

const Nothing = ({ isNew, chosen, path }: { isNew: boolean; chosen: Chosen; path: string }) =>
  isNew ? (
    <Empty title="No event yet">
      <p>Paste the snippet into the shop's pages and open one of them. The first event is here a second later.</p>
      <p>
        <a class="button" href={`${path}/start`}>
          Go on with setting up
        </a>
      </p>
    </Empty>
  ) : (
    <Empty title={`No event in the last ${chosen.title}`}>
      <p>There are older ones. See whether the snippet is still in the shop's theme.</p>
      <p>
        <a href={`${path}?period=30d`}>The last 30 days</a> · <a href={`${path}/events`}>The log</a> ·{" "}
        <a href={`${path}/sources`}>The snippet</a>
      </p>
    </Empty>
  );

/** An outcome has the same colour whatever its rank; the rest share what is left. */
// biome-ignore format: a table
const OUTCOME_COLOURS: Readonly<Record<string, Colour>> = {
  sent:           "chart-3",
  shadow:         "chart-6",
  waiting:        "chart-4",
  rejected:       "chart-1",
  dead:           "chart-1",
  "browser only": "chart-2",
  "no consent":   "chart-5",
};

const Charts = ({ overview, chosen }: { overview: Overview; chosen: Chosen }) => (
  <div class="two">
    <Chart
      title="Events by name"
      explains="Accepted events, by when the relay received them. One that is told again counts once."
      series={seriesOf(overview.events, chosen.period, overview.stepMs)}
      colourOf={(_, place) => COLOURS[place % COLOURS.length] ?? "chart-7"}
    />
    <Chart
      title="Events by outcome"
      explains="What became of them at each destination, by when they were received."
      series={seriesOf(overview.outcomes, chosen.period, overview.stepMs)}
      colourOf={(name) => OUTCOME_COLOURS[name] ?? "chart-7"}
    />
  </div>
);
