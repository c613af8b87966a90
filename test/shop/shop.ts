import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import express from "express";
import { layout } from "./layout.ts";
import type { Order } from "./orders.ts";
import { notFoundPage } from "./pages/not-found.ts";
import { browseRoutes } from "./routes/browse.ts";
import { cartRoutes } from "./routes/cart.ts";
import { checkoutRoutes } from "./routes/checkout.ts";
import { halvesRoutes } from "./routes/halves.ts";
import { createSessions } from "./sessions.ts";
import { type Shop, visitOf } from "./visit.ts";
import { createWebhook, type WebhookOptions } from "./webhook.ts";

export interface RunningShop {
  /** "http://127.0.0.1:4000"; the shop answers to localhost too. */
  url: string;
  /** Every order placed, oldest first. */
  orders: Order[];
  close(): Promise<void>;
}

/**
 * Starts the demonstration shop on this machine. `snippet` is HTML for every page's head: the one place where a shop's
 * owner pastes a tag. With `webhook` the shop's server tells of its orders too. Without a port it takes a free one.
 */
export const startShop = async (
  options: { port?: number; snippet?: string; webhook?: WebhookOptions } = {},
): Promise<RunningShop> => {
  const shop: Shop = {
    snippet: options.snippet ?? "",
    orders: [],
    sessions: createSessions(),
    ...(options.webhook ? { webhook: createWebhook(options.webhook) } : {}),
  };
  const server = createServer(shopApp(shop));
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    orders: shop.orders,
    close: () =>
      new Promise((resolve) => {
        shop.webhook?.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const shopApp = (shop: Shop): express.Express => {
  const app = express();
  app.disable("x-powered-by");
  app.use("/assets", express.static(ASSETS));
  // Pages show the visitor's cart, so nobody else may keep them; the browser may, if it asks again.
  app.use((_request, response, next) => {
    response.set("Cache-Control", "private, no-cache");
    next();
  });
  app.use(express.urlencoded({ extended: false, limit: "20kb" }));
  app.use(browseRoutes(shop), cartRoutes(shop), checkoutRoutes(shop), halvesRoutes(shop));
  app.use((request, response) => {
    response.status(404).send(layout(visitOf(request, shop), notFoundPage));
  });
  return app;
};

/** The stylesheet and the script are plain files, so they stay with the source when the rest is compiled to dist. */
const ASSETS =
  ["./public", "../../shop/public"].map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync) ?? "";
