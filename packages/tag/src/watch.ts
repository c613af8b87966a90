/** Brings together what the page calls for and what it says of itself, and tells each occurrence once. */
import { attributes } from "./attributes.ts";
import { hearConsent } from "./consent-signals.ts";
import {
  CONSENT_KEY,
  type Consent,
  type EventProperties,
  type OtherTag,
  type Profile,
  type TagSettings,
  type Visitor,
} from "./contract.ts";
import { readDenial, takeOrder, tellDenial } from "./denial.ts";
import { readForms } from "./form-identity.ts";
import { attempt, later } from "./guard.ts";
import { carryVisitor, linkDomain } from "./links.ts";
import { type Look, lookAt } from "./look.ts";
import { due, end, HOLD_MS, has, merged, type Occurrence, ONCE_A_PAGE, see as seeAs } from "./occurrence.ts";
import { watchOtherTags } from "./other-tags.ts";
import { denyPinterest, isOurs } from "./pintrk.ts";
import { watchRoutes } from "./route.ts";
import { shaped } from "./shape.ts";
import { DATA_LAYER, GTAG, OTHER_GOOGLE, type Sighting, type Source, VIEWED_PRODUCT } from "./sighting.ts";
import type { Standing } from "./standing.ts";
import { stored } from "./storage.ts";

/** In a frame only calls and marked clicks count: the page around it has a tag of its own. */
const isFramed = window.top !== window;

/** A page that a single-page shop went to says what it shows when its data has come. */
const LOOK_AGAIN_MS = [1_500, 3_000, 6_000];

let seen: Occurrence[] = [];
let isSettled = false;
/** What the page before still says in the document, as text. */
let stale = new Set<string>();
/** What was pushed before we listened happened about when its call did. */
let since: number | undefined;
/** The first look but listens, unless a call waits: what stands in the document is told once it has settled. */
let isReading = false;
/** Where a call on an earlier page denied it, that holds whatever the platform says. */
let isAsking = false;
let sources: readonly Look[] = [];
let first: Lent;

/** What the first file has, and lends. */
export interface Lent {
  settings: TagSettings;
  /** Domains that the pasted script names for the visitor to be carried to. */
  linkDomains: readonly string[];
  /** Calls that have waited for the second file. */
  waiting: readonly Sighting[];
  tell(sighting: Sighting): void;
  /** Takes what the page knows of the visitor: it holds for all events that follow. */
  set(standing: Standing): void;
  /** Takes what the platform or a consent manager says; undefined where none has a say. */
  hear(signal: Consent | undefined): void;
  report(other: OtherTag): unknown;
  /** Whether it may be told; undefined: not decided yet. */
  mayTell(): boolean | undefined;
  consent(): Consent;
  /** Who is visiting. Only to be asked where it may be told. */
  visitor(): Visitor;
  leave(): void;
  showPage(): void;
  restore(): void;
}

/** Begins. */
export const watch = (looks: readonly Look[], lent: Lent): void => {
  sources = looks;
  first = lent;
  readDenial(lent);
  isAsking = !isFramed && stored(CONSENT_KEY)?.marketing !== "denied";
  since = lent.waiting.at(-1)?.time;
  isReading = !!since;
  look();
  isReading = true;
  since = undefined;
  lent.linkDomains.forEach(linkDomain);
  carryVisitor(() => (lent.mayTell() ? lent.visitor() : undefined));
  if (isFramed) return;
  if (lent.settings.formIdentity) readForms((profileProperties: Profile) => first.set({ profileProperties }));
  const { tagId } = lent.settings;
  // In a task of its own: what was sent until then it is told too.
  if (tagId) later(0, () => watchOtherTags(tagId, isOurs, first.report));
  watchRoutes(first.leave, () => {
    first.showPage();
    for (const ms of LOOK_AGAIN_MS) later(ms, lookAgain);
  });
  window.addEventListener("pageshow", ({ persisted }) => persisted && attempt(first.restore));
};

/** Takes a call in, and with it all that the page says by now of the same. */
export const see = (call: Sighting): void => {
  take(call);
  look();
  tellDue();
};

/** The page has settled, or is being left (perhaps). Answers whether a product's view was among what it said. */
export const settle = (isLeft?: boolean): boolean => {
  look();
  isSettled = true;
  tellDue(isLeft ? Infinity : Date.now());
  return has(seen, VIEWED_PRODUCT);
};

/**
 * Another page begins: what was seen before can happen again, but what had begun may end well yet. What stands in the
 * document is the page before's, unless that very page was restored.
 */
export const begin = (isRestored?: boolean): void => {
  seen = seen.filter(({ until }) => until === Infinity);
  isSettled = false;
  stale = new Set();
  if (!isRestored) look(stale);
};

/** What the page has said by now is not told. */
export const skip = (): void => {
  look();
  for (const one of seen) one.told = true;
};

/** It is denied: the Pinterest Tag is told, and the relay, who it was. */
export const deny = (): void => {
  attempt(denyPinterest);
  attempt(tellDenial);
  attempt(look);
};

const lookAgain = (): void => {
  look();
  tellDue();
};

/** Looks at all sources; what stands in the document while a page is on its way is only noted. */
const look = (noted?: Set<string>): void => {
  if (isAsking) hearConsent(first.hear);
  lookAt(isFramed ? [attributes] : [attributes, ...sources], {
    see(source, eventName, said, more) {
      if (!eventName || !said) return false;
      const words = isStanding(source, eventName) && JSON.stringify([source, eventName, said]);
      if (words && stale.has(words)) return false;
      const now = since ?? Date.now();
      if (!words || !noted) return !!take({ ...here(now), ...more, source, eventName, properties: said }, now);
      noted.add(words);
      return false;
    },
    begin(source, eventName, said, more) {
      const sighting = { ...here(Date.now()), ...more, source, eventName, properties: said };
      const one = take(sighting);
      if (!one || one.told) return undefined;
      one.until = Infinity;
      return (outcome) => {
        end(one, outcome && inShape({ ...sighting, properties: outcome }), Date.now());
        later(HOLD_MS, tellDue);
      };
    },
    ...first,
    isComplete: isReading && !isFramed && document.readyState !== "loading",
  });
};

const here = (time: number): Pick<Sighting, "address" | "time"> => ({ address: location.href, time });

/** Whether it stands in the document for as long as it says so, and does not happen anew each time. */
const isStanding = (source: Source, eventName: string): boolean =>
  ONCE_A_PAGE.includes(eventName) && ![DATA_LAYER, GTAG, OTHER_GOOGLE].some((google) => google === source);

/** Answers what it was taken for. `now` where it happened on a page before. */
const take = (sighting: Sighting, now?: number): Occurrence | undefined => {
  later(HOLD_MS, tellDue);
  return seeAs(seen, inShape(sighting), now);
};

const inShape = (sighting: Sighting): Sighting => ({
  ...sighting,
  properties: shaped(sighting.properties) as EventProperties,
});

const tellDue = (now = Date.now()): void => {
  for (const one of due(seen, now, isSettled)) {
    one.told = true;
    const sighting = merged(one);
    first.tell(sighting);
    takeOrder(sighting);
  }
};
