/** What the fields of the server API mean, and examples of its calls: for the OpenAPI document and for the docs. */

// biome-ignore format: a table
export const FIELD_WORDS = [
  // the event
  ["event_name",                     "What happened, such as `Viewed Product`"],
  ["event_id",                       "Names this event and no other; the same when it is sent again. An order needs none: it goes by `properties.id`"],
  ["timestamp",                      "When it happened: ISO 8601 with a time zone, unix seconds or milliseconds. Without it: now"],
  ["properties",                     "What the event says"],
  ["profile_properties",             "Who the person is"],
  ["aliases",                        "Other names of the person, `urn:kind:value`, 10 at most; `urn:cookie:` and the visitor ID names the tag's visitor"],
  // what happened
  ["id",                             "Order ID or collection ID. Of an order the one that its webhook and its thank-you page have"],
  ["order_aliases",                  "Other names of the order: its number, its checkout token"],
  ["items",                          "Lines of the order or the cart, products of the collection"],
  ["value",                          "Money of the event as you have computed it; it is used as it is"],
  ["total_price",                    "What was paid in all, with tax and shipping"],
  ["total_tax",                      "Tax in it"],
  ["total_shipping",                 "Shipping in it"],
  ["total_discount",                 "What was taken off"],
  ["taxes_included",                 "Whether prices of items hold the tax; only needed where the totals do not tell"],
  ["currency",                       "ISO 4217, the one the shopper paid in"],
  ["coupon",                         "Coupon code, or a list of them"],
  ["product_id",                     "The product's ID in the shop"],
  ["variant_id",                     "The variant's ID in the shop"],
  ["sku",                            "SKU of product and variant"],
  ["name",                           "Name of the product or the collection"],
  ["variant_name",                   "Name of the variant"],
  ["price",                          "Price of one unit"],
  ["quantity",                       "How many"],
  ["discount",                       "Taken off the whole line, where it is not in `price`"],
  ["vendor",                         "Brand"],
  ["category",                       "Category"],
  ["description",                    "Read and not kept"],
  ["url",                            "Read and not kept"],
  ["image_url",                      "Read and not kept"],
  ["query",                          "What was searched for"],
  ["predicted_ltv",                  "What the customer is expected to be worth"],
  ["external_measurement_id",        "Only on Pinterest's request"],
  ["external_measurement_vendor_id", "Only on Pinterest's request"],
  ["updated_at",                     "When the order was last changed, as `timestamp`: a later telling replaces an earlier one that was not sent yet"],
  ["$sales_channel_type",            "Where an order was bought; `web` without it. `pos` and `offline` are no website's. It counts where it is in the setting `channels`"],
  ["$is_new_customer",               "Whether it is the customer's first order"],
  // the visit
  ["$visitor_id",                    "The tag's visitor ID: the cookie `_pinrelay`"],
  ["$click_id",                      "Pinterest's click ID: the cookie `_epik`. One in `$url` (`epik`) wins"],
  ["$ip",                            "The shopper's IP address, never your server's"],
  ["$user_agent",                    "The shopper's user agent"],
  ["$url",                           "Address of the page it happened on"],
  ["referrer",                       "Address of the page before it"],
  ["$consent",                       "What the shopper allows; without it the visitor's own decision counts, as far as the tag knows one"],
  ["marketing",                      "Whether Pinterest may be told; who leaves it out has denied it"],
  ["analytics",                      "Read and not asked for: Pinterest is marketing"],
  // the person
  ["$email",                         "Email address. This and all that follow: clear or SHA-256, one or a list; hashed on arrival"],
  ["$phone_number",                  "Phone number, best with + and country code"],
  ["$first_name",                    "First name"],
  ["$last_name",                     "Last name"],
  ["$gender",                        "Gender"],
  ["$date_of_birth",                 "Date of birth"],
  ["$city",                          "City"],
  ["$state",                         "State or province"],
  ["$zip_code",                      "Postal code"],
  ["$country_code",                  "ISO 3166, such as US"],
  ["$customer_id",                   "Your own ID of the customer"],
  ["$maid",                          "Mobile advertising ID"],
  ["$partner_id",                    "An identity partner's ID, kept as it is"],
  // whom to forget
  ["email",                          "Email address, one or a list"],
  ["phone",                          "Phone number with + and country code, one or a list"],
  ["customer_id",                    "Your own ID of the customer, one or a list"],
  ["visitor",                        "The tag's visitor ID, one or a list"],
  ["alias",                          "Another name, as it was sent in `aliases`, one or a list"],
  // answers
  ["results",                        "One for each event, in order"],
  ["status",                         "`duplicate`: it was kept before and is not sent again. `refused`: it is not kept"],
  ["error",                          "What is wrong with the whole call"],
  ["field",                          "The field that is wrong, or of no use to Pinterest"],
  ["message",                        "What is wrong with it and what to do"],
  ["events",                         "Events that told of the person and no longer do"],
  ["visitors",                       "Visitors who are no longer known"],
] as const satisfies readonly (readonly [field: string, words: string])[];

/** An order as a shop's server tells it. */
export const ORDER_EXAMPLE = {
  event_name: "Placed Order",
  timestamp: "2026-11-25T10:15:00+01:00",
  properties: {
    id: "5001",
    order_aliases: ["#1001"],
    total_price: 71.9,
    total_tax: 5.9,
    total_shipping: 6,
    currency: "USD",
    items: [
      { product_id: "1001", variant_id: "1001-2", sku: "MUG-SAGE-L", name: "Sage mug", price: 24, quantity: 2 },
      { product_id: "1002", name: "Oat linen napkin", price: 12, quantity: 1 },
    ],
    $ip: "203.0.113.7",
    $user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15",
  },
  profile_properties: {
    $email: "ann@example.com",
    $phone_number: "+14155550123",
    $country_code: "US",
    $consent: { analytics: "granted", marketing: "granted" },
  },
  aliases: ["urn:customer_id:8801"],
};

/** A sign-up. */
export const EVENT_EXAMPLE = {
  event_name: "Signed Up",
  event_id: "signup-8801",
  profile_properties: { $email: "ann@example.com", $customer_id: "8801" },
};

/** Somebody who wants to be forgotten. */
export const PERSON_EXAMPLE = { email: "ann@example.com", customer_id: "8801" };
