import type { Fault } from "./faults.ts";

/** The faults that wait for calls to strike. */
export interface FaultRoster {
  add(fault: Fault): void;
  /** The faults that strike a call with these event ids: one that makes the answer, and any number that stack. */
  strike(eventIds: () => readonly string[]): Fault[];
  clear(): void;
}

interface Waiting {
  fault: Fault;
  left: number;
  draw: () => number;
}

/** These come together with others; of the rest the first in line strikes alone. */
const STACKING: readonly Fault["kind"][] = ["latency", "fail events"];
/** These last until `reset` unless they are told how often. */
const LASTING: readonly Fault["kind"][] = ["latency", "fail events", "poison"];

export function faultRoster(): FaultRoster {
  let waiting: Waiting[] = [];
  return {
    add: (fault) => {
      const times = fault.times ?? (LASTING.includes(fault.kind) ? Number.POSITIVE_INFINITY : 1);
      waiting.push({ fault, left: times, draw: drawsFrom(fault.seed ?? 1) });
    },
    strike: (eventIds) => {
      const struck: Fault[] = [];
      let isTaken = false;
      for (const one of waiting) {
        const stacks = STACKING.includes(one.fault.kind);
        if (!stacks && isTaken) continue;
        if (one.left < 1 || !concerns(one.fault, eventIds) || one.draw() >= (one.fault.chance ?? 1)) continue;
        one.left -= 1;
        isTaken ||= !stacks;
        struck.push(one.fault);
      }
      waiting = waiting.filter(({ left }) => left > 0);
      return struck;
    },
    clear: () => {
      waiting = [];
    },
  };
}

const concerns = (fault: Fault, eventIds: () => readonly string[]): boolean => {
  if (fault.kind === "poison") return eventIds().includes(fault.eventId);
  if (fault.kind !== "fail events") return true;
  const pattern = new RegExp(fault.idPattern);
  return eventIds().some((id) => pattern.test(id));
};

/** Numbers between 0 and 1 that are the same for the same seed: a linear congruential generator is chance enough. */
const drawsFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};
