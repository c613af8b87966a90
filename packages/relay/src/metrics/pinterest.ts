/** The same calls to Pinterest, of which it is counted how long they took and what was answered. */
import { STATUS_CODES } from "node:http";
import type { Metrics } from "../metrics.ts";
import type { PinterestClient } from "../pinterest/client.ts";

export const measuredClient = (client: PinterestClient, metrics: Metrics): PinterestClient => ({
  async send(account, payloads, within) {
    const end = metrics.histogram("call").startTimer();
    const reading = await client.send(account, payloads, within);
    end({ result: reading.kind });
    return reading;
  },
});

export const measuredFetch = (metrics: Metrics): typeof fetch => {
  const statuses = metrics.counter("status");
  return async (...call) => {
    try {
      const response = await fetch(...call);
      // A gateway may make up any number.
      statuses.inc({ status: STATUS_CODES[response.status] ? String(response.status) : "other" });
      return response;
    } catch (error) {
      statuses.inc({ status: "none" });
      throw error;
    }
  };
};
