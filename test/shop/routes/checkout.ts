import { Router } from "express";
import { SHOP } from "../catalog.ts";
import { readCustomer } from "../customer.ts";
import { isOn } from "../halves.ts";
import { layout } from "../layout.ts";
import { placeOrder } from "../orders.ts";
import { checkoutPage } from "../pages/checkout.ts";
import { thankYouPage } from "../pages/thank-you.ts";
import { DESTINATIONS, type Quote, quote } from "../pricing.ts";
import { cartOf, type Session } from "../sessions.ts";
import { originOf, type Shop, sessionOf, shopperOf, visitOf } from "../visit.ts";

/** From the cart to an order. */
export const checkoutRoutes = (shop: Shop): Router => {
  const router = Router();

  router.get("/checkout", (request, response) => {
    const session = sessionOf(request, shop);
    if (!session || session.cart.size === 0) return response.redirect(303, "/cart");
    response.send(layout(visitOf(request, shop), checkoutPage(quotesOf(session))));
  });

  router.post("/checkout", (request, response) => {
    const session = sessionOf(request, shop);
    // A second press of the button finds the cart already ordered: it belongs on that order's page.
    const last = session?.orders.at(-1);
    if (!session || session.cart.size === 0) return response.redirect(303, last ? `/thank-you/${last}` : "/cart");
    const { customer, problems } = readCustomer(request.body);
    const quotes = quotesOf(session);
    const quoted = quotes.get(customer.country);
    if (!quoted || Object.keys(problems).length > 0) {
      response.status(422).send(layout(visitOf(request, shop), checkoutPage(quotes, { customer, problems })));
      return;
    }
    const order = placeOrder(shop.orders, quoted, customer, SHOP.currency, new Date());
    session.orders.push(order.id);
    session.cart.clear();
    delete session.code;
    response.redirect(303, `/thank-you/${order.id}`);
    if (isOn(session, "webhook")) shop.webhook?.tell(order, shopperOf(request), originOf(request));
  });

  router.get("/thank-you/:order", (request, response, next) => {
    const order = shop.orders.find(({ id }) => id === request.params.order);
    if (!order) return next();
    const own = sessionOf(request, shop)?.orders.includes(order.id) ?? false;
    const visit = visitOf(request, shop);
    response.send(layout(visit, thankYouPage(visit.origin, order, own, own && !shop.webhook)));
  });

  return router;
};

const quotesOf = (session: Session): Map<string, Quote> =>
  new Map(Object.keys(DESTINATIONS).map((country) => [country, quote(cartOf(session), session.code, country)]));
