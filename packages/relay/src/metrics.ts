/** What Prometheus is told: the table of all metrics, and a registry of them for one relay. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** From a tenth of a millisecond on a fast disk to what a store that is behind takes. */
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a flush to the week after which nothing is sent. */
const DELIVERY_SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1_800, 3_600, 21_600, 86_400, 604_800];

/** No label holds what anybody told: each is one of ours, a shop's key, a destination's number, or of a closed list. */
// biome-ignore format: a table
export const METRICS = {
  events:          ["pinrelay_events_total",                        "counter",   ["shop", "source", "became"],    "Events that were told, by what became of them: new, merged, late half, duplicate or refused."],
  acks:            ["pinrelay_tag_acknowledgements_total",          "counter",   ["shop", "state"],               "What pages said of the Pinterest Tag: fired, failed or absent."],
  outcomes:        ["pinrelay_outcomes_total",                      "counter",   ["destination", "outcome"],      "Deliveries that ended here, by outcome."],
  resends:         ["pinrelay_resends_total",                       "counter",   ["destination"],                 "Deliveries that were claimed again after a try."],
  commit:          ["pinrelay_commit_seconds",                      "histogram", [],                              "From the moment a request's events are handed to the store until they are durable."],
  commitFailures:  ["pinrelay_commit_failures_total",               "counter",   [],                              "Requests that the store could not keep; they were answered with 503."],
  waitingEvents:   ["pinrelay_commit_waiting_events",               "gauge",     [],                              "Events that wait to become durable."],
  waitingBytes:    ["pinrelay_commit_waiting_bytes",                "gauge",     [],                              "Bytes of the requests that wait for it."],
  overloads:       ["pinrelay_overloads_total",                     "counter",   [],                              "Requests that were answered with 503, since too much waited already."],
  queue:           ["pinrelay_queue_deliveries",                    "gauge",     ["destination"],                 "Deliveries that are not settled, those held back included."],
  queueAge:        ["pinrelay_queue_oldest_age_seconds",            "gauge",     ["destination"],                 "Age of the oldest event that is due or was tried; 0 where there is none."],
  delivery:        ["pinrelay_delivery_seconds",                    "histogram", ["destination"],                 "From the receipt of an event's first half until Pinterest's word of having taken it is durable, holds included."],
  call:            ["pinrelay_pinterest_call_seconds",              "histogram", ["result"],                      "A call's duration, its answer read: statuses, one is bad, no access or again."],
  status:          ["pinrelay_pinterest_responses_total",           "counter",   ["status"],                      "Pinterest's HTTP status codes; none where no answer came."],
  resting:         ["pinrelay_pinterest_resting",                   "gauge",     ["destination"],                 "1 while Pinterest takes nothing and is asked seldom."],
  paused:          ["pinrelay_destination_paused",                  "gauge",     ["destination"],                 "1 while a destination stands still, since Pinterest refuses its token."],
  destination:     ["pinrelay_destination_info",                    "gauge",     ["destination", "shop", "state"], "1 for each destination: whose it is and whether it is live."],
  alerts:          ["pinrelay_alerts",                              "gauge",     ["alert"],                       "Incidents that are open."],
  alertFailures:   ["pinrelay_alert_failures_total",                "counter",   [],                              "Calls of the alert webhook that failed."],
  requests:        ["pinrelay_http_requests_total",                 "counter",   ["door", "status"],              "Requests by door and class of status; cut where the client left before the answer."],
  connections:     ["pinrelay_http_connections",                    "gauge",     [],                              "Open connections."],
  ready:           ["pinrelay_ready",                               "gauge",     [],                              "1 while /readyz says so."],
  storeUp:         ["pinrelay_store_up",                            "gauge",     [],                              "1 where the store told its queue within two seconds."],
  rss:             ["process_resident_memory_bytes",                "gauge",     [],                              "Memory of the process."],
  heap:            ["nodejs_heap_size_used_bytes",                  "gauge",     [],                              "Memory that JavaScript uses."],
  cpu:             ["process_cpu_seconds_total",                    "counter",   [],                              "Processor time that the process has used."],
  fds:             ["process_open_fds",                             "gauge",     [],                              "Open files and sockets; absent where the system does not tell."],
  started:         ["process_start_time_seconds",                   "gauge",     [],                              "When the process started, in seconds since 1970."],
  lag:             ["nodejs_eventloop_lag_p99_seconds",             "gauge",     [],                              "How late timers were since the last time anybody asked, the 99th percentile."],
} as const satisfies Record<string, readonly [name: string, type: "counter" | "gauge" | "histogram", labels: readonly string[], help: string]>;

type Name = keyof typeof METRICS;
type Of<Type extends string> = { [N in Name]: (typeof METRICS)[N][1] extends Type ? N : never }[Name];

const BUCKETS: Readonly<Record<Of<"histogram">, number[]>> = {
  commit: COMMIT_SECONDS,
  delivery: DELIVERY_SECONDS,
  call: CALL_SECONDS,
};

/** The metrics of one relay. `before` a scrape whoever knows the value of a gauge sets it; one that fails leaves it be. */
export interface Metrics {
  counter(name: Of<"counter">): Counter<string>;
  gauge(name: Of<"gauge">): Gauge<string>;
  histogram(name: Of<"histogram">): Histogram<string>;
  before(set: () => void | Promise<void>): void;
  /** Prometheus' text, and its content type. */
  text(): Promise<string>;
  contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const setters: (() => void | Promise<void>)[] = [];
  const options = (name: Name) => {
    const [full, , labels, help] = METRICS[name];
    return { name: full, help, labelNames: [...labels], registers: [registry] };
  };
  const all = Object.keys(METRICS) as Name[];
  const made = <T>(type: string, make: (name: Name) => T): Map<string, T> =>
    new Map(all.filter((name) => METRICS[name][1] === type).map((name) => [name, make(name)]));
  const counters = made("counter", (name) => new Counter(options(name)));
  const gauges = made("gauge", (name) => new Gauge(options(name)));
  const histograms = made("histogram", (name) => new Histogram({ ...options(name), ...buckets(name) }));
  return {
    counter: (name) => there(counters.get(name)),
    gauge: (name) => there(gauges.get(name)),
    histogram: (name) => there(histograms.get(name)),
    before: (set) => void setters.push(set),
    async text() {
      await Promise.all(setters.map(async (set) => set()));
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

const buckets = (name: string): { buckets?: number[] } =>
  name === "commit" || name === "delivery" || name === "call" ? { buckets: BUCKETS[name] } : {};

const there = <T>(metric: T | undefined): T => {
  if (metric === undefined) throw new Error("a metric is asked for that is not in the table");
  return metric;
};
