/** What reached the stand-in. */
import type { ConversionEvent } from "./conversion-event.ts";

/** One request to the API, as it came. */
export interface ApiCall {
  atMs: number;
  /** HTTP status it was answered with; "open" until then, "dropped" where the connection was broken instead. */
  status: number | "open" | "dropped";
  /** The body as it was sent, to the byte. */
  body: string;
  test: boolean;
  /** What was answered in words, where that was not 200. */
  words?: string;
  /** Its events that failed one by one. */
  failed?: FailedEvent[];
}

export interface FailedEvent {
  apiName: string;
  eventId: string;
  /** Pinterest's error_message. */
  words: string;
}

/** A server event that was accepted as processed: the event itself, and how it came. Every arrival has its own. */
export interface ServerEvent extends ConversionEvent {
  /** Index of its request among `calls`. */
  call: number;
  atMs: number;
  /** Sent in test mode: Pinterest checks and answers, but records nothing. */
  test: boolean;
  /** Pinterest's warning_message. */
  warning?: string;
}

/** One hit of the Pinterest Tag, or of the image for browsers without scripts. */
export interface BrowserHit {
  atMs: number;
  tagId: string;
  /** Name on the wire, in lower case: "init" is the base call. */
  event: string;
  /** Under whichever of its names it came. */
  eventId?: string;
  /** Data of the event, as sent. */
  ed: Record<string, unknown>;
  /** Partner data: who the visitor is, as sent. */
  pd: Record<string, unknown>;
  /** Where it happened: address, referrer, screen. */
  ad: Record<string, unknown>;
  method: "GET" | "POST";
}

export interface Records {
  calls: ApiCall[];
  server: ServerEvent[];
  browser: BrowserHit[];
}
