/** One event: who told what of it, what they made together, what Pinterest was told and what it said. */
import { discreet } from "../../core/discreet.ts";
import { OUTCOMES } from "../../core/outcome.ts";
import { REPLAYED, replayAll } from "../../dead-letters.ts";
import type { EventDetails, ShownDelivery, ShownHalf } from "../../store/reads.ts";
import { draftIn } from "../change.ts";
import { money } from "../money.ts";
import { Card, Form, OutcomeBadge, Scroll, Time } from "../parts.tsx";
import { REMEDIES } from "../remedies.ts";
import { discreetText, shownJson } from "../shown-json.ts";
import { timelineOf } from "../timeline.ts";
import type { Answer, Page, ShopVisit } from "../visit.ts";

export const eventPage: Page<ShopVisit> = async (visit) => {
  const event = await eventIn(visit);
  if (!event) return GONE;
  const { destinations } = draftIn(visit);
  const nameOf = (id: number): string => destinations.find((one) => one.id === id)?.name ?? `destination ${id}`;
  const { duplicates, lateHalves, deliveries, value, currency } = event;
  return {
    title: discreet(event.name),
    lead: `Event ID ${discreet(event.id)}${value === undefined ? "" : ` · ${money(value, currency)}`}`,
    page: (
      <>
        {deliveries.map((delivery) => (
          <DeliveryCard
            key={delivery.delivery}
            visit={visit}
            event={event}
            delivery={delivery}
            name={nameOf(delivery.destination)}
          />
        ))}
        {deliveries.length === 0 ? (
          <Card title="No destination">
            <p>None was active when it came, so nothing waits and nothing was sent.</p>
          </Card>
        ) : null}
        <Card title="Who told what">
          <Halves event={event} />
          <Decided event={event} />
          <p class="hint">
            Told again by the same source: {duplicates}. Halves that came after it was sent: {lateHalves}.
          </p>
        </Card>
        <div class="two">
          <Card title="In the order in which it happened">
            <table>
              <tbody>
                {timelineOf(event, nameOf).map(({ atMs, words }, n) => (
                  <tr key={n}>
                    <td>
                      <Time ms={atMs} />
                    </td>
                    <td>{words}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Card>
          <Card title="What was bought or looked at, merged">
            <pre>{shownJson(event.merged.properties)}</pre>
          </Card>
        </div>
      </>
    ),
  };
};

interface DeliveryProps {
  visit: ShopVisit;
  event: EventDetails;
  delivery: ShownDelivery;
  name: string;
}

const DeliveryCard = ({ visit, event, delivery, name }: DeliveryProps) => {
  const { outcome, words, dueMs, attempts, payload, earlier } = delivery;
  const isThere = draftIn(visit).destinations.some(({ id }) => id === delivery.destination);
  return (
    <Card title={name}>
      <p>
        <OutcomeBadge outcome={outcome ?? "waiting"} />{" "}
        {outcome ? OUTCOMES[outcome] : "It waits for its other half, for its turn, or for Pinterest to take it."}
      </p>
      {outcome && REMEDIES[outcome] ? <p>{REMEDIES[outcome]}</p> : null}
      {words ? <p>In words: {discreet(words)}</p> : null}
      {earlier ? <p class="quietly">Before it was replayed: {discreet(earlier)}</p> : null}
      {dueMs === undefined ? null : (
        <p>
          Due: <Time ms={dueMs} />
        </p>
      )}
      <p class="quietly">Tries: {attempts}</p>
      {outcome !== undefined && REPLAYED[outcome] === true && isThere ? (
        <Form session={visit.session} action={`/shops/${visit.shop.key}/events/${event.row}/replay`}>
          <input type="hidden" name="delivery" value={delivery.delivery} />
          <button type="submit" class="quiet">
            Replay this one
          </button>
        </Form>
      ) : null}
      {payload === undefined ? null : (
        <details>
          <summary>What Pinterest {outcome === "sent" ? "was told" : "would be told"}, personal fields masked</summary>
          <pre>{shownJson(payload)}</pre>
        </details>
      )}
    </Card>
  );
};

/** Rows of the comparison: what each half says of it. Where two say different things, that is marked. */
// biome-ignore format: a table
const ROWS: readonly (readonly [label: string, of: (half: ShownHalf) => string | undefined])[] = [
  ["Value",        ({ properties: { value, total_price: total, currency } }) => (value ?? total) === undefined ? undefined : money(value ?? total ?? 0, currency)],
  ["Currency",     ({ properties }) => properties.currency],
  ["Items",        ({ properties }) => properties.items?.map(itemOf).join(", ") ?? (properties.product_id ? itemOf(properties) : undefined)],
  ["Pinterest Tag event", ({ tagName }) => tagName],
  ["Page",         ({ url }) => url && discreetText(url)],
  ["Referrer",     ({ referrer }) => referrer && discreetText(referrer)],
  ["Language",     ({ language }) => language],
  ["Visitor",      ({ visitor }) => visitor],
  ["Click ID",     ({ clickId }) => clickId],
  ["Consent",      ({ consent }) => `${consent.marketing}${consent.limited ? ", limited data" : ""}, by ${consent.by}`],
  ["Match keys",   ({ matchKeys }) => Object.entries(matchKeys).map(([key, hashes]) => `${key} ${hashes.join(" ")}`).join(", ") || undefined],
  ["IP address",   ({ hasIp }) => (hasIp ? "given" : undefined)],
  ["User agent",   ({ hasUserAgent, isBot }) => (isBot ? "a bot's" : hasUserAgent ? "given" : undefined)],
  ["Order stands", ({ order }) => order && `${order.state}, ${order.channels.join(", ")}`],
  ["Settings",     ({ rev }) => rev],
];

/** What two halves may say differently without being at odds. */
const OWN = new Set(["Match keys", "IP address", "User agent", "Consent", "Settings", "Page", "Referrer", "Language"]);

const itemOf = ({ product_id: id, variant_id: variant, sku, quantity }: ShownHalf["properties"]): string =>
  `${[id, variant, sku].filter(Boolean).join("/")}${quantity === undefined ? "" : ` × ${quantity}`}`;

const areSeveral = (told: readonly (string | undefined)[]): boolean =>
  new Set(told.filter((one) => one !== undefined)).size > 1;

/** An ID that only one of them knows is no disagreement. */
const itemsDiffer = (halves: readonly ShownHalf[]): boolean =>
  (["product_id", "variant_id", "sku"] as const).some((key) =>
    areSeveral(
      halves.map(({ properties }) => {
        const ids = (properties.items ?? [properties]).map((item) => item[key]);
        return ids.every((id) => id !== undefined) ? ids.sort().join() : undefined;
      }),
    ),
  );

const Halves = ({ event }: { event: EventDetails }) => {
  const { halves, merged } = event;
  const shown = ROWS.filter(([, of]) => halves.some((half) => of(half) !== undefined));
  return (
    <Scroll label="Who told what">
      <table>
        <thead>
          <tr>
            <td />
            {halves.map(({ source }, n) => (
              <th key={n}>{source}</th>
            ))}
            {halves.length > 1 ? <th>merged</th> : null}
          </tr>
        </thead>
        <tbody>
          {shown.map(([label, of]) => {
            const differs = label === "Items" ? itemsDiffer(halves) : !OWN.has(label) && areSeveral(halves.map(of));
            return (
              <tr key={label} class={differs ? "differs" : undefined}>
                <th scope="row">
                  {label}
                  {differs ? <span class="badge outcome-waiting">differs</span> : null}
                </th>
                {halves.map((half, n) => (
                  <td key={n}>{discreetCell(of(half))}</td>
                ))}
                {halves.length > 1 ? <td>{discreetCell(of(merged))}</td> : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
};

/** Which of the signals was the one that counts, and when it was given. */
const Decided = ({ event: { merged, halves } }: { event: EventDetails }) => {
  const { marketing, by, at, limited } = merged.consent;
  const teller = halves.find(({ consent }) => consent.marketing === marketing && consent.at === at)?.source;
  return (
    <p>
      Consent: <strong>{marketing}</strong>
      {limited ? ", with limited data" : ""}, said by {by}
      {teller ? ` as ${teller} told it` : ""}
      {at > 0 ? (
        <>
          , on <Time ms={at} />
        </>
      ) : null}
      .
    </p>
  );
};

const discreetCell = (text: string | undefined): string =>
  text === undefined ? "–" : /^https?:/.test(text) ? text : discreet(text);

const GONE: Answer = {
  title: "No such event",
  status: 404,
  page: <p>It may have been older than the relay keeps events, or be another shop's.</p>,
};

const eventIn = async ({ house, shop, params }: ShopVisit): Promise<EventDetails | undefined> =>
  /^\d{1,15}$/.test(params.row ?? "") ? house.reads.event(shop.id, Number(params.row)) : undefined;

export const replayOne: Page<ShopVisit> = async (visit) => {
  const { house, shop, form, nowMs, audit } = visit;
  const event = await eventIn(visit);
  const delivery = event?.deliveries.find((one) => String(one.delivery) === form.get("delivery"));
  if (!event || !delivery) return GONE;
  const { outcome } = delivery;
  const to = `/shops/${shop.key}/events/${event.row}`;
  if (outcome === undefined || REPLAYED[outcome] !== true) return { to, said: "This one is not replayed." };
  const query = { shop: shop.id, outcomes: [outcome], delivery: delivery.delivery };
  const count = await replayAll(house.store, query, nowMs);
  house.wake();
  await audit("replayed a dead letter", `event ${event.row}`);
  return { to, said: count > 0 ? "It is judged anew." : "It had changed meanwhile." };
};
