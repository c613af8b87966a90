/** The one call that goes where an operator's setting says: no redirect, no private network, an end in time. */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isPrivateHost, PrivateAddress, publicLookup, type Resolve } from "./public-address.ts";

/** `private`: its address leads into a network that is not public, and that was not allowed. */
export type Posted = "taken" | "not taken" | "private";

export interface Posting {
  /** Whether the receiver may be in a network of one's own. */
  mayBePrivate: boolean;
  signal: AbortSignal;
  /** Finds where a name leads; Node's own if not told. */
  resolve?: Resolve;
}

/**
 * Posts JSON; never throws. Not by `fetch`, which would not let us say which addresses it may call. A redirect is an answer
 * as any other that is not 2xx; of the answer nothing is read but its status.
 */
export function postAlert(address: string, body: string, { mayBePrivate, signal, resolve }: Posting): Promise<Posted> {
  const url = new URL(address);
  if (!mayBePrivate && isPrivateHost(url.hostname)) return Promise.resolve("private");
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((settle) => {
    const call = request(
      {
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method: "POST",
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...proofOf(url) },
        // A connection of its own each time: one that is kept was looked up at another time.
        agent: false,
        signal,
        ...(mayBePrivate ? {} : { lookup: publicLookup(resolve) }),
      },
      ({ statusCode = 0 }) => {
        settle(statusCode >= 200 && statusCode < 300 ? "taken" : "not taken");
        call.destroy();
      },
    );
    call.on("error", (error) => settle(isPrivate(error) ? "private" : "not taken"));
    call.end(body);
  });
}

const proofOf = ({ username, password }: URL): { authorization?: string } => {
  if (username === "" && password === "") return {};
  const who = [username, password].map(decoded).join(":");
  return { authorization: `Basic ${Buffer.from(who).toString("base64")}` };
};

/** A sign of percent that stands for itself is left as it is. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Where a name has several addresses Node puts the errors of all into one. */
const isPrivate = (error: unknown): boolean =>
  error instanceof PrivateAddress || (error instanceof AggregateError && error.errors.some(isPrivate));
