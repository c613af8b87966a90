/** Which alerts are told when: once when something begins to be wrong, once a day while it goes on, and when it is over. */

/** Something that is wrong now. */
export interface Condition {
  /** Names it: the same on every relay that finds it, and from one look to the next. */
  key: string;
  /** For people: what is wrong and what to do. */
  text: string;
  shop?: string;
  destination?: number;
}

export interface Incident extends Condition {
  /** When it was first found, ms since 1970. */
  sinceMs: number;
  saidMs: number;
}

const AGAIN_MS = 24 * 3_600_000;

export interface Alerts {
  firing: Incident[];
  resolved: Incident[];
  /** All that go on. */
  open: ReadonlyMap<string, Incident>;
}

export function nextAlerts(
  open: ReadonlyMap<string, Incident>,
  conditions: readonly Condition[],
  nowMs: number,
): Alerts {
  const now = new Map<string, Incident>();
  const firing: Incident[] = [];
  for (const condition of conditions) {
    const known = open.get(condition.key);
    const isToBeSaid = !known || nowMs - known.saidMs >= AGAIN_MS;
    const incident = {
      ...condition,
      sinceMs: known?.sinceMs ?? nowMs,
      saidMs: isToBeSaid ? nowMs : known.saidMs,
    };
    now.set(condition.key, incident);
    if (isToBeSaid) firing.push(incident);
  }
  return { firing, resolved: [...open.values()].filter(({ key }) => !now.has(key)), open: now };
}
