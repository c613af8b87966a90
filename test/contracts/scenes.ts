/** Pages that between them have the tag tell the shapes of beacon: what is seen, called, denied, taken back, and acknowledged. */

export interface Scene {
  name: string;
  /** What stands in the page. */
  html: string;
  /** What the page then does, one step after another; each is waited for. */
  steps: readonly string[];
  /** Whether all has been told that the scene is for. */
  tells(beacons: readonly string[]): boolean;
  isSandboxed?: boolean;
}

const has = (beacons: readonly string[], words: RegExp): boolean => beacons.some((beacon) => words.test(beacon));

const PRODUCT = `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Sage mug","sku":"MUG-SAGE-L","productID":"1001","url":"/products/sage-mug","offers":{"@type":"Offer","price":"24.00","priceCurrency":"USD"}}</script>`;

const ORDER = `pinrelay({ method: "track", eventName: "Placed Order", properties: { id: "#1001", order_aliases: ["c-81f0"], currency: "USD", total_price: 53.9, total_tax: 3.9, total_shipping: 5, total_discount: 3, coupon: ["AUTUMN"], items: [{ product_id: "1001", variant_id: "1001-2", sku: "MUG-SAGE-L", name: "Sage mug", price: 24, quantity: 2, discount: 3 }] } })`;

export const SCENES: readonly Scene[] = [
  {
    name: "product-view",
    html: PRODUCT,
    steps: [`pinrelay({ method: "track", eventName: "Searched", properties: { query: "mugs" } })`],
    tells: (beacons) => has(beacons, /"name":"Viewed Product"/),
  },
  {
    name: "call-with-person",
    html: "",
    steps: [
      `pinrelay({ method: "set", profileProperties: { $email: "ann@example.com", $phone_number: "+1 206 555 0100", $country_code: "US" }, aliases: ["urn:email:ann@example.com"] })`,
      `pinrelay({ method: "track", eventName: "Added To Cart", eventID: "cart-77", properties: { product_id: "1001", variant_id: "1001-2", price: 24, currency: "USD", quantity: 2, vendor: "Fennel & Oak", category: "Mugs" } })`,
    ],
    tells: (beacons) => has(beacons, /"id":"cart-77"/),
  },
  { name: "order", html: "", steps: [ORDER], tells: (beacons) => has(beacons, /"name":"Placed Order"/) },
  {
    name: "denied-order",
    html: "",
    steps: [`pinrelay({ method: "consent", marketing: "denied" })`, ORDER],
    tells: (beacons) => has(beacons, /"marketing":"denied".*"name":"Placed Order"/),
  },
  {
    name: "consent-taken-back",
    html: PRODUCT,
    steps: [
      `pinrelay({ method: "track", eventName: "Searched", properties: { query: "mugs" } })`,
      `pinrelay({ method: "consent", marketing: "denied" })`,
    ],
    tells: (beacons) => has(beacons, /"marketing":"denied".*"events":\[\]/),
  },
  {
    name: "sandboxed-frame",
    html: "",
    isSandboxed: true,
    steps: [],
    tells: (beacons) => has(beacons, /"state":"fired"/),
  },
];
