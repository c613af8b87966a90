/** Who is logged in: a random token in a cookie, of which the store has the hash alone. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { HouseStore } from "../store/house-store.ts";
import type { Session } from "./visit.ts";

export const COOKIE = "pinrelay_session";
/** A session that nobody used for so long has ended, and every one after so long. */
export const IDLE_MS = 12 * 3_600_000;
export const LONGEST_MS = 7 * 86_400_000;
/** Use is noted again after so long, so that not every page costs a write. */
const SEEN_MS = 60_000;

/** Opens a session; what it resolves with is for the cookie alone. */
export async function openSession(store: HouseStore, nowMs: number): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await store.openSession(nameOf(token), randomBytes(24).toString("base64url"), nowMs);
  return token;
}

/** The session of this cookie, where it is open. */
export async function sessionOf(
  store: HouseStore,
  token: string | undefined,
  nowMs: number,
): Promise<Session | undefined> {
  if (!token) return undefined;
  const found = await store.session(nameOf(token));
  if (!found || nowMs - found.openMs > LONGEST_MS || nowMs - found.seenMs > IDLE_MS) return undefined;
  if (nowMs - found.seenMs > SEEN_MS) await store.seeSession(nameOf(token), nowMs);
  return { csrf: found.csrf };
}

export const closeSession = (store: HouseStore, token: string): Promise<void> => store.closeSession(nameOf(token));

/** Sessions that have ended, and audit entries that are older than `auditMs`, go. */
export async function forgetHouse(store: HouseStore, auditMs: number, nowMs: number): Promise<void> {
  await store.closeSessions(nowMs - LONGEST_MS, nowMs - IDLE_MS);
  await store.forgetAudit(nowMs - auditMs);
}

/** Whether a form came from a page of this session. */
export const isOurs = ({ csrf }: Session, given: string | null): boolean => {
  const one = Buffer.from(csrf);
  const other = Buffer.from(given ?? "");
  return one.length === other.length && timingSafeEqual(one, other);
};

const nameOf = (token: string): string => createHash("sha256").update(token).digest("hex");
