/** What holds for all events that follow. */
import type { EventProperties, Profile } from "./contract.ts";

export interface Standing {
  eventProperties?: EventProperties;
  profileProperties?: Profile;
  aliases?: string[];
}
