import { openFirefox } from "./firefox.ts";
import { shopperSuite } from "./suite.ts";

/** All cookies and storage of pages are refused. */
const FORGETFUL = { "network.cookie.cookieBehavior": 2 };

shopperSuite(
  () => openFirefox(),
  () => openFirefox(FORGETFUL),
);
