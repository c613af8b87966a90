/** What a request itself tells, beside its body. */
import type { Request } from "express";
import type { Arrival } from "../sources/beacon.ts";
import type { Client } from "./client-ip.ts";

const USER_AGENT_LENGTH = 1_000;

export const userAgentOf = ({ headers }: Request): string | undefined =>
  headers["user-agent"]?.slice(0, USER_AGENT_LENGTH);

/** `isBot`: nobody sits at what sent it. */
export const arrivalOf = (request: Request, { ip }: Client, isBot: boolean, bytes: number, now: number): Arrival => {
  const userAgent = userAgentOf(request);
  return {
    receivedMs: now,
    bytes,
    network: { ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) },
    globalPrivacyControl: request.headers["sec-gpc"] === "1",
    isBot,
  };
};
