/** Reading rows: what a column may hold, narrowed to what the store's types say, absent where it is null. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import { OUTCOMES, type Outcome } from "../core/outcome.ts";

export type Row = Record<string, unknown>;

/** `{ [key]: value }` where there is text, nothing where there is none. */
export const text = <Key extends string>(key: Key, value: unknown): { [K in Key]?: string } =>
  typeof value === "string" ? asRecord(key, value) : {};

const asRecord = <Key extends string>(key: Key, value: string): { [K in Key]?: string } => {
  const record: { [K in Key]?: string } = {};
  record[key] = value;
  return record;
};

const isOutcome = (value: unknown): value is Outcome => typeof value === "string" && value in OUTCOMES;

export const outcomeOf = (value: unknown): { outcome?: Outcome } => (isOutcome(value) ? { outcome: value } : {});

export const ackState = (value: unknown): { ack?: Acknowledgement["state"] } =>
  value === "fired" || value === "failed" || value === "absent" ? { ack: value } : {};
