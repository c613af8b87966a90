/** Firefox ESR. */
import { expect, test } from "vitest";
import { setScene } from "../tag/scene.ts";
import { letFirefoxWalk, openFirefox } from "./firefox.ts";
import { leave, lines, open, says } from "./shopper.ts";
import { anyShop, MUG, shopperSuite } from "./suite.ts";

shopperSuite({
  open: () => openFirefox(),
  // Cookies, and with them all that a page could store, are refused.
  openForgetful: () => openFirefox({ "network.cookie.cookieBehavior": 2 }),
  // While a session lasts, Marionette listens for `unload`, and no page gets into the cache.
  walk: async (address) => letFirefoxWalk(address),
});

test("Global Privacy Control, switched on in the browser, has nothing told", async () => {
  const scene = await setScene();
  const browser = await openFirefox({ "privacy.globalprivacycontrol.enabled": true });
  try {
    const { shop } = await anyShop(scene);
    const shopper = { browser, scene, shop };
    scene.settings = { consent: "implied" };
    await browser.open(shop + MUG);
    expect(await browser.run("return navigator.globalPrivacyControl")).toBe(true);
    await says("added()")(shopper);
    // In the mode that asks nobody the same browser is told of.
    scene.settings = { consent: "always" };
    await open("/care")(shopper);
    await leave("/end")(shopper);
    expect(lines(shopper, ["/end"])).toEqual(["$page_load /care"]);
    expect(scene.pintrk.filter(({ path }) => path === MUG)).toEqual([]);
    expect(scene.wrongs).toEqual([]);
  } finally {
    await browser.close();
    scene.close();
  }
});
