/** What Prometheus is told of the process itself. */
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics } from "../metrics.ts";

/** One a process, whoever has how many relays in it; made once somebody asks. */
let lag: ReturnType<typeof monitorEventLoopDelay> | undefined;

export function measureProcess(metrics: Metrics): void {
  let cpuSeconds = 0;
  metrics.gauge("started").set(Math.round(Date.now() / 1_000 - process.uptime()));
  metrics.before(() => {
    const { rss, heapUsed } = process.memoryUsage();
    metrics.gauge("rss").set(rss);
    metrics.gauge("heap").set(heapUsed);
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    metrics.counter("cpu").inc(Math.max(0, seconds - cpuSeconds));
    cpuSeconds = seconds;
    const fds = openFiles();
    if (fds === undefined) metrics.gauge("fds").remove();
    else metrics.gauge("fds").set(fds);
    if (!lag) {
      lag = monitorEventLoopDelay({ resolution: 20 });
      lag.enable();
    }
    // In nanoseconds, and NaN before the first of them.
    metrics.gauge("lag").set(Math.max(0, lag.percentile(99) || 0) / 1e9);
    lag.reset();
  });
}

/** Only Linux has them in a folder. */
const openFiles = (): number | undefined => {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
};
