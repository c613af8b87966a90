/** Sets the visitor and click ID cookies again over HTTP: browsers keep those longer than what a script wrote. */
import { CLICK_ID_COOKIE, COOKIE_SECONDS, VISITOR_COOKIE, type Visitor } from "@pinrelay/tag/contract";
import { getDomain } from "tldts";

/** `Set-Cookie` values for this visitor; none where shop and relay share no site, since no page would see them. */
export type VisitorCookies = (visitor: Visitor, relayUrl: string, shopOrigin: string) => string[];

/** Addresses remembered. There are as many as shops have, but anybody can make some up. */
const REMEMBERED = 1_000;

/** `domain` is COOKIE_DOMAIN, where the operator set it. */
export function visitorCookies(domain?: string): VisitorCookies {
  const known = new Map<string, string | undefined>();
  return (visitor, relayUrl, shopOrigin) => {
    const pair = `${relayUrl} ${shopOrigin}`;
    if (!known.has(pair)) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(pair, attributesFor(relayUrl, shopOrigin, domain));
    }
    const attributes = known.get(pair);
    if (attributes === undefined) return [];
    const cookies = [`${VISITOR_COOKIE}=${visitor.id}${attributes}`];
    if (visitor.clickId && COOKIE_VALUE.test(visitor.clickId))
      cookies.push(`${CLICK_ID_COOKIE}=${visitor.clickId}${attributes}`);
    return cookies;
  };
}

/** RFC 6265's cookie-octets. A click ID is base64url; anything else is somebody's trick with our header. */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/** What follows name and value; undefined where there is no cookie to be set, or an address is none. */
const attributesFor = (relayUrl: string, shopOrigin: string, domain: string | undefined): string | undefined => {
  if (!URL.canParse(relayUrl) || !URL.canParse(shopOrigin)) return undefined;
  const { hostname, protocol } = new URL(relayUrl);
  const shared = cookieDomain(hostname, new URL(shopOrigin).hostname, domain);
  if (shared === undefined) return undefined;
  const secure = protocol === "https:" ? "; Secure" : "";
  return `${shared && `; Domain=${shared}`}; Path=/; Max-Age=${COOKIE_SECONDS}; SameSite=Lax${secure}`;
};

/**
 * The registrable domain that both share, by the public suffix list with its private part (two shops under
 * myshopify.com are two sites). Empty for a shared host without one, such as localhost: a cookie of that host alone.
 */
export function cookieDomain(relayHost: string, shopHost: string, domain?: string): string | undefined {
  if (domain) return relayHost === domain || relayHost.endsWith(`.${domain}`) ? domain : undefined;
  if (relayHost === shopHost) return getDomain(shopHost, { allowPrivateDomains: true }) ?? "";
  const shared = getDomain(relayHost, { allowPrivateDomains: true });
  return shared && shared === getDomain(shopHost, { allowPrivateDomains: true }) ? shared : undefined;
}
