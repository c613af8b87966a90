import { html, type Markup } from "../html.ts";
import { frond, grain } from "./strokes.ts";

export interface Room {
  wall: string;
  table: string;
  /** Where the table begins, from the top. */
  edge: number;
  /** Daylight falls in through a window; a room with a lit lamp goes without. */
  day: boolean;
}

/** Wall, light and table of a picture this wide and 1000 high; what stands in it is drawn over it. */
export const backdrop = (key: string, width: number, room: Room): Markup => html`
<defs>
  <linearGradient id="${key}-wall" x1="1" x2="0" y1="0" y2="1">
    <stop offset="0" stop-color="#fff" stop-opacity=".34"/><stop offset=".55" stop-color="#fff" stop-opacity="0"/>
    <stop offset="1" stop-color="#1d150a" stop-opacity=".2"/>
  </linearGradient>
  <linearGradient id="${key}-table" x1="0" x2="0" y1="0" y2="1">
    <stop offset="0" stop-color="#fff" stop-opacity=".2"/><stop offset="1" stop-color="#1d150a" stop-opacity=".24"/>
  </linearGradient>
  <filter id="${key}-soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="9"/></filter>
  <filter id="${key}-blur" x="-30%" y="-120%" width="160%" height="340%"><feGaussianBlur stdDeviation="7"/></filter>
</defs>
<rect width="${width}" height="1000" fill="${room.wall}"/>
${room.day && html`<g transform="translate(${width - 800} 0)">${daylight(key)}</g>`}
<rect width="${width}" height="1000" fill="url(#${key}-wall)"/>
<rect y="${room.edge}" width="${width}" height="${1000 - room.edge}" fill="${room.table}"/>
<path d="${grain(room.edge, -width - 10, 1000 - room.edge, width + 20, 9, 31)}" transform="rotate(90)" fill="none" stroke="#3d2810" stroke-opacity=".14" stroke-width="2"/>
<rect y="${room.edge}" width="${width}" height="${1000 - room.edge}" fill="url(#${key}-table)"/>
<rect y="${room.edge}" width="${width}" height="4" fill="#fff" fill-opacity=".3"/>`;

/** The shadow of something that stands at (x, y), half as wide as `reach`. */
export const shadow = (key: string, x: number, y: number, reach: number): Markup => html`
<ellipse cx="${x}" cy="${y}" rx="${reach}" ry="${reach * 0.13}" fill="#2a1d10" fill-opacity=".42" filter="url(#${key}-blur)"/>
<ellipse cx="${x - reach * 0.32}" cy="${y + 8}" rx="${reach * 1.25}" ry="${reach * 0.15}" fill="#2a1d10" fill-opacity=".22" filter="url(#${key}-soft)"/>`;

/** Puts something at a place. */
export const at = (x: number, y: number, scale: number, what: Markup): Markup =>
  html`<g transform="translate(${x} ${y}) scale(${scale})">${what}</g>`;

/** A window's light on the wall, with a frond before it. */
const daylight = (key: string): Markup => html`
<g filter="url(#${key}-soft)">
  <path d="M300 60L500 10V330L300 400ZM520 5L720-45V250L520 322ZM300 424L500 353V610L300 690ZM520 346L720 274V520L520 600Z" fill="#fffaf0" fill-opacity=".5"/>
  <g fill="none" stroke="#6d6250" stroke-opacity=".4" stroke-width="6" stroke-linecap="round">
    <path d="${frond(640, 2)}" transform="translate(610 720) rotate(-16)"/>
    <path d="${frond(520, 8)}" transform="translate(790 560) rotate(-46)"/>
  </g>
</g>`;
