/** Pinterest's own score of the events it was told, beside ours. */
import type { QualityScore } from "../../pinterest/quality-score.ts";
import { Card, Scroll } from "../parts.tsx";

// biome-ignore format: a table
const LABELS: Readonly<Record<string, string>> = {
  hashed_email:           "Email",
  hashed_maid:            "Mobile ad ID",
  click_id_epik:          "Pinterest click",
  advertiser_external_id: "Visitor ID",
  ip_address:             "IP address",
  user_agent:             "User agent",
  external_event_id:      "Event ID",
  product_id:             "Content ID",
  order_id:               "Order ID",
  order_value:            "Value",
  source_url:             "Page address",
  CONVERSIONS_API:        "By the API for Conversions",
  TAG:                    "By the Pinterest Tag",
};
const labelOf = (word: string): string => LABELS[word] ?? word.replaceAll("_", " ").toLowerCase();

const STATUS = { GOOD: "good", FAIR: "fair", NEEDS_IMPROVEMENT: "needs improvement" } as const;

export const QualityCard = ({ scores }: { scores: readonly QualityScore[] }) => (
  <Card title="Pinterest's event quality score">
    <p class="hint">Pinterest's own judgement of the last 14 days, asked for at most once an hour.</p>
    {scores.map(({ source, status, parts }) => {
      const events = [...new Set(parts.map(({ event }) => event))];
      const components = [...new Set(parts.map(({ component }) => component))];
      return (
        <div key={source}>
          <h3>
            {labelOf(source)} <span class={`badge quality-${status.toLowerCase()}`}>{STATUS[status]}</span>
          </h3>
          {events.length === 0 ? null : (
            <Scroll label={`Coverage as Pinterest sees it: ${labelOf(source)}`}>
              <table class="coverage">
                <thead>
                  <tr>
                    <th scope="col">What</th>
                    {events.map((event) => (
                      <th key={event} scope="col" class="number">
                        {event}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {components.map((component) => (
                    <tr key={component}>
                      <th scope="row">{labelOf(component)}</th>
                      {events.map((event) => {
                        const found = parts.find((one) => one.component === component && one.event === event);
                        return (
                          <td key={event} class="number">
                            {found ? `${Math.round(found.coverage)}%` : "–"}
                            {found?.overlap === undefined ? null : (
                              <span class="base"> {Math.round(found.overlap)}% in both</span>
                            )}
                            {found?.issues ? <span class="bad"> {found.issues} to mend</span> : null}
                          </td>
                        );
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </div>
      );
    })}
  </Card>
);
