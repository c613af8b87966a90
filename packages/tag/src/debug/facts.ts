/** What the head of the panel says of the shop, the visitor and this page. */
import {
  type Beacon,
  CLICK_ID_COOKIE,
  CONTRACT_VERSION,
  type Consent,
  type TagSettings,
  VISITOR_COOKIE,
} from "../contract.ts";
import { attempt } from "../guard.ts";
import { consentWords } from "./consent-words.ts";
import type { Scripts } from "./scripts.ts";
import type { Tone } from "./words.ts";

export interface Known {
  relay: string;
  settings: TagSettings;
  consent: Consent;
  mayTell: boolean | undefined;
  scripts: Scripts;
  /** The tag IDs that the page has loaded the Pinterest Tag with. */
  loads: readonly string[];
  /** Of the newest beacon. */
  last: Pick<Beacon, "v" | "rev" | "visitor"> | undefined;
  /** Whether the tag had begun before the panel came. */
  isLate: boolean;
}

export interface Facts {
  consent: { tone: Tone; words: string };
  /** What nobody should have to find out by waiting for an event. */
  notice?: string;
  rows: readonly (readonly [label: string, said: string])[];
}

const DENIED = "Consent is denied: nothing is told.";
const UNDECIDED = "Consent is required here, and nobody has decided yet. What happens waits, and is told once granted.";

const LATE = "The panel came after this page had begun. Reload the page to see all that it tells.";

export const factsOf = ({ relay, settings, consent, mayTell, scripts, loads, last, isLate }: Known): Facts => {
  const notice = mayTell ? isLate && LATE : mayTell === false ? DENIED : UNDECIDED;
  const visitor = last?.visitor?.id ?? cookie(VISITOR_COOKIE);
  const clickId = last?.visitor?.clickId ?? cookie(CLICK_ID_COOKIE);
  const build = scripts.build();
  return {
    consent: { tone: mayTell ? "good" : "warn", words: consentWords(consent, Date.now()) },
    ...(notice && { notice }),
    // biome-ignore format: a table
    rows: [
      ["Shop",              settings.key],
      ["Settings revision", last?.rev ?? settings.rev],
      ["Visitor",           visitor ? `${visitor.slice(0, 6)}…${visitor.slice(-4)}` : "none yet"],
      ["Click ID",          clickId ? "present" : "none"],
      ["Pinterest Tag",     pinterestTag(settings, scripts, loads)],
      ["Platform file",     build ? `${build}, ${scripts.is.companion}` : scripts.is.companion],
      ["Relay",             relay.replace(/^\w+:\/\//, "")],
      ["Contract",          `version ${last?.v ?? CONTRACT_VERSION}`],
    ],
  };
};

const pinterestTag = ({ tagId }: TagSettings, scripts: Scripts, loads: readonly string[]): string => {
  const other = loads.find((id) => id !== tagId);
  const isOurs = tagId ? `${tagId}, ${scripts.is.core}` : "silent: its destination is not live";
  return other ? `${isOurs}; the page loads ${other}` : isOurs;
};

const cookie = (name: string): string | undefined =>
  attempt(() => new RegExp(`(?:^| )${name}=([^;]+)`).exec(document.cookie)?.[1]);
