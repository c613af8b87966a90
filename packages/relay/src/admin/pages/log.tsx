/** The event log: what came, from whom, and what became of it. */
import { discreet } from "../../core/discreet.ts";
import { OUTCOMES } from "../../core/outcome.ts";
import { type FilterName, type ReadQuery, readQuery, SOURCES } from "../../log-query.ts";
import type { LogRow } from "../../store/reads.ts";
import { csvRow } from "../csv.ts";
import { money } from "../money.ts";
import { Empty, OutcomeBadge, Scroll, Time } from "../parts.tsx";
import type { Answer, Page, ShopVisit } from "../visit.ts";
import { ReplayMany } from "./replay.tsx";

const PAGE = 50;
/** The live tail shows so many. */
const FOLLOWED = 200;

export const logPage: Page<ShopVisit> = async (visit) => {
  const { house, shop, query: told } = visit;
  const read = readQuery(shop.id, told);
  const [{ rows, next }, names] = await Promise.all([house.reads.log(read.query, PAGE), house.reads.names(shop.id)]);
  const path = `/admin/shops/${shop.key}/events`;
  const isFirst = read.query.beforeRow === undefined;
  const older = new URLSearchParams([...read.address, ["before", String(next)]]);
  return {
    title: "Events",
    lead: "The newest first. Every event that was told is here, with what became of it.",
    scripts: ["tail"],
    page: (
      <>
        <Filters path={path} read={read} names={names} />
        <div class="row tools">
          <a class="button quiet" href={`${path}.csv?${read.address}`}>
            Download as CSV
          </a>
          {isFirst ? (
            <button type="button" class="quiet" data-tail={`${path}/tail?${read.address}`} aria-pressed="false" hidden>
              Follow
            </button>
          ) : (
            <a href={`${path}?${read.address}`}>Newest</a>
          )}
          <span class="quietly" data-tail-said role="status" />
        </div>
        <ReplayMany visit={visit} read={read} />
        {rows.length === 0 ? (
          <div data-log-empty="">
            <Empty title={next === undefined ? "No events here" : "None among those looked at"}>
              {read.address.size > 0 ? (
                <p>
                  {next === undefined ? "Nothing fits these filters." : "What is older was not looked at yet."}{" "}
                  <a href={path}>Show all events</a>
                </p>
              ) : (
                <p>
                  Once a page with the snippet is opened, its events come here.{" "}
                  <a href={`/admin/shops/${shop.key}/start`}>Where the snippet goes</a>
                </p>
              )}
            </Empty>
          </div>
        ) : null}
        {rows.length > 0 || isFirst ? (
          <Scroll label="Events">
            <table class="log">
              <thead>
                <tr>
                  <th>Received</th>
                  <th>Event</th>
                  <th>Told by</th>
                  <th>Pinterest Tag</th>
                  <th class="number">Value</th>
                  <th>Outcome</th>
                </tr>
              </thead>
              <tbody data-log="">
                {rows.map((row) => (
                  <Row key={row.row} path={path} row={row} />
                ))}
              </tbody>
            </table>
          </Scroll>
        ) : null}
        {next === undefined ? null : (
          <p>
            <a class="button quiet" href={`${path}?${older}`}>
              Older
            </a>
          </p>
        )}
      </>
    ),
  };
};

/** On a phone a row is a card, and each cell says what it is. */
const Row = ({ path, row }: { path: string; row: LogRow }) => (
  <tr data-row={row.row}>
    <td data-label="Received">
      <Time ms={row.receivedMs} />
    </td>
    <td data-label="Event">
      <a href={addressOf(path, row)}>{discreet(row.name)}</a>
    </td>
    <td data-label="Told by">{row.sources.join(" + ")}</td>
    <td data-label="Pinterest Tag">{row.ack}</td>
    <td data-label="Value" class="number">
      {row.value === undefined ? "" : money(row.value, row.currency)}
    </td>
    <td data-label="Outcome">
      {row.deliveries.length === 0 ? <span class="quietly">no destination then</span> : null}
      {row.deliveries.map(({ delivery, outcome, words }) => (
        <span key={delivery} title={words && discreet(words)}>
          <OutcomeBadge outcome={outcome ?? "waiting"} />{" "}
        </span>
      ))}
    </td>
  </tr>
);

/** By its row: an event's own ID may be anything, also somebody's email. */
const addressOf = (path: string, { row }: LogRow): string => `${path}/${row}`;

