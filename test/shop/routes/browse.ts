import { Router } from "express";
import { favicon } from "../art/icons.ts";
import { pictureFile } from "../art/scene.ts";
import { COLLECTIONS, PRODUCTS } from "../catalog.ts";
import { field } from "../field.ts";
import { findVariant, firstVariant, lookOf, searchProducts } from "../find.ts";
import { layout } from "../layout.ts";
import { collectionPage } from "../pages/collection.ts";
import { homePage } from "../pages/home.ts";
import { productPage } from "../pages/product.ts";
import { searchPage } from "../pages/search.ts";
import { type Shop, visitOf } from "../visit.ts";

/** Looking around: home, collections, products, search, and their pictures. */
export const browseRoutes = (shop: Shop): Router => {
  const router = Router();

  router.get("/", (request, response) => {
    const visit = visitOf(request, shop);
    response.send(layout(visit, homePage(visit.origin)));
  });

  router.get("/collections/:handle", (request, response, next) => {
    const collection = COLLECTIONS.find(({ handle }) => handle === request.params.handle);
    if (!collection) return next();
    const visit = visitOf(request, shop);
    response.send(layout(visit, collectionPage(visit.origin, collection)));
  });

  router.get("/products/:handle", (request, response, next) => {
    const product = PRODUCTS.find(({ handle }) => handle === request.params.handle);
    if (!product) return next();
    const asked = field(request.query, "variant");
    const variant = product.variants.find(({ id }) => id === asked) ?? firstVariant(product);
    const visit = visitOf(request, shop);
    response.send(layout(visit, productPage(visit.origin, product, variant)));
  });

  router.get("/search", (request, response) => {
    const query = field(request.query, "q").trim().slice(0, 100);
    response.send(layout(visitOf(request, shop), searchPage(query, searchProducts(query))));
  });

  router.get("/images/:file", (request, response, next) => {
    const found = findVariant(request.params.file.replace(/\.svg$/, ""));
    if (!found) return next();
    response.type("svg").send(pictureFile(found.product.art, lookOf(found.product, found.variant)));
  });

  router.get("/favicon.svg", (_request, response) => {
    response.type("svg").send(favicon());
  });

  return router;
};
