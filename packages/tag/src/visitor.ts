/** Who is visiting, by first-party cookies. Only to be asked with consent: what is not written down yet is. */
import { CLICK_ID_COOKIE, COOKIE_SECONDS, LINK_PARAMETER, VISITOR_COOKIE, type Visitor } from "./contract.ts";
import { attempt } from "./guard.ts";
import { randomHex } from "./random.ts";

/** Consent may come when the page has another address already. */
const landing = location.search;

/** A link from another of the shop's domains: visitor, when it was followed, click ID. Copied and kept it names nobody. */
const [link, linkedId, linkedAt = "", linkedClick] =
  new RegExp(`[?&]${LINK_PARAMETER}=(\\w{64})\\.(\\w+)\\.([^&]*)`).exec(landing) ?? [];
const LINK_MS = 120_000;

if (link)
  attempt(() => {
    const url = new URL(location.href);
    url.searchParams.delete(LINK_PARAMETER);
    history.replaceState(history.state, "", url);
  });

let known: Visitor | undefined;

/** The visitor, known or new. A click ID in the address is newer than one in a cookie; none is ever invented. */
export const visitor = (): Visitor => {
  known ??= meet();
  return known;
};

/** Forgets the visitor. */
export const forgetVisitor = (): void => {
  known = undefined;
  eraseCookie(VISITOR_COOKIE);
  eraseCookie(CLICK_ID_COOKIE);
};

const meet = (): Visitor => {
  const isLinked = Math.abs(Date.now() - Number.parseInt(linkedAt, 36)) < LINK_MS;
  if (isLinked) eraseCookie(VISITOR_COOKIE);
  // Read once: after a change it would have to be asked for again, of another process that the page waits for.
  const cookies = attempt(() => document.cookie) ?? "";
  const cookie = (name: string, value: string): string | undefined =>
    new RegExp(`(?:^| )${name}=(${value})(;|$)`).exec(cookies)?.[1];
  // A cookie that stands is left alone: the relay may have set it over HTTP, where it lasts longer.
  const id =
    cookie(VISITOR_COOKIE, "[0-9a-f]{64}") ?? setCookie(VISITOR_COOKIE, (isLinked && linkedId) || randomHex(32));
  const landed = new RegExp(`[?&]epik=(${CLICK_ID})(&|$)`, "i").exec(landing)?.[1] ?? (isLinked && linkedClick);
  // One that stands for the whole domain would be read before the new one.
  if (landed) eraseCookie(CLICK_ID_COOKIE);
  const clickId = landed ? setCookie(CLICK_ID_COOKIE, landed) : cookie(CLICK_ID_COOKIE, CLICK_ID);
  return { id, ...(clickId && { clickId }) };
};

/** Base64url, perhaps encoded for an address. What is anything else, or longer than the relay takes, is no click ID. */
const CLICK_ID = "[\\w.~%=-]{1,2000}";

/** Also where the relay or Pinterest set it for a parent domain. */
const eraseCookie = (name: string): void => {
  setCookie(name, "", ";max-age=0");
  for (let host = location.hostname; host; host = host.replace(/^[^.]*\.?/, ""))
    setCookie(name, "", `;max-age=0;domain=${host}`);
};

const setCookie = (name: string, value: string, more = `;max-age=${COOKIE_SECONDS}`): string => {
  attempt(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is neither synchronous nor everywhere.
    document.cookie = `${name}=${value};path=/;SameSite=Lax${location.protocol === "https:" ? ";Secure" : ""}${more}`;
  });
  return value;
};
