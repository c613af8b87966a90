/** Having dead letters judged anew, one or many, with what it will do said before. */
import { REPLAYED, replayAll, replayable, sumOf } from "../../dead-letters.ts";
import { type ReadQuery, readQuery } from "../../log-query.ts";
import type { DeadLetterQuery } from "../../store/store.ts";
import { Form } from "../parts.tsx";
import type { Page, ShopVisit } from "../visit.ts";

const WARNING =
  "Each goes again with its own ID and time: what is over an hour old and was told by the Pinterest Tag ends as late. Its IP address is gone by now, so what has no email cannot be matched.";

/** Stands over the log where its filter asks for an outcome that can be judged anew. */
export const ReplayMany = ({ visit, read }: { visit: ShopVisit; read: ReadQuery }) => {
  const { outcome } = read.query;
  if (outcome === undefined || outcome === "waiting" || REPLAYED[outcome] !== true) return null;
  return (
    <details>
      <summary>Replay all that fit these filters</summary>
      <Form session={visit.session} action={`/shops/${visit.shop.key}/events/replay`}>
        {[...read.address].map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <p>{WARNING}</p>
        <button type="submit" name="step" value="count">
          Count them
        </button>
      </Form>
    </details>
  );
};

const LIMIT_WORDS = "Filters by source, visitor and order are not for replays: take them away.";

/** The first time it counts, the second it replays. */
export const replayMany: Page<ShopVisit> = async (visit) => {
  const { house, shop, form, session, nowMs, audit } = visit;
  const read = readQuery(shop.id, form);
  const path = `/shops/${shop.key}/events`;
  const query = deadLettersOf(read);
  if (!query) return { to: `${path}?${read.address}`, said: LIMIT_WORDS };
  if (form.get("step") !== "replay") {
    const counts = replayable(await house.store.countDeadLetters(query), house.directory.destinations());
    const count = sumOf(counts);
    return {
      title: `Replay ${count} ${count === 1 ? "delivery" : "deliveries"}?`,
      lead: WARNING,
      page: (
        <div class="card narrow">
          <ul>
            {counts.map(({ destination, outcome, words, count: some }, n) => (
              <li key={n}>
                {some} × {outcome}, destination {destination}
                {words ? `: ${words}` : ""}
              </li>
            ))}
          </ul>
          <Form session={session} action={`${path}/replay`}>
            {[...read.address].map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <div class="row">
              <button type="submit" name="step" value="replay" disabled={count === 0}>
                Replay
              </button>
              <a href={`/admin${path}?${read.address}`}>Back</a>
            </div>
          </Form>
        </div>
      ),
    };
  }
  const replayed = await replayAll(house.store, query, nowMs);
  house.wake();
  await audit("replayed dead letters", `${replayed} × ${query.outcomes.join(", ")}`);
  return { to: path, said: `${replayed} are judged anew.` };
};

const deadLettersOf = ({ query, problems }: ReadQuery): DeadLetterQuery | undefined => {
  const { shop, outcome, name, sinceMs, untilMs, source, visitor, order } = query;
  if (Object.keys(problems).length > 0 || source || visitor || order) return undefined;
  if (outcome === undefined || outcome === "waiting" || REPLAYED[outcome] !== true) return undefined;
  return {
    shop,
    outcomes: [outcome],
    ...(name === undefined ? {} : { name }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { beforeMs: untilMs }),
  };
};
