/** Sets the visitor and click ID cookies again over HTTP: browsers keep those longer than what a script wrote. */
import { CLICK_ID_COOKIE, COOKIE_SECONDS, VISITOR_COOKIE, type Visitor } from "@pinrelay/tag/contract";
import { getDomain } from "tldts";

export interface CookieSite {
  /** Host name of the relay as the browser sees it. */
  relayHost: string;
  shopHost: string;
  /** COOKIE_DOMAIN, where the operator set it. */
  domain?: string;
  secure: boolean;
}

/** `Set-Cookie` values for this visitor; none where shop and relay share no site, since no page would see them. */
export function visitorCookies(visitor: Visitor, site: CookieSite): string[] {
  const domain = cookieDomain(site);
  if (domain === undefined) return [];
  const rest = `${domain && `; Domain=${domain}`}; Path=/; Max-Age=${COOKIE_SECONDS}; SameSite=Lax${site.secure ? "; Secure" : ""}`;
  const cookies = [`${VISITOR_COOKIE}=${visitor.id}${rest}`];
  if (visitor.clickId && COOKIE_VALUE.test(visitor.clickId))
    cookies.push(`${CLICK_ID_COOKIE}=${visitor.clickId}${rest}`);
  return cookies;
}

/** RFC 6265's cookie-octets. A click ID is base64url; anything else is somebody's trick with our header. */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/**
 * The registrable domain that both share, by the public suffix list with its private part (two shops under
 * myshopify.com are two sites). Empty for a shared host without one, such as localhost: a cookie of that host alone.
 */
export function cookieDomain({ relayHost, shopHost, domain }: CookieSite): string | undefined {
  if (domain) return relayHost === domain || relayHost.endsWith(`.${domain}`) ? domain : undefined;
  if (relayHost === shopHost) return getDomain(shopHost, { allowPrivateDomains: true }) ?? "";
  const shared = getDomain(relayHost, { allowPrivateDomains: true });
  return shared && shared === getDomain(shopHost, { allowPrivateDomains: true }) ? shared : undefined;
}
