/** The second file. */
import { isElsewhere } from "../consent-rule.ts";

export { toPinterest } from "./pinterest.ts";

/** Whether the browser is where consent may be implied. */
export const isAway = (): boolean => isElsewhere(Intl.DateTimeFormat().resolvedOptions().timeZone);
