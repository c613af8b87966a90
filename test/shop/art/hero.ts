import { html, type Markup } from "../html.ts";
import { board, bowl } from "./board.ts";
import { lamp } from "./lamp.ts";
import { mug } from "./mug.ts";
import { at, backdrop, shadow } from "./room.ts";

const toned = (tone: string, what: Markup): Markup => html`<g style="--tone:${tone}">${what}</g>`;

/** The picture the home page opens with: what the shop sells, on one table in morning light. */
export const hero = (): Markup => html`
<svg class="picture" viewBox="0 0 1200 1000" preserveAspectRatio="xMidYMax slice" role="img" aria-label="A lamp, an oak board, a bowl of lemons and two stoneware mugs on a table in morning light">
${backdrop("h", 1200, { wall: "#d8d2c0", table: "#c39d6c", edge: 740, day: true })}
${shadow("h", 690, 800, 190)}${at(690, 800, 0.86, html`<g transform="rotate(-3)">${board("h-board")}</g>`)}
${shadow("h", 306, 836, 150)}${at(306, 838, 1.02, toned("#7a7b4f", lamp("h-lamp")))}
${shadow("h", 892, 856, 150)}${at(892, 860, 0.92, bowl("h-bowl"))}
${shadow("h", 640, 892, 100)}${at(640, 896, 0.62, toned("#a3ae8d", mug("h-mug")))}
${shadow("h", 452, 944, 110)}${at(452, 948, 0.7, toned("#4a5866", mug("h-ink")))}
</svg>`;
