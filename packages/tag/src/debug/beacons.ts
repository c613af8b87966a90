/** Overhears the beacons that the tag posts to the relay. All other requests of the page pass untouched. */
import type { Beacon } from "../contract.ts";
import { attempt } from "../guard.ts";
import { isThing } from "../thing.ts";
import type { Answer } from "./relay-half.ts";

/** What is done with a beacon that goes out; answers what is to hear the relay's answer. */
export type Overhear = (beacon: Beacon) => (answer: Answer) => void;

/** Begins; what it answers ends it. */
export const overhearBeacons = (collect: string, overhear: Overhear): (() => void) => {
  let isOver = false;
  const heard = ([address, body]: readonly unknown[]) =>
    isOver || address !== collect ? undefined : attempt(() => overhear(beaconOf(body)));

  const { fetch } = window;
  const listening = new Proxy(fetch, {
    apply(target, self, words: Parameters<typeof fetch>) {
      const answered = heard([words[0], words[1]?.body]);
      // The very promise that the page would have had.
      const promise = Reflect.apply(target, self, words);
      if (answered)
        promise.then(
          (answer) => attempt(() => read(answer).then(answered)),
          () => attempt(() => answered({})),
        );
      return promise;
    },
  });
  window.fetch = listening;

  const sendBeacon = new Proxy(navigator.sendBeacon, {
    apply(target, self, words: Parameters<typeof navigator.sendBeacon>) {
      heard(words);
      return Reflect.apply(target, self, words);
    },
  });
  navigator.sendBeacon = sendBeacon;

  return () => {
    isOver = true;
    // Who has wrapped them since goes on with what passes all through.
    if (window.fetch === listening) window.fetch = fetch;
    if (navigator.sendBeacon === sendBeacon) Reflect.deleteProperty(navigator, "sendBeacon");
  };
};

const beaconOf = (body: unknown): Beacon => {
  const beacon: unknown = JSON.parse(String(body));
  if (!isThing(beacon) || !Array.isArray(beacon.events)) throw body;
  return beacon as unknown as Beacon;
};

/** What is read is a copy: the answer stays whole for whom it is for. */
const read = async (answer: Response): Promise<Answer> => {
  const { status, headers } = answer;
  const retryAfterSeconds = Number(headers.get("Retry-After")) || 0;
  const body: Answer["body"] = await answer
    .clone()
    .json()
    .catch(() => undefined);
  return { status, retryAfterSeconds, ...(isThing(body) ? { body } : {}) };
};
