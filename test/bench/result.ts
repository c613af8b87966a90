/** What `docs/performance.json` holds: the last run of each part, and on what machine. */
import { z } from "zod";
import { BARS, type BarId } from "./bars.ts";
import { machineSchema, surroundingsSchema } from "./machine.ts";

export const PART_NAMES = [
  "tag",
  "accept",
  "latency",
  "flatness",
  "mapping",
  "drain",
  "postgres",
  "memory",
  "suite",
] as const;
export type PartName = (typeof PART_NAMES)[number];

const rowSchema = z.strictObject({
  table: z.string(),
  what: z.string(),
  unit: z.string(),
  value: z.number().nullable(),
  ratioTo: z.string().exactOptional(),
  range: z.tuple([z.number(), z.number()]).readonly().exactOptional(),
  bar: z.custom<BarId>((value) => typeof value === "string" && Object.hasOwn(BARS, value)).exactOptional(),
  note: z.string().exactOptional(),
});

const partSchema = z.strictObject({
  part: z.enum(PART_NAMES),
  form: z.enum(["long", "quick"]),
  /** When it began, in ISO 8601. */
  at: z.iso.datetime(),
  seconds: z.number(),
  before: surroundingsSchema,
  rows: z.array(rowSchema),
  /** Why it came to no end. */
  fault: z.string().exactOptional(),
});
export type PartResult = z.output<typeof partSchema>;

export const resultSchema = z.strictObject({ machine: machineSchema, parts: z.array(partSchema) });
export type Result = z.output<typeof resultSchema>;

/** A run of some parts over an earlier one of all: only where the machine is the same, else their figures stand alone. */
export const over = (earlier: Result, later: Result): Result => {
  const isSame = JSON.stringify(earlier.machine) === JSON.stringify(later.machine);
  const all = [...later.parts, ...(isSame ? earlier.parts : [])];
  return {
    machine: later.machine,
    parts: PART_NAMES.flatMap((name) => all.find(({ part }) => part === name) ?? []),
  };
};
