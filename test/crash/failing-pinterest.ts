/** The stand-in for Pinterest, failing at random for as long as it is told to. */
import type { Fault } from "../pinterest/faults.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import type { Draws } from "./draws.ts";

/** Server events with such an ID are refused by themselves, whoever they come with. */
export const BAD = "bad.";
/** A call with one of these is refused as a whole, so that it has to be halved. */
export const POISONS = ["poison.1", "poison.2"];

/** How it fails, each as likely as the others. */
// biome-ignore format: a table
const FAULTS: readonly ((draws: Draws) => Fault)[] = [
  () => ({ kind: "429", retryAfterSeconds: 0 }),
  () => ({ kind: "503" }),
  () => ({ kind: "500" }),
  () => ({ kind: "html" }),
  () => ({ kind: "drop before" }),
  () => ({ kind: "drop after" }),
  () => ({ kind: "truncated" }),
  () => ({ kind: "wrong count" }),
  (draws) => draws.hits(0.1) ? { kind: "huge" } : { kind: "drop after" },
];

export interface FailingPinterest extends Pinterest {
  /** Fails no more, but for what is bad or poison. */
  recover(): void;
  /** Calls back at every call, before it is answered. */
  onCall(heard: () => void): void;
}

/** `chance` of a call to fail; where there is any, two of five calls are answered late. */
export async function failingPinterest(draws: Draws, chance: number): Promise<FailingPinterest> {
  let isFailing = chance > 0;
  let heard = (): void => {};
  const pinterest = await startPinterest({
    // Its clock is asked once a call, when the call has come and before any fault strikes.
    now: () => {
      if (isFailing && draws.hits(0.4)) pinterest.fail({ kind: "latency", ms: 5 + draws.below(60), times: 1 });
      const fault = isFailing && draws.hits(chance) ? FAULTS[draws.below(FAULTS.length)] : undefined;
      if (fault) pinterest.fail(fault(draws));
      heard();
      return Date.now();
    },
  });
  pinterest.fail({ kind: "fail events", idPattern: `^${BAD.replace(".", "\\.")}` });
  for (const eventId of POISONS) pinterest.fail({ kind: "poison", eventId });
  return {
    ...pinterest,
    recover: () => {
      isFailing = false;
    },
    onCall: (callback) => {
      heard = callback;
    },
  };
}
