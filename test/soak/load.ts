/** Shoppers of the soak: beacons with one event each, as fast as the relay answers or at a steady rate. */
import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { BENCH_ORIGIN, BENCH_USER_AGENT, beaconText } from "../bench/load.ts";

export interface Shoppers {
  /** So many at a time, each with one beacon after the other. Resolves with beacons a second. */
  asFastAsCan(seconds: number): Promise<number>;
  /** So many a second, whether or not the ones before are answered. */
  steadily(perSecond: number, seconds: number): Promise<void>;
}

const CONNECTIONS = 64;
/** Unanswered beacons beyond which no more are sent: then the relay is slower than it was. */
const IN_FLIGHT = 512;
const TICK_MS = 10;

/** `answered` is told of every beacon: its event's ID, and the status. */
export function shoppers(url: string, key: string, answered: (id: string, status: number) => void): Shoppers {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const { hostname, port } = new URL(url);
  const headers = { origin: BENCH_ORIGIN, "content-type": "text/plain", "user-agent": BENCH_USER_AGENT };
  let inFlight = 0;

  const post = (text: string): Promise<number | "old connection"> =>
    new Promise((resolve, reject) => {
      const request = http
        .request({ agent, hostname, port, method: "POST", path: "/collect", headers }, (response) => {
          response.resume();
          response.on("error", reject);
          response.on("end", () => resolve(response.statusCode ?? 0));
        })
        // The other end may close one that was idle just when it is used again: every client tries that once more.
        .on("error", (error) => (request.reusedSocket ? resolve("old connection") : reject(error)));
      request.end(text);
    });

  const tell = async (): Promise<void> => {
    const text = beaconText(key, 1);
    const [, id = ""] = /"events":\[\{"id":"([^"]+)/.exec(text) ?? [];
    inFlight += 1;
    try {
      let status = await post(text);
      // 408: on a machine this busy a request may take too long to arrive. The tag tells again after it.
      while (status === "old connection" || status === 408) status = await post(text);
      answered(id, status);
    } finally {
      inFlight -= 1;
    }
  };

  return {
    async asFastAsCan(seconds) {
      const end = performance.now() + seconds * 1_000;
      let told = 0;
      const shopper = async (): Promise<void> => {
        for (; performance.now() < end; told += 1) await tell();
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, shopper));
      return told / seconds;
    },
    async steadily(perSecond, seconds) {
      const start = performance.now();
      let failed: unknown;
      for (let told = 0; told < perSecond * seconds; ) {
        const due = ((performance.now() - start) / 1_000) * perSecond;
        for (; told < due && inFlight < IN_FLIGHT; told += 1)
          tell().catch((error: unknown) => {
            failed = error;
          });
        if (failed) throw failed;
        // What could not be told in time is not made up for: the rate is what counts.
        told = Math.max(told, Math.floor(due) - IN_FLIGHT);
        await pause(TICK_MS);
      }
      while (inFlight > 0) await pause(TICK_MS);
      if (failed) throw failed;
    },
  };
}
