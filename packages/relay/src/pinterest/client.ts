/** Talks to the API for Conversions: one call, one answer, read. */
import { withoutEchoes } from "./echo.ts";
import { type Reading, readReply } from "./reply.ts";
import { textOf } from "./text-of.ts";

/** Events in one call at most, by Pinterest's specification; the bytes are our own care, none are published. */
export const BATCH_EVENTS = 1_000;
export const BATCH_BYTES = 2_000_000;
/** In test mode only this many events of a call are processed. */
export const TEST_BATCH_EVENTS = 20;

/** A call takes so long at most, its answer included. */
export const CALL_MS = 30_000;
const REPLY_BYTES = 4_000_000;

export interface Account {
  adAccountId: string;
  token: string;
  /** Sends with `test=true`: checked and answered by Pinterest, not recorded. */
  test: boolean;
}

/** When a call is given up. */
export interface Within {
  limitMs: number;
  signal: AbortSignal;
}

export interface PinterestClient {
  /** Posts frozen payloads in their order. Never throws: a line that is down is an answer too. */
  send(account: Account, payloads: readonly string[], within: Within): Promise<Reading>;
}

/** `apiUrl` ends in the version: https://api.pinterest.com/v5. `request` makes the calls. */
export function pinterestClient(apiUrl: string, request: typeof fetch = fetch): PinterestClient {
  return {
    async send(account, payloads, { limitMs, signal }) {
      const { adAccountId, token, test } = account;
      try {
        const response = await request(`${apiUrl}/ad_accounts/${adAccountId}/events${test ? "?test=true" : ""}`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: `{"data":[${payloads.join(",")}]}`,
          redirect: "error",
          signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
        });
        const retryAfter = response.headers.get("retry-after");
        const reply = {
          status: response.status,
          body: await textOf(response, REPLY_BYTES),
          ...(retryAfter ? { retryAfter } : {}),
        };
        return withoutEchoes(readReply(reply, payloads.length, Date.now()), account, payloads);
      } catch (error) {
        return { kind: "again", words: lineFault(error, limitMs) };
      }
    },
  };
}

const lineFault = (error: unknown, limitMs: number): string => {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return `no answer within ${Math.round(limitMs / 1000)} s`;
  if (error.name === "AbortError") return "the relay was stopped before an answer came";
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? `no connection: ${String(cause.code)}` : "no connection";
};
