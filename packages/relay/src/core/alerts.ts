/** When the operator is told of what is wrong, and that it is over: once an incident, and once a day while it lasts. */

/** What can be wrong, by the word that the webhook is told. */
export const ALERTS = ["destination paused", "queue is old", "webhook is silent", "tag is silent"] as const;
export type Alert = (typeof ALERTS)[number];

/** Something that is wrong now. */
export interface Trouble {
  alert: Alert;
  /** Public key of the shop. */
  shop?: string;
  destination?: number;
  /** What is wrong and what to do, without anybody's values. */
  words: string;
  sinceMs: number;
}

export interface Incident extends Trouble {
  /** When the operator was told last; absent while it has not come through. */
  toldMs?: number;
}

export interface Message {
  state: "firing" | "resolved";
  /** The same for one incident, whichever relay tells of it. */
  key: string;
  incident: Incident;
}

const AGAIN_MS = 86_400_000;

/** What it is called by whoever joins messages of one incident. */
export const keyOf = ({ alert, shop, destination }: Trouble): string =>
  ["pinrelay", alert.replaceAll(" ", "-"), shop, destination].join(":");

/** `unknown`: what cannot be seen now, and so is neither new nor over. */
export function looked(
  open: ReadonlyMap<string, Incident>,
  troubles: readonly Trouble[],
  unknown: readonly Alert[],
  nowMs: number,
): { open: Map<string, Incident>; messages: Message[] } {
  const next = new Map<string, Incident>();
  const messages: Message[] = [];
  for (const trouble of troubles) {
    const key = keyOf(trouble);
    const before = open.get(key);
    const incident = { ...trouble, ...(before ? { sinceMs: before.sinceMs } : {}) };
    next.set(key, before?.toldMs === undefined ? incident : { ...incident, toldMs: before.toldMs });
    if (before?.toldMs === undefined || nowMs - before.toldMs >= AGAIN_MS)
      messages.push({ state: "firing", key, incident });
  }
  for (const [key, incident] of open) {
    if (next.has(key)) continue;
    if (unknown.includes(incident.alert)) next.set(key, incident);
    // Who was never told of it need not hear that it is over.
    else if (incident.toldMs !== undefined) messages.push({ state: "resolved", key, incident });
  }
  return { open: next, messages };
}
