import { html, type Markup } from "../html.ts";
import { chance } from "./strokes.ts";

const CLOTH =
  "M-211 16Q-211 0-196 0L196 0Q211 0 211 16C216 190 206 390 214 564Q110 548 0 562Q-110 576-214 560C-206 380-216 190-211 16Z";
const SHADOW = "M-190 30L-262 590Q-80 640 190 596L206 30Z";

const fringe = (): string => {
  const random = chance(19);
  return Array.from({ length: 39 }, (_, i) => {
    const x = -209 + i * 11;
    return `M${x} ${556 + Math.sin(i / 6) * 7}q${(random() * 8 - 4).toFixed(1)} 26 ${(random() * 10 - 5).toFixed(1)} ${(46 + random() * 12).toFixed(1)}`;
  }).join("");
};

const fold = (x: number, width: number, sway: number): string =>
  `M${x} 0C${x + sway} 190 ${x - sway} 390 ${x + sway} 566L${x + width + sway} 566C${x + width - sway} 390 ${x + width + sway} 190 ${x + width} 0Z`;

/** A throw hanging from (0,0), 610 long. Its dye is `--tone`. */
export const throwBlanket = (key: string): Markup => html`
<defs>
  <clipPath id="${key}-cloth"><path d="${CLOTH}"/></clipPath>
  <linearGradient id="${key}-fold" x1="0" x2="1" y1="0" y2="0">
    <stop offset="0" stop-color="#1d130b" stop-opacity=".3"/><stop offset=".35" stop-color="#1d130b" stop-opacity=".04"/>
    <stop offset=".62" stop-color="#fff" stop-opacity=".24"/><stop offset="1" stop-color="#fff" stop-opacity="0"/>
  </linearGradient>
  <linearGradient id="${key}-hang" x1="0" x2="0" y1="0" y2="566" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#fff" stop-opacity=".5"/><stop offset=".03" stop-color="#fff" stop-opacity=".16"/>
    <stop offset=".055" stop-color="#1d130b" stop-opacity=".26"/><stop offset=".16" stop-color="#1d130b" stop-opacity=".04"/><stop offset=".5" stop-color="#1d130b" stop-opacity="0"/>
    <stop offset="1" stop-color="#1d130b" stop-opacity=".2"/>
  </linearGradient>
  <filter id="${key}-cast" x="-30%" y="-10%" width="160%" height="130%"><feGaussianBlur stdDeviation="16"/></filter>
  <pattern id="${key}-weave" width="7" height="7" patternUnits="userSpaceOnUse">
    <path d="M0 1.5H3.5M3.5 5H7" stroke="#fff" stroke-opacity=".2" stroke-width="1.4"/>
    <path d="M1.5 3V7M5 0V3.5" stroke="#1d130b" stroke-opacity=".13" stroke-width="1.4"/>
  </pattern>
</defs>
<path d="${SHADOW}" fill="#2a1d10" fill-opacity=".3" filter="url(#${key}-cast)"/>
<path d="${fringe()}" fill="none" stroke="var(--tone)" stroke-width="4.4" stroke-linecap="round"/>
<path d="${fringe()}" fill="none" stroke="#1d130b" stroke-opacity=".2" stroke-width="4.4" stroke-linecap="round"/>
<g clip-path="url(#${key}-cloth)">
  <path d="${CLOTH}" fill="var(--tone)"/>
  <path d="M-230 438H230V452H-230ZM-230 466H230V470H-230ZM-230 484H230V498H-230Z" fill="#fffaf0" fill-opacity=".5"/>
  <path d="${CLOTH}" fill="url(#${key}-weave)"/>
  <path d="${fold(-214, 84, 6)}${fold(-36, 66, 8)}" fill="url(#${key}-fold)"/>
  <path d="${fold(-128, 96, -7)}" fill="url(#${key}-fold)"/>
  <path d="${fold(34, 104, 9)}" fill="url(#${key}-fold)"/>
  <path d="${fold(140, 84, -5)}" fill="url(#${key}-fold)"/>
  <path d="${CLOTH}" fill="url(#${key}-hang)"/>
</g>`;
