/** Who ordered, as an order of Shopify's tells it: hashed at once, but for what Pinterest needs in the clear. */
import type { Half, MatchKeys, Network } from "../core/event.ts";
import { unionMatchKeys } from "../core/merge.ts";
import { hashProfile } from "../pinterest/match-keys.ts";
import { hashedAlias } from "./alias.ts";
import { cut } from "./cut.ts";
import { present } from "./present.ts";
import type { Address, Order } from "./shopify-schema.ts";

const USER_AGENT_LENGTH = 1_000;
const ALIASES = ["checkout_token", "cart_token"] as const;

/** Placed at a till or in the merchant's own browser, which says nothing of the customer's. */
const BY_STAFF = ["pos", "shopify_draft_order"];

/** Of everything that says who it is. Each part is read by its own country: what is ordered may go to another. */
export const matchKeysOf = (order: Order): MatchKeys => {
  const { email, contact_email, phone, customer, billing_address: billing, shipping_address: shipping } = order;
  const hint = present({ country: countryOf(order) });
  return [
    hashProfile({ $email: told(email, contact_email), $phone_number: told(phone) }, hint),
    hashProfile(
      {
        $email: told(customer?.email),
        $phone_number: told(customer?.phone),
        $first_name: told(customer?.first_name),
        $last_name: told(customer?.last_name),
        $customer_id: told(customer?.id),
      },
      hint,
    ),
    ofAddress(billing),
    // The name there may be of one who is given a present.
    ofAddress(billing ? { ...shipping, first_name: undefined, last_name: undefined } : shipping),
  ].reduce(unionMatchKeys);
};

const ofAddress = (address: Address): MatchKeys =>
  hashProfile({
    $phone_number: told(address?.phone),
    $first_name: told(address?.first_name),
    $last_name: told(address?.last_name),
    $city: told(address?.city),
    $state: told(address?.province_code ?? address?.province),
    $zip_code: told(address?.zip),
    $country_code: told(address?.country_code),
  });

const told = (...all: (string | undefined)[]): string[] => all.filter((one) => one !== undefined);

/** Two capital letters. Where the one lives who pays: what may be implied of them is the law of that place. */
export const countryOf = ({ shipping_address, billing_address }: Order): string | undefined =>
  [billing_address, shipping_address]
    .map((address) => address?.country_code?.trim().toUpperCase())
    .find((code) => code !== undefined && /^[A-Z]{2}$/.test(code));

/** Two letters. */
export const languageOf = ({ client_details, customer_locale }: Order): string | undefined =>
  [client_details?.accept_language, customer_locale]
    .map((name = "") => /^\s*([a-z]{2})(?![a-z])/i.exec(name)?.[1]?.toLowerCase())
    .find((code) => code !== undefined);

/** The shopper's browser; undefined where none is known. */
export const networkOf = ({ client_details, browser_ip, source_name = "" }: Order): Network | undefined => {
  const [ip, userAgent] = [client_details?.browser_ip ?? browser_ip, client_details?.user_agent];
  return BY_STAFF.includes(source_name) || !(ip || userAgent)
    ? undefined
    : present({ ip, userAgent: userAgent && cut(userAgent, USER_AGENT_LENGTH) });
};

/** Names that tie the order to its visitor; a cart's token may have a key behind it. */
export const aliasesOf = (order: Order): NonNullable<Half["aliases"]> =>
  [
    ...ALIASES.map((kind) => [kind, order[kind]?.replace(/\?.*/s, "")] as const),
    ["customer_id", order.customer?.id] as const,
  ].flatMap(([kind, value]) => (value ? hashedAlias(`urn:${kind}:${value}`) : []));
