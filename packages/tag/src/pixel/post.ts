/** Posts events until the relay has answered for each. */
import { type Acknowledgement, type Beacon, type BeaconEvent, COLLECT_PATH, CONTRACT_VERSION } from "../contract.ts";
import { orderNames } from "../orders.ts";
import { retryMs } from "../retry.ts";
import { consent } from "./consent.ts";
import { rest } from "./rest.ts";
import { relay, settings } from "./settings.ts";
import { store, stored } from "./top-frame.ts";
import { meet } from "./visitor.ts";

/** Where events rest over page loads. */
export const UNANSWERED_KEY = "_pinrelay.pixel";
const KEPT_EVENTS = 20;

/** Told, and not answered for. Kept in the shop's storage too, where the next page's pixel finds them. */
export let unanswered: BeaconEvent[] = [];

/** IDs of all that ever was among them. Whatever else is stored another tab keeps. */
const own: string[] = [];

/** What became of events at Pinterest; it rides with a later beacon. */
export const acks: Acknowledgement[] = [];

/** Has these to answer for, the newest of too many, and no others. */
export const hold = (events: BeaconEvent[]): BeaconEvent[] => {
  own.push(...events.map(({ id }) => id));
  unanswered = events.slice(-KEPT_EVENTS);
  return events;
};

/** Keeps these and no others, but for what other tabs keep. */
export const keep = async (events: BeaconEvent[]): Promise<void> => {
  hold(events);
  const others = (await stored(UNANSWERED_KEY)).filter(({ id }) => !own.includes(id));
  store(UNANSWERED_KEY, [...others, ...unanswered].slice(-KEPT_EVENTS));
};

/** Keeps an event no longer: it has been answered for, or is not to be told. */
export const release = (event: BeaconEvent): Promise<void> => keep(unanswered.filter((one) => one !== event));

/** The page is being left, perhaps: acknowledgements go. */
export const leave = (): unknown => acks[0] && post();

/** Posts an order whose shopper denied consent: that it is one, by its names, and nothing of whose. */
export const postDenied = ({ id, name, time, url, properties }: BeaconEvent): unknown =>
  post({ id, name, time, url, properties: orderNames(properties) }, true);

/** Posts an event, unless it has been released (what is denied never was kept); without one, acknowledgements alone. */
export const post = async (event?: BeaconEvent, isDenied?: boolean, tries = 0): Promise<void> => {
  if (event && !isDenied && !unanswered.includes(event)) return;
  const beacon = {
    v: CONTRACT_VERSION,
    key: settings.key,
    rev: settings.rev,
    sentAt: Date.now(),
    ...(!isDenied && { visitor: meet(), language: navigator.language, acks: acks.splice(0) }),
    consent: consent(),
    events: event ? [event] : [],
  } as const satisfies Beacon;
  let answer: Response | undefined;
  try {
    // A string body is text/plain: no preflight. A sandboxed frame could not read an answer to a request with cookies.
    answer = await fetch(relay + COLLECT_PATH, {
      method: "POST",
      body: JSON.stringify(beacon),
      keepalive: true,
      credentials: "omit",
    });
  } catch {
    // The line is down.
  }
  if (/^2|400|413/.test(String(answer?.status))) {
    if (event) void release(event);
  } else {
    acks.push(...(beacon.acks ?? []));
    await rest(retryMs(tries, Math.random(), Number(answer?.headers.get("Retry-After")) || 0));
    if (event) void post(event, isDenied, tries + 1);
  }
};
