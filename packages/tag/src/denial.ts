/**
 * What a denying page tells the relay, and nothing else: the ID of an order, so that no other source's word of it goes
 * to Pinterest, and once that a visitor takes consent back, so that what is not sent yet never is.
 */
import {
  type Beacon,
  type BeaconEvent,
  COLLECT_PATH,
  CONTRACT_VERSION,
  ORDER_EVENT,
  orderEventId,
} from "./contract.ts";
import { attempt, later } from "./guard.ts";
import { orderNames } from "./orders.ts";
import { retryMs } from "./retry.ts";
import type { Told } from "./sighting.ts";
import type { Lent } from "./watch.ts";

/** Both files come from the relay, out of one folder. */
const door = attempt(() => new URL(`.${COLLECT_PATH}`, document.currentScript?.getAttribute("src") ?? ""));

let first: Pick<Lent, "settings" | "mayTell" | "consent"> | undefined;
/** Orders of this page. A denial is one of them too where it comes after them. */
const orders: BeaconEvent[] = [];

/** Begins. */
export const readDenial = (lent: typeof first): void => {
  first = lent;
};

/** Whether the visitor has said no. Then nothing is kept in the browser. */
export const isDenied = (): boolean => first?.mayTell() === false;

/** Takes what is told, if it is an order: where it is denied, or will be, the relay gets its ID. */
export const takeOrder = ({ eventName: name, eventID, time, properties = {} }: Told): void => {
  const { key = "", rev = "" } = first?.settings ?? {};
  const order = orderEventId(key, String(properties.id ?? "")) || eventID;
  if (name !== ORDER_EVENT || !order) return;
  orders.push({ id: order, name, rev, time, url: `${location.origin}/`, properties: orderNames(properties) });
  if (isDenied()) tellOrders();
};

/** The visitor said no. Who that is stands in the cookie for the last time. */
export const tellDenial = (): void => {
  if (!isDenied()) return;
  const [, id] = attempt(() => /(?:^| )_pinrelay=([0-9a-f]{64})(;|$)/.exec(document.cookie)) ?? [];
  if (id) void post({ visitor: { id }, events: [] });
  tellOrders();
};

const tellOrders = (): void => {
  if (orders[0]) void post({ events: orders.splice(0) });
};

const post = async (said: Pick<Beacon, "visitor" | "events">, consent = first?.consent(), tries = 0): Promise<void> => {
  if (!first || !consent) return;
  const { key, rev } = first.settings;
  const beacon: Beacon = { v: CONTRACT_VERSION, key, rev, sentAt: Date.now(), consent, acks: [], ...said };
  let answer: Response | undefined;
  try {
    // Without cookies, which say who it is.
    answer = await fetch(`${door}`, {
      method: "POST",
      body: JSON.stringify(beacon),
      keepalive: true,
      credentials: "omit",
    });
  } catch {
    // The line is down. Nothing is kept of it for the next page.
  }
  if (!/^2|400|413/.test(String(answer?.status)))
    later(
      retryMs(tries, Math.random(), Number(answer?.headers.get("Retry-After")) || 0),
      () => void post(said, consent, tries + 1),
    );
};