const Filters = ({ path, read, names }: { path: string; read: ReadQuery; names: readonly string[] }) => {
  const value = (name: FilterName): string => read.address.get(name) ?? "";
  const chosen = (name: FilterName, label: string, any: string, all: readonly string[]) => (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">{any}</option>
        {all.map((one) => (
          <option key={one} value={one} selected={one === value(name)}>
            {one}
          </option>
        ))}
      </select>
      <Problem words={read.problems[name]} />
    </div>
  );
  const typed = (name: FilterName, label: string) => (
    <div class="field">
      <label for={name}>{label}</label>
      <input id={name} name={name} value={value(name)} />
      <Problem words={read.problems[name]} />
    </div>
  );
  /** In UTC for who has no script; `house.js` makes it the viewer's zone. */
  const timed = (name: FilterName, label: string) => (
    <div class="field">
      <label for={name}>
        {label} <span data-utc-label={name}>(UTC)</span>
      </label>
      <input id={name} name={name} type="datetime-local" value={minuteOf(value(name))} data-utc="" />
      <Problem words={read.problems[name]} />
    </div>
  );
  return (
    <form method="get" action={path} class="card filters">
      <div class="row end">
        {chosen("outcome", "Outcome", "any", ["waiting", ...Object.keys(OUTCOMES)])}
        {chosen("event", "Event", "any", names)}
        {chosen("source", "Told by", "anyone", SOURCES)}
        <button type="submit">Filter</button>
        {read.address.size > 0 ? <a href={path}>Clear</a> : null}
      </div>
      <details open={MORE.some((name) => read.address.has(name))}>
        <summary>By time, order or visitor</summary>
        <div class="row end">
          {timed("since", "From")}
          {timed("until", "Before")}
          {typed("order", "Order number or ID")}
          {typed("visitor", "Visitor ID")}
        </div>
      </details>
    </form>
  );
};

/** Filters that are folded away until they are used. */
const MORE = ["since", "until", "order", "visitor"] as const satisfies readonly FilterName[];

/** A time of an address as the input for times takes it. */
const minuteOf = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text.slice(0, 16));

const Problem = ({ words }: { words: string | undefined }) => (words ? <p class="problem">{words}</p> : null);

/** What is behind a row, the newest first: for the live tail. */
export const tail: Page<ShopVisit> = async ({ house, shop, query: told }) => {
  const { query } = readQuery(shop.id, told);
  const { rows } = await house.reads.log(query, FOLLOWED);
  const path = `/admin/shops/${shop.key}/events`;
  return {
    json: rows.map((row) => ({
      row: row.row,
      receivedMs: row.receivedMs,
      name: discreet(row.name),
      address: addressOf(path, row),
      sources: row.sources.join(" + "),
      ack: row.ack,
      value: row.value === undefined ? "" : money(row.value, row.currency),
      outcomes: row.deliveries.map(({ outcome = "waiting" }) => outcome),
    })),
  };
};

const COLUMNS = [
  "received",
  "happened",
  "event",
  "event_id",
  "sources",
  "pinterest_tag",
  "value",
  "currency",
  "destination",
  "outcome",
  "words",
  "attempts",
];

/** All rows of a filter, a row for each delivery, read page by page while they are sent. */
export const csv: Page<ShopVisit> = ({ house, shop, query: told }): Answer => {
  const { query } = readQuery(shop.id, told);
  return { file: `events-${shop.key}.csv`, type: "text/csv; charset=utf-8", rows: rowsOf() };

  async function* rowsOf(): AsyncGenerator<string> {
    yield csvRow(COLUMNS);
    for (let beforeRow = query.beforeRow; ; ) {
      const { rows, next } = await house.reads.log(
        { ...query, ...(beforeRow === undefined ? {} : { beforeRow }) },
        500,
      );
      yield rows.flatMap(linesOf).join("");
      if (next === undefined) return;
      beforeRow = next;
    }
  }
};

const linesOf = (row: LogRow): string[] => {
  const { receivedMs, timeMs, name, id, sources, ack, value, currency, deliveries } = row;
  const own = [
    new Date(receivedMs).toISOString(),
    new Date(timeMs).toISOString(),
    discreet(name),
    discreet(id),
    sources.join("+"),
    ack,
  ];
  const all = deliveries.length > 0 ? deliveries : [undefined];
  return all.map((delivery) =>
    csvRow([
      ...own,
      value,
      currency,
      delivery?.destination,
      delivery && (delivery.outcome ?? "waiting"),
      delivery?.words && discreet(delivery.words),
      delivery?.attempts,
    ]),
  );
};
