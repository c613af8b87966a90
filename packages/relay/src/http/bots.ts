/** Which requests come from a program that nobody sits at. What it tells is kept, with the outcome `bot`. */
import type { IncomingHttpHeaders } from "node:http";
import { isbot } from "isbot";

/** Verdicts remembered. A shop meets some hundred user agents a day, but anybody can make some up. */
const REMEMBERED = 2_000;
/** Longer ones are judged anew each time: no browser sends them, and they would fill the memory. */
const REMEMBERED_LENGTH = 500;

/**
 * Judges a user agent, most of them from memory. Pinterest's crawler calls itself Pinterestbot and is one; its apps write
 * [Pinterest/iOS] or [Pinterest/Android] behind a browser's user agent, and a shopper holds them. Who sends none is a
 * program: every browser sends one, and Pinterest could not match the event without it.
 */
export function botJudge(): (userAgent: string | undefined) => boolean {
  const verdicts = new Map<string, boolean>();
  return (userAgent) => {
    if (!userAgent) return true;
    const known = verdicts.get(userAgent);
    if (known !== undefined) return known;
    const verdict = isbot(userAgent);
    if (verdicts.size >= REMEMBERED) verdicts.clear();
    if (userAgent.length <= REMEMBERED_LENGTH) verdicts.set(userAgent, verdict);
    return verdict;
  };
}

/**
 * Whether the proxy in front has marked the request as a bot's, with the header that the shop's setting names, written
 * as "name: value". Only to be asked of a proxy that is trusted.
 */
export const isMarkedBot = (botHeader: string, headers: IncomingHttpHeaders): boolean => {
  const colon = botHeader.indexOf(": ");
  return colon > 0 && headers[botHeader.slice(0, colon).toLowerCase()] === botHeader.slice(colon + 2);
};
