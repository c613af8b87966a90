/** WebKitGTK, the engine of Safari as Linux has it. */
import { shopperSuite } from "./suite.ts";
import { openWebKit } from "./webkit.ts";

shopperSuite({
  open: () => openWebKit(),
  openForgetful: () => openWebKit("--enable-html5-local-storage=false", "--cookies-policy=never"),
  async walk(address) {
    const browser = await openWebKit();
    await browser.open(address);
    return browser;
  },
});
