import { Router } from "express";
import { PRODUCTS } from "../catalog.ts";
import { field } from "../field.ts";
import { type Found, findVariant } from "../find.ts";
import { addToCart } from "../ga4.ts";
import { layout } from "../layout.ts";
import { cartPage } from "../pages/cart.ts";
import { miniCart } from "../pages/mini-cart.ts";
import { HOME_COUNTRY, knowsCode, type Quote, quote } from "../pricing.ts";
import { cartOf, countOf, MOST, type Session, setQuantity } from "../sessions.ts";
import { openSession, type Shop, sessionOf, visitOf } from "../visit.ts";

/** The cart: adding (by script or by plain form), quantities, the discount code. */
export const cartRoutes = (shop: Shop): Router => {
  const router = Router();

  router.get("/cart", (request, response) => {
    const refused = field(request.query, "refused").slice(0, 40);
    response.send(layout(visitOf(request, shop), cartPage(quoteOf(sessionOf(request, shop)), refused)));
  });

  // For a page that the browser took out of its memory with an old count on it.
  router.get("/cart/count", (request, response) => {
    response.json({ count: countOf(sessionOf(request, shop)) });
  });

  router.post("/cart/items", (request, response) => {
    const wanted = wantedOf(request.body);
    const quantity = quantityOf(request.body);
    if (!wanted || quantity === undefined || quantity === 0) {
      response.status(400).json({ error: `Please choose what to add, and between 1 and ${MOST} of it.` });
      return;
    }
    const session = openSession(request, response, shop);
    const before = session.cart.get(wanted.variant.id) ?? 0;
    setQuantity(session, wanted.variant.id, before + quantity);
    const added = (session.cart.get(wanted.variant.id) ?? 0) - before;
    if (request.accepts(["html", "json"]) !== "json") {
      response.redirect(303, "/cart");
      return;
    }
    if (added === 0) {
      response.status(409).json({ error: `${MOST} of one thing is the most we can send.` });
      return;
    }
    const line = { ...wanted, quantity: added, unitCents: wanted.variant.cents };
    const count = countOf(session);
    response.json({ count, miniCart: miniCart(line, quoteOf(session), count).text, event: addToCart(line) });
  });

  router.post("/cart/items/:variant", (request, response) => {
    const session = sessionOf(request, shop);
    const found = findVariant(request.params.variant);
    const quantity = quantityOf(request.body);
    if (session && found && quantity !== undefined) setQuantity(session, found.variant.id, quantity);
    response.redirect(303, "/cart");
  });

  router.post("/cart/code", (request, response) => {
    const session = openSession(request, response, shop);
    const code = field(request.body, "code").trim().toUpperCase().slice(0, 40);
    if (code === "") delete session.code;
    else if (knowsCode(code)) session.code = code;
    response.redirect(303, code === "" || knowsCode(code) ? "/cart" : `/cart?refused=${encodeURIComponent(code)}`);
  });

  return router;
};

const quoteOf = (session: Session | undefined): Quote => quote(cartOf(session), session?.code, HOME_COUNTRY);

/** The form names a product and its options, not a variant, so that it works where no script runs. */
const wantedOf = (body: unknown): Found | undefined => {
  const product = PRODUCTS.find(({ id }) => id === field(body, "product"));
  const variant = product?.variants.find(({ choice }) =>
    product.options.every((option, i) => field(body, option.name.toLowerCase()) === choice[i]),
  );
  return product && variant ? { product, variant } : undefined;
};

const quantityOf = (body: unknown): number | undefined => {
  const text = field(body, "quantity");
  return /^\d{1,3}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
};
