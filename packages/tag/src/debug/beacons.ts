/** Overhears the beacons that the tag posts to the relay. All other requests of the page pass untouched. */
import type { Beacon } from "../contract.ts";
import { attempt } from "../guard.ts";
import { isThing } from "../thing.ts";
import type { Answer } from "./relay-half.ts";

/** What is done with a beacon that goes out; answers what is to hear the relay's answer. */
export type Overhear = (beacon: Beacon) => (answer: Answer) => void;

/** Begins; what it answers ends it. */
export const overhearBeacons = (collect: string, overhear: Overhear): (() => void) => {
  const heard = (address: unknown, body: unknown) =>
    address === collect ? attempt(() => overhear(beaconOf(body))) : undefined;

  const ends = [
    listenAt(window, "fetch", (words, pass) => {
      const [address, how] = words;
      const answered = heard(address, isThing(how) && how.body);
      // The very promise that the page would have had.
      const promise = pass();
      if (answered && promise instanceof Promise)
        promise.then(
          (answer: Response) => attempt(() => read(answer).then(answered)),
          () => attempt(() => answered({})),
        );
      return promise;
    }),
    listenAt(navigator, "sendBeacon", ([address, body], pass) => {
      heard(address, body);
      return pass();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
};

/** Puts an ear at a function of the page's, which is called by `pass`. What it answers takes the ear away. */
const listenAt = (
  owner: object,
  name: string,
  hear: (words: readonly unknown[], pass: () => unknown) => unknown,
): (() => void) => {
  const real: unknown = Reflect.get(owner, name);
  if (typeof real !== "function") return () => {};
  let isOver = false;
  const isOwn = Object.hasOwn(owner, name);
  const listening = new Proxy(real, {
    apply(target, self, words: unknown[]) {
      const pass = () => Reflect.apply(target, self, words);
      return isOver ? pass() : hear(words, pass);
    },
  });
  Reflect.set(owner, name, listening);
  return () => {
    isOver = true;
    // Who has wrapped it since goes on with what passes all through.
    if (Reflect.get(owner, name) !== listening) return;
    if (isOwn) Reflect.set(owner, name, real);
    else Reflect.deleteProperty(owner, name);
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
  return { status, retryAfterSeconds, ...(Array.isArray(body?.results) ? { body } : {}) };
};
