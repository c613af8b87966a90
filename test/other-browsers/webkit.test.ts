import { shopperSuite } from "./suite.ts";
import { openWebKit } from "./webkit.ts";

shopperSuite(
  () => openWebKit(),
  () => openWebKit("--enable-html5-local-storage=false", "--cookies-policy=never"),
);
