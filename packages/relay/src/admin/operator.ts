/** The one who may enter: by a password of their own, of the environment, or at first by one that the relay prints. */
import type { HouseStore } from "../store/house-store.ts";
import { hashed, isPassword, oneTimePassword } from "./password.ts";

/** Two relays that start together print one password: the other one does not replace it. */
const SETTLING_MS = 60_000;

/** `ADMIN_PASSWORD` is the password from now on; who came in by another is out. */
export async function setFromEnvironment(store: HouseStore, password: string, nowMs: number): Promise<void> {
  const kept = await store.operator();
  if (!kept?.isOneTime && (await isPassword(password, kept?.password))) return;
  await store.saveOperator({ password: await hashed(password), isOneTime: false }, nowMs);
}

/** A password to print, where nobody has one of their own yet: each start makes another, since the last one is gone. */
export async function firstPassword(store: HouseStore, nowMs: number): Promise<string | undefined> {
  const kept = await store.operator();
  if (kept && (!kept.isOneTime || nowMs - kept.changedMs < SETTLING_MS)) return undefined;
  const password = oneTimePassword();
  const operator = { password: await hashed(password), isOneTime: true };
  if (kept) await store.saveOperator(operator, nowMs);
  else if (!(await store.addOperator(operator, nowMs))) return undefined;
  return password;
}
