/** The relay's log: JSON lines on standard output. What is logged names events and destinations, never people. */
import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";

export const createLog = (level: Config["logLevel"]): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
