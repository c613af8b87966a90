/** Match quality: which events carry what Pinterest finds a person by, and what would help most. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import type { Coverage } from "../../store/reads.ts";
import { Card, Scroll } from "../parts.tsx";
import { adviceFor, KEYS } from "./advice.ts";
import { count, percent } from "./words.ts";

export const MatchingCard = ({ coverage }: { coverage: readonly Coverage[] }) => {
  const events = [...coverage].sort(
    (a, b) => Number(b.name === ORDER_EVENT) - Number(a.name === ORDER_EVENT) || b.events - a.events,
  );
  const isSeen = ({ key }: (typeof KEYS)[number]) => events.some(({ keys }) => keys[key]);
  const missing = KEYS.filter((key) => !isSeen(key)).map(({ label }) => label);
  const advice = adviceFor(coverage);
  return (
    <Card title="Match quality" wide>
      <p class="hint">
        Which share of the events that go to Pinterest carries each of the keys by which it finds the person. More keys
        on more events mean more conversions that are matched.
      </p>
      {events.length === 0 ? (
        <p class="quietly">Nothing went to Pinterest in this period.</p>
      ) : (
        <Scroll label="Match keys by event">
          <table class="coverage">
            <thead>
              <tr>
                <th scope="col">Key</th>
                {events.map(({ name, events: n }) => (
                  <th key={name} scope="col">
                    {name}
                    <br />
                    <span class="base">of {count(n)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {KEYS.filter(isSeen).map(({ key, label, wanted }) => (
                <tr key={key}>
                  <th scope="row">
                    {label}
                    {wanted === "some" ? null : (
                      <span class="base">{wanted === "all" ? " wanted on all" : " wanted on orders"}</span>
                    )}
                  </th>
                  {events.map(({ name, events: n, keys }) => (
                    <td
                      key={name}
                      class={keys[key] ? undefined : "none"}
                      title={`${count(keys[key] ?? 0)} of ${count(n)}`}
                    >
                      <Bar part={keys[key] ?? 0} of={n} />
                      {percent(keys[key] ?? 0, n)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {missing.length > 0 && events.length > 0 ? <p class="hint">On no event: {missing.join(", ")}.</p> : null}
      {advice.length > 0 ? (
        <>
          <h3>What would help most</h3>
          <ol class="advice">
            {advice.map(({ label, of, has, events: n, advice: words }) => (
              <li key={label}>
                <strong>{label}</strong> is on {percent(has, n)} of {of === ORDER_EVENT ? "orders" : "events"} (
                {count(has)} of {count(n)}). {words}
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </Card>
  );
};

const Bar = ({ part, of }: { part: number; of: number }) => (
  <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar-ground" width="100" height="10" />
    <rect class="bar-part" width={(100 * part) / Math.max(of, 1)} height="10" />
  </svg>
);
