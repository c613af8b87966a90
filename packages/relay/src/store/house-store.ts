/** The store's part about the dashboard: its password, its sessions, its audit log. */

export interface Operator {
  /** Its hash, with salt and parameters, in one text. */
  password: string;
  /** Printed at the first start: whoever logs in with it has to choose one of their own. */
  isOneTime: boolean;
}

export interface KeptOperator extends Operator {
  /** When it was set, ms since 1970. */
  changedMs: number;
}

export interface OpenSession {
  /** Goes with every form of this session. */
  csrf: string;
  openMs: number;
  seenMs: number;
}

/** Something that was done in the dashboard. Neither a secret nor a person is ever in it. */
export interface AuditEntry {
  atMs: number;
  /** Whose address, cut to the network. */
  address: string;
  what: string;
  shop?: number;
  subject?: string;
}

export interface HouseStore {
  operator(): Promise<KeptOperator | undefined>;
  /** Closes all sessions: whoever was in with the old password is out. */
  saveOperator(operator: Operator, nowMs: number): Promise<void>;
  /** Only where there is none; resolves with whether this one is it. Of two relays that start at once one is. */
  addOperator(operator: Operator, nowMs: number): Promise<boolean>;
  /** `token`: SHA-256 of what the cookie holds, hex. */
  openSession(token: string, csrf: string, nowMs: number): Promise<void>;
  session(token: string): Promise<OpenSession | undefined>;
  /** Notes that it was used. */
  seeSession(token: string, nowMs: number): Promise<void>;
  closeSession(token: string): Promise<void>;
  /** Removes sessions opened, or used last, before. */
  closeSessions(openedBeforeMs: number, seenBeforeMs: number): Promise<void>;
  audit(entry: AuditEntry): Promise<void>;
  /** The newest first. */
  audited(limit: number): Promise<AuditEntry[]>;
  /** Removes entries from before. */
  forgetAudit(beforeMs: number): Promise<void>;
}
