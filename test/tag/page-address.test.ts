import { expect, test } from "vitest";
import { publicAddress } from "#tag/page-address";

const SHOP = "https://www.fennelandoak.example";

// biome-ignore format: a table
test.each([
  ["/products/harbor-mug?variant=41001#reviews",            "/products/harbor-mug?variant=41001"],
  ["/?epik=dj0yJnU9TkVX&utm_source=pinterest",              "/?epik=dj0yJnU9TkVX&utm_source=pinterest"],
  ["/thank-you/5001?key=wc_order_a1b2c3&utm_medium=cpc",    "/thank-you/5001?utm_medium=cpc"],
  ["/account/reset?token=eyJhbGciOi&lang=en",               "/account/reset?lang=en"],
  ["/login?userEmail=maya%40example.com",                   "/login"],
  ["/welcome?to=maya@example.com&from=newsletter",          "/welcome?from=newsletter"],
  ["/search?q=mugs&keyword=sage",                           "/search?q=mugs&keyword=sage"],
  ["/cart?access_token=x&api_key=y&apiKey=z&session_id=1",  "/cart"],
])("%s is told as %s", (address, told) => {
  expect(publicAddress(SHOP + address)).toBe(SHOP + told);
});
