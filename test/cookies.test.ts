import { expect, test } from "vitest";
import { cookieDomain } from "#relay/http/cookies";

// biome-ignore format: a table
test.each<[string, string, string | undefined, string | undefined]>([
  // relay                     shop                      COOKIE_DOMAIN      domain
  ["relay.shop.example",       "www.shop.example",       undefined,         "shop.example"],
  ["relay.shop.co.uk",         "shop.co.uk",             undefined,         "shop.co.uk"],
  ["a.co.uk",                  "b.co.uk",                undefined,         undefined],
  ["relay.other.example",      "www.shop.example",       undefined,         undefined],
  ["one.myshopify.com",        "two.myshopify.com",      undefined,         undefined],
  ["shop.example",             "shop.example",           undefined,         "shop.example"],
  ["localhost",                "localhost",              undefined,         ""],
  ["127.0.0.1",                "127.0.0.1",              undefined,         ""],
  ["127.0.0.1",                "localhost",              undefined,         undefined],
  ["relay.de.shop.example",    "de.shop.example",        "de.shop.example", "de.shop.example"],
  ["relay.shop.example",       "www.shop.example",       "other.example",   undefined],
  ["evilshop.example",         "www.shop.example",       "shop.example",    undefined],
])("a relay at %s for a shop at %s, COOKIE_DOMAIN %s", (relayHost, shopHost, domain, expected) => {
  expect(cookieDomain(relayHost, shopHost, domain)).toBe(expected);
});
