/** What holds for all events that follow: what a call of `set`, a form or the platform said. */
import type { EventProperties, Profile } from "./contract.ts";

export interface Standing {
  eventProperties?: EventProperties;
  profileProperties?: Profile;
  aliases?: string[];
}

export const standing: Standing[] = [];

/** Who the visitor is, as far as that has been said. */
export const person = (more?: Standing): Profile =>
  Object.assign({}, ...[...standing, more].map((one) => one?.profileProperties));
