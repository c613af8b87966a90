/** The debug panel, which a page loads only where its address asks for it. */
import { open } from "../debug/open.ts";

open(document.currentScript);
