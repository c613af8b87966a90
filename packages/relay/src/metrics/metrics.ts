/** The relay's numbers for Prometheus. No label holds anything that a page, a shopper or a shop made up. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Metrics = ReturnType<typeof createMetrics>;

/** Every number that the relay tells, with what it means: `docs/monitoring.md` lists the same. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    events: new Counter({
      name: "pinrelay_events_total",
      help: "Events that were told, by who told them and what became of them: new, merged, late half, duplicate",
      labelNames: ["source", "kept"],
      registers,
    }),
    acknowledgements: new Counter({
      name: "pinrelay_tag_acknowledgements_total",
      help: "What the Pinterest Tag made of events in the browser: fired, failed, absent",
      labelNames: ["state"],
      registers,
    }),
    refusals: new Counter({
      name: "pinrelay_commit_refusals_total",
      help: "Requests that were answered with 503, since the store could not write or was behind",
      registers,
    }),
    commit: new Histogram({
      name: "pinrelay_commit_seconds",
      help: "From an event's arrival at the store until it is durable",
      buckets: SECONDS,
      registers,
    }),
    outcomes: new Counter({
      name: "pinrelay_deliveries_total",
      help: "Deliveries that ended, by destination and outcome",
      labelNames: ["destination", "outcome"],
      registers,
    }),
    calls: new Counter({
      name: "pinrelay_pinterest_calls_total",
      help: "Calls to the API for Conversions, by destination and HTTP status; none where no answer came",
      labelNames: ["destination", "status"],
      registers,
    }),
    call: new Histogram({
      name: "pinrelay_pinterest_call_seconds",
      help: "How long calls to the API for Conversions took",
      labelNames: ["destination"],
      buckets: SECONDS,
      registers,
    }),
    requests: new Counter({
      name: "pinrelay_requests_total",
      help: "Requests to the relay, by door and class of the answer's status",
      labelNames: ["door", "status"],
      registers,
    }),
    waiting: new Gauge({
      name: "pinrelay_queue_deliveries",
      help: "Deliveries that wait, by destination; those held back for their other half included",
      labelNames: ["destination"],
      registers,
    }),
    oldest: new Gauge({
      name: "pinrelay_queue_oldest_seconds",
      help: "Age of the oldest event that could have gone, by destination",
      labelNames: ["destination"],
      registers,
    }),
    paused: new Gauge({
      name: "pinrelay_destination_paused",
      help: "1 where Pinterest refused the access token, by destination",
      labelNames: ["destination"],
      registers,
    }),
  };
}
