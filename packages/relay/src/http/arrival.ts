/** What a request itself tells, beside its body. */
import { isIP } from "node:net";
import type { Request } from "express";
import type { Arrival } from "../sources/beacon.ts";

const USER_AGENT_LENGTH = 1_000;

export const arrivalOf = (request: Request, bytes: number, receivedMs: number): Arrival => {
  const ip = plainIp(request.ip);
  const userAgent = request.headers["user-agent"]?.slice(0, USER_AGENT_LENGTH);
  return {
    receivedMs,
    bytes,
    network: { ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) },
    globalPrivacyControl: request.headers["sec-gpc"] === "1",
  };
};

/** Some proxies forward an address with its port, or in brackets, or a word that is none. */
const plainIp = (told = ""): string | undefined =>
  [told, /^\[(.*)\]/.exec(told)?.[1] ?? "", told.replace(/:\d+$/, "")]
    .map((address) => address.replace(/^::ffff:/i, ""))
    .find((address) => isIP(address) > 0);
