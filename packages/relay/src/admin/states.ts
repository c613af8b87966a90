/** The states of a destination, each with what it means, as it stands beside its button. */
import type { DestinationState } from "../core/settings.ts";

// biome-ignore format: a table
export const STATES: readonly (readonly [state: DestinationState, means: string])[] = [
  ["inactive", "Nothing is computed and nothing is sent. Events are still kept."],
  ["shadow",   "Everything is computed and stored as it would be sent, nothing is sent, and the Pinterest Tag stays silent: run it beside your old tracking and compare."],
  ["test",     "Events go to Pinterest marked as tests: checked and answered there, not counted. The Pinterest Tag fires only where the debug panel is open."],
  ["live",     "Both halves of every event go to Pinterest and are counted once. Switch the old tracking off first."],
];
