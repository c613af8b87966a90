import type { Art } from "../catalog.ts";
import { html, type Markup } from "../html.ts";
import { board, bowl } from "./board.ts";
import { lamp } from "./lamp.ts";
import { mug } from "./mug.ts";
import { at, backdrop, type Room, shadow } from "./room.ts";
import { throwBlanket } from "./throw.ts";

/** What the chosen variant does to its picture: a colour, and a size against the largest one. */
export interface Look {
  tone: string;
  grow: number;
}

/** The picture inline in a page. It follows `--tone` and `--grow`, so choosing a variant recolours it in place. */
export const picture = (art: Art, key: string, look: Look, alt: string): Markup => html`
<svg class="picture" viewBox="0 0 800 1000" preserveAspectRatio="xMidYMid slice" ${naming(alt)} style="${styleOf(look)}">${scene(art, key)}</svg>`;

/** The same picture as a file of its own, for feeds and link previews. */
export const pictureFile = (art: Art, look: Look): string =>
  html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 1000" width="800" height="1000" style="${styleOf(look)}"><style>.grow{transform:scale(var(--grow))}</style>${scene(art, "p")}</svg>`
    .text;

/** A picture beside its own name says nothing more to those who listen. */
const naming = (alt: string): Markup => (alt === "" ? html`aria-hidden="true"` : html`role="img" aria-label="${alt}"`);

// biome-ignore format: a table
const ROOMS: Record<Art, Room> = {
  mug:   { wall: "#ddd5c4", table: "#c39d6c", edge: 720, day: true },
  throw: { wall: "#d9d3c8", table: "#a98a63", edge: 912, day: true },
  lamp:  { wall: "#8f8a76", table: "#7d5c3a", edge: 792, day: false },
  board: { wall: "#cfd3c6", table: "#d9cdb8", edge: 800, day: true },
};

// biome-ignore format: a table
const THINGS: Record<Art, (key: string) => Markup> = {
  mug:   (key) => html`${shadow(key, 376, 862, 190)}${at(378, 866, 1.28, grows(mug(key)))}`,
  throw: (key) => html`${rail(key)}${at(400, 192, 1.12, grows(throwBlanket(key)))}`,
  lamp:  (key) => html`${shadow(key, 400, 902, 150)}${at(400, 902, 1.14, grows(lamp(key)))}`,
  board: (key) => html`${shadow(key, 330, 878, 240)}${at(330, 880, 1.06, grows(leaning(board(key))))}${shadow(key, 566, 922, 150)}${at(568, 926, 0.98, bowl(key))}`,
};

const scene = (art: Art, key: string): Markup => html`${backdrop(key, 800, ROOMS[art])}${THINGS[art](key)}`;

const styleOf = (look: Look): string => `--tone:${look.tone};--grow:${look.grow}`;

/** It grows from its own origin: from the foot for what stands, from the rail for what hangs. */
const grows = (what: Markup): Markup => html`<g class="grow">${what}</g>`;

const leaning = (what: Markup): Markup => html`<g transform="rotate(-4)">${what}</g>`;

const rail = (key: string): Markup => html`
<defs><linearGradient id="${key}-rail" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="#e2bd87"/><stop offset="1" stop-color="#8f6532"/></linearGradient></defs>
<path d="M120 205Q120 175 140 160M680 205Q680 175 660 160" stroke="#8a6332" stroke-width="18" stroke-linecap="round" fill="none"/>
<rect x="70" y="196" width="660" height="26" rx="13" fill="url(#${key}-rail)"/>`;
