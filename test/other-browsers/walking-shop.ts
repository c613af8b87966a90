/** A shop whose pages go on by themselves: to the next one, and back, which takes the first out of the back/forward cache. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Scene } from "../tag/scene.ts";
import { until } from "../until.ts";

export interface WalkingShop {
  origin: string;
  /** Whether each page that was shown came out of the cache, in their order. */
  restored: boolean[];
  close(): void;
}

const PRODUCT = `<script type="application/ld+json">${JSON.stringify({
  "@context": "https://schema.org",
  "@type": "Product",
  productID: "1001",
  name: "Harbor Mug",
  offers: { "@type": "Offer", price: "24.00", priceCurrency: "USD" },
})}</script>`;

/**
 * Goes on once all of the page has been told, and says when the shopper is back. Not in the same moment: Firefox keeps
 * no page that has a request under way, and takes a while to see that the one asked here is over. No page can see that.
 */
const walk = (goOn: string): string => `<script>
  addEventListener("pageshow", async ({ persisted }) => {
    await fetch("/shown?restored=" + persisted);
    if (persisted) pinrelay({ method: "track", eventName: "Contacted" });
    else setTimeout(() => { ${goOn} }, 2000);
  });
</script>`;

export async function openWalkingShop(scene: Scene): Promise<WalkingShop> {
  const restored: boolean[] = [];
  const app = express();
  const page = (body: string) =>
    `<!doctype html><html lang="en-US"><head>${scene.witness()}${scene.tag()}</head>${body}</html>`;
  app.get("/product", (_, answer) => void answer.send(page(PRODUCT + walk(`location.href = "/care"`))));
  app.get("/care", (_, answer) => void answer.send(page(walk("history.back()"))));
  app.get("/shown", async (request, answer) => {
    restored.push(request.query.restored === "true");
    // Of three pages two show the product.
    const views = Math.ceil(restored.length / 2);
    const isTold = () =>
      scene.events("$page_load").length >= restored.length && scene.events("Viewed Product").length >= views;
    await until(isTold).catch(() => {});
    answer.end();
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    restored,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
