/** Pinterest's scores, asked for when somebody looks, and remembered: no page waits for Pinterest. */
import type { Destination } from "./core/settings.ts";
import { type QualityScore, readQuality } from "./pinterest/quality-score.ts";

/** What is known of a destination's account: empty where the token may not read it, or the answer is yet to come. */
export type QualityReader = (of: Pick<Destination, "adAccountId" | "token">) => Promise<readonly QualityScore[]>;

/** Pinterest looks at whole days. */
const FRESH_MS = 3_600_000;
/** A page gives the first answer so long; the next visit has it. */
const WAIT_MS = 100;

export function qualityReader(apiUrl: string, now: () => number, request: typeof fetch = fetch): QualityReader {
  const asked = new Map<string, { atMs: number; known: readonly QualityScore[]; answer: Promise<unknown> }>();
  return async ({ adAccountId, token }) => {
    const key = `${adAccountId} ${token}`;
    const before = asked.get(key);
    if (!before || now() - before.atMs >= FRESH_MS) {
      const asking = { atMs: now(), known: before?.known ?? [], answer: Promise.resolve<unknown>(undefined) };
      asking.answer = readQuality(apiUrl, { adAccountId, token }, request).then((scores) => {
        asking.known = scores;
      });
      asked.set(key, asking);
    }
    const asking = asked.get(key);
    if (asking && asking.known.length === 0) await within(asking.answer, WAIT_MS);
    return asking?.known ?? [];
  };
}

const within = async (answer: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([answer, late]);
  clearTimeout(timer);
};
