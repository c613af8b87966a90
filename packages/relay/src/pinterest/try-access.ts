/** Asks Pinterest whether it takes events with a token, in test mode: nothing of it is recorded there. */
import { pinterestClient } from "./client.ts";

export interface Credentials {
  adAccountId: string;
  token: string;
}

/** `words`: Pinterest's own where it answered. */
export type Access = { isGood: true } | { isGood: false; words: string; remedy: string };

const LIMIT_MS = 10_000;

/** One page visit that is plainly nobody's, sent with `test=true`. `apiUrl` ends in the version. Never throws. */
export async function tryAccess(apiUrl: string, credentials: Credentials, nowMs: number): Promise<Access> {
  const within = { limitMs: LIMIT_MS, signal: AbortSignal.timeout(LIMIT_MS) };
  const reading = await pinterestClient(apiUrl).send({ ...credentials, test: true }, [probe(nowMs)], within);
  switch (reading.kind) {
    case "statuses": {
      const [status] = reading.events;
      if (status?.processed) return { isGood: true };
      return refused(status?.words ?? "the event was not processed", "Nothing is wrong with the token. Try it again.");
    }
    case "no access":
      return refused(
        reading.words,
        "Make a new token in Ads Manager → Conversions → Conversion access token, for this very ad account.",
      );
    case "one is bad":
      return refused(reading.words, "Compare the ad account ID with the number in the address of Ads Manager.");
    case "again":
      return refused(reading.words, "Pinterest could not be reached, or was busy. Try it again in a minute.");
  }
}

const refused = (words: string, remedy: string): Access => ({ isGood: false, words, remedy });

/** SHA-256 of an address at example.com, which is reserved for such uses. */
const NOBODY = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";

const probe = (nowMs: number): string =>
  JSON.stringify({
    event_name: "page_visit",
    action_source: "web",
    event_time: Math.floor(nowMs / 1_000),
    event_id: `pinrelay-probe-${Math.floor(nowMs)}`,
    user_data: { em: [NOBODY] },
  });
