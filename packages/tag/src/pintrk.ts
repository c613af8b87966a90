/** Drives the Pinterest Tag: the browser half of every event, under the same event ID as the server half. */
import type { Acknowledgement, BeaconEvent, Profile, TagSettings } from "./contract.ts";
import { fetchScript } from "./fetch-script.ts";
import { attempt, later, warn } from "./guard.ts";
import { hashedPerson } from "./hash.ts";
import { pintrkData } from "./pintrk-data.ts";
import { loadedTag } from "./pintrk-on-page.ts";

const nonce = attempt(() => document.currentScript?.nonce) ?? "";

/** What the Tag has not called back for by now it was not told. */
const ANSWER_MS = 5_000;

let settings: TagSettings;
const unanswered: (() => void)[] = [];
let isLoaded = false;
let isAbsent = false;
let person = ",";
let isDenied = false;
let partner = "";
const toldIds: string[] = [];
let line: Promise<unknown> = Promise.resolve();

/**
 * Loads the Tag for this visitor, or takes it back into use. `limitedTo`: where the visitor is, if they may only be told of
 * with Pinterest's limited data processing (help.pinterest.com: limited data processing), which goes by the state.
 */
export const allow = (baked: TagSettings, visitorId: string, limitedTo?: Profile | false): void => {
  settings = baked;
  if (isDenied) say("setconsent", true);
  if (!isLoaded) load();
  isDenied = false;
  isLoaded = true;
  const { $state, $country_code } = limitedTo || {};
  const told = {
    external_id: visitorId,
    ...(limitedTo && { opt_out_type: "LDP", st: String($state), country: String($country_code) }),
  };
  if (partner !== JSON.stringify(told)) say("set", told);
  partner = JSON.stringify(told);
};

export const denyPinterest = (): void => {
  if (isLoaded) say("setconsent", false);
  isDenied = true;
};

/** Whether what the Tag sends, no longer encoded for an address, names an event that it was told by us. */
export const isOurs = (said: string): boolean => toldIds.some((id) => said.includes(id));

/** The base call of a page; without its event where that one is told by a name of its own. */
export const page = (event?: BeaconEvent): void => {
  say("page", event && { event_id: event.id });
};

/** Tells an event, after who the visitor is, and then what became of it. */
export const track = (event: BeaconEvent, acknowledge: (ack: Acknowledgement) => void): void => {
  const { id, name, tag, properties, profile } = event;
  if (!tag) return;
  toldIds.push(id);
  let answered: Acknowledgement["state"] | undefined;
  const answer = (state: Acknowledgement["state"]) => {
    // A Tag that comes late has told it all the same.
    if (answered !== "fired" && answered !== state) acknowledge({ id, name, state });
    answered = state;
  };
  const giveUp = () => answered ?? answer("absent");
  unanswered.push(giveUp);
  later(isAbsent ? 0 : ANSWER_MS, giveUp);
  identify({ ...properties, ...profile });
  next(() =>
    speak("track", tag, pintrkData(event, settings), (didInit: unknown, error: unknown) =>
      answer(didInit && !error ? "fired" : "failed"),
    ),
  );
};

/** Calls go in line, since an event comes after the hash of who the visitor is. */
const next = (step: () => unknown): void => {
  line = line.then(step).catch(() => {});
};

const speak = (...words: unknown[]): unknown => isAbsent || window.pintrk?.(...words);

const say = (...words: unknown[]): void => next(() => speak(...words));

const identify = (profile: Profile): void => {
  const told = String([profile.$email, profile.$phone_number]);
  if (told !== person) next(async () => speak("set", await hashedPerson(profile)));
  person = told;
};

const load = (): void => {
  const { tagId, core } = settings;
  const loaded = window.pintrk ? loadedTag(window.pintrk, document) : "";
  if (loaded === "") {
    const queue: unknown[][] = [];
    window.pintrk ??= Object.assign(stub(queue), { queue, version: "3.0" });
    if (!document.querySelector(`script[src$="${core.replace(/^\w+:/, "")}"]`)) fetchScript(core, nonce, noCore);
    say("load", tagId);
  } else if (loaded !== tagId) {
    isAbsent = true;
    warn("the Pinterest Tag of this page is another one; remove it");
  }
};

/** Pinterest's stub. A second load, by a base code further down the page, is not passed on. */
const stub = (queue: unknown[][]) => {
  let isLoading = false;
  return (...words: unknown[]): void => {
    const isLoad = words[0] === "load";
    if (isLoad && isLoading) warn("this page loads the Pinterest Tag again; remove its base code");
    else queue.push(words);
    isLoading ||= isLoad;
  };
};

const noCore = (): void => {
  isAbsent = true;
  for (const giveUp of unanswered) giveUp();
};
