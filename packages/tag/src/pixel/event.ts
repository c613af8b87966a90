/** A customer event of Shopify's, as one of ours. */
import { type BeaconEvent, numberedOrderEventId } from "../contract.ts";
import { newEventId } from "../random.ts";
import { checkoutOf, itemOf } from "./checkout.ts";
import { digits } from "./digits.ts";
import { present } from "./present.ts";
import { settings } from "./settings.ts";
import type { Person, StandardEvent } from "./shopify.ts";

/** None for what is not told. `customer` is the one who is logged in. */
export const eventsOf = (said: StandardEvent, customer: Person | null | undefined): BeaconEvent[] => {
  const [name, tag] = settings.events[said.name] ?? [];
  if (!name) return [];
  const { cartLine, searchResult, checkout = {} } = said.data ?? {};
  const { order } = checkout;
  // A checkout's own email and phone number are those that the shopper typed.
  const who: Person = {
    ...customer,
    ...order?.customer,
    ...checkout.shippingAddress,
    ...checkout.billingAddress,
    ...checkout,
  };
  const time = Date.parse(said.timestamp) || Date.now();
  const id = digits(order?.id);
  // What Shopify has nothing to say of is taken out, and with it every undefined and NaN.
  return present([
    {
      // An order's follows the rule of the contract, so that the webhook's half finds it.
      id: id ? numberedOrderEventId(settings.key, id) : newEventId(time),
      name,
      rev: settings.rev,
      tag,
      time,
      // Without parameters, and without the token that opens the checkout.
      url: String(said.context?.document?.location?.href).replace(/(\/checkouts\/).*|[?#].*/, "$1"),
      properties: {
        ...(cartLine
          ? { ...itemOf(cartLine), currency: cartLine.merchandise?.price?.currencyCode }
          : checkoutOf(checkout)),
        query: searchResult?.query,
        order_aliases: order && [order.number, order.name, checkout.token].filter(Boolean),
        id,
      },
      // The webhook's order finds its visitor by it, also where there never was a cart.
      aliases: checkout.token && [`urn:checkout_token:${checkout.token}`],
      profile: {
        $email: who.email,
        $phone_number: who.phone,
        $first_name: who.firstName,
        $last_name: who.lastName,
        $city: who.city,
        $state: who.provinceCode,
        $zip_code: who.zip,
        $country_code: who.countryCode,
        $customer_id: digits(who.id),
      },
    },
  ]) as BeaconEvent[];
};
