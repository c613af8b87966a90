/** The halves of one event as they lie in a row: by slot, with the network parts apart, since those are cleared earlier. */
import { type Half, isSigned, type Network } from "../core/event.ts";
import { denies, isGuess } from "../core/merge.ts";

export type Halves = Record<string, Omit<Half, "network">>;
export type Networks = Record<string, Network>;

/** IP and user agent of an event go once nothing of it waits to be sent. */
export const CLEAR_NETWORK = `
  update event set network = null where row = ? and network is not null
    and not exists (select 1 from delivery d where d.event = event.row and d.due_ms is not null)`;

/** So many browsers are heard of one order. Only one can have bought it; the others guess. */
const BROWSERS = 4;

const STATES = ["placed", "paid", "void", "cancelled"];

export const readHalves = (halves: unknown, network: unknown): Half[] => {
  const networks: Networks = JSON.parse(String(network ?? "{}"));
  return Object.entries<Omit<Half, "network">>(JSON.parse(String(halves))).map(([slot, half]) => {
    const own = networks[slot];
    return own ? { ...half, network: own } : half;
  });
};

export const writeHalves = (all: readonly Half[]): { halves: Halves; networks: Networks } => {
  const halves: Halves = {};
  const networks: Networks = {};
  for (const { network, ...half } of all) {
    let slot: string = half.source;
    for (let next = 2; halves[slot]; next += 1) slot = `${half.source} ${next}`;
    halves[slot] = half;
    if (network) networks[slot] = network;
  }
  return { halves, networks };
};

/** When the event happened, and when it was first heard of: [time_ms, received_ms]. */
export const earliest = (halves: readonly Half[]): [number, number] => [
  Math.min(...halves.map(({ timeMs }) => timeMs)),
  Math.min(...halves.map(({ receivedMs }) => receivedMs)),
];

/**
 * All halves once another one has come; undefined where it says nothing new. A signed source's later word replaces its
 * earlier one. A browser that tells twice is the same visitor's; of an order others may tell too.
 */
export const joined = (halves: readonly Half[], half: Half): Half[] | undefined => {
  const same = halves.find((one) => one.source === half.source && (isSigned(half) || isOneVisitor(one, half)));
  const newer = same && isNewer(half, same) && since(half, half.receivedMs < same.receivedMs ? half : same);
  if (same) return newer ? halves.map((one) => (one === same ? newer : one)) : undefined;
  if (isSigned(half)) return [...halves.filter((one) => !isGuess(one, [half])), half];
  const signed = halves.filter(isSigned);
  if (isGuess(half, signed)) return undefined;
  const browsers = halves.filter((one) => !isSigned(one));
  if (browsers.length < BROWSERS) return [...halves, half];
  // Who guesses comes long before there is an order; once the shop's server has told it, who came first stays.
  const oldest = browsers.reduce((a, b) => (b.receivedMs < a.receivedMs ? b : a));
  return signed.length > 0 || half.receivedMs <= oldest.receivedMs
    ? undefined
    : [...halves.filter((one) => one !== oldest), half];
};

/** It is held from when it was first told, and in shadow where it was so then. */
const since = ({ shadowed: _, ...half }: Half, { receivedMs, shadowed }: Half): Half => ({
  ...half,
  receivedMs,
  ...(shadowed === undefined ? {} : { shadowed }),
});

/** Events of other names have IDs that nobody guesses: whoever tells one again is the one who told it. */
const isOneVisitor = (a: Half, b: Half): boolean =>
  !(a.orderIds && b.orderIds) || (a.visitor === b.visitor && a.consent.marketing === b.consent.marketing);

/** By the shop's clock; of one tick of it goes what is final, then a denial, then whatever is the same in any order. */
const isNewer = (a: Half, b: Half): boolean => {
  if (!a.order || !b.order) return false;
  const by =
    a.order.asOfMs - b.order.asOfMs ||
    STATES.indexOf(a.order.state) - STATES.indexOf(b.order.state) ||
    Number(denies(a)) - Number(denies(b));
  return by > 0 || (by === 0 && wordsOf(a) > wordsOf(b));
};

/** All that is said; when it was heard decides nothing. */
const wordsOf = ({ receivedMs: _, network: __, shadowed: ___, consent, ...half }: Half): string =>
  JSON.stringify([half.properties, half, consent.marketing]);
