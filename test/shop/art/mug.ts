import { html, type Markup } from "../html.ts";
import { speckle } from "./strokes.ts";

const BODY = "M-150-318C-152-200-148-92-131-32Q-123 0-90 0L90 0Q123 0 131-32C148-92 152-200 150-318Z";
const HANDLE = "M140-262C236-282 272-208 244-150C226-112 180-92 132-92";

/** A mug that stands at (0,0), 318 high. Its glaze is `--tone`. */
export const mug = (key: string): Markup => html`
<defs>
  <clipPath id="${key}-body"><path d="${BODY}"/></clipPath>
  <clipPath id="${key}-mouth"><ellipse cx="0" cy="-318" rx="139" ry="29"/></clipPath>
  <linearGradient id="${key}-round" x1="-150" x2="150" y1="0" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#1c150c" stop-opacity=".3"/><stop offset=".16" stop-color="#1c150c" stop-opacity=".08"/>
    <stop offset=".3" stop-color="#fff" stop-opacity=".34"/><stop offset=".42" stop-color="#fff" stop-opacity=".1"/>
    <stop offset=".66" stop-color="#1c150c" stop-opacity=".08"/><stop offset="1" stop-color="#1c150c" stop-opacity=".46"/>
  </linearGradient>
  <linearGradient id="${key}-fall" x1="0" x2="0" y1="-318" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#fff" stop-opacity=".12"/><stop offset="1" stop-color="#1c150c" stop-opacity=".16"/>
  </linearGradient>
  <linearGradient id="${key}-inside" x1="-139" x2="139" y1="0" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#1c150c" stop-opacity=".62"/><stop offset="1" stop-color="#1c150c" stop-opacity=".22"/>
  </linearGradient>
  <radialGradient id="${key}-coffee" cx=".64" cy=".3" r=".8">
    <stop offset="0" stop-color="#7d5236"/><stop offset=".5" stop-color="#4b2c1a"/><stop offset="1" stop-color="#2c190e"/>
  </radialGradient>
</defs>
<path d="${HANDLE}" fill="none" stroke="var(--tone)" stroke-width="37" stroke-linecap="round"/>
<path d="${HANDLE}" fill="none" stroke="#1c150c" stroke-opacity=".3" stroke-width="37" stroke-linecap="round"/>
<path d="${HANDLE}" fill="none" stroke="var(--tone)" stroke-width="25" stroke-linecap="round" transform="translate(-3-4)"/>
<path d="${HANDLE}" fill="none" stroke="#fff" stroke-opacity=".22" stroke-width="7" stroke-linecap="round" transform="translate(-4-10)"/>
<g clip-path="url(#${key}-body)">
  <path d="${BODY}" fill="#c8ab84"/>
  <path d="M-170-340H170V-58C120-46 84-66 30-56C-30-45-70-64-170-52Z" fill="var(--tone)"/>
  <path d="M-170-52C-70-64-30-45 30-56C84-66 120-46 170-58" fill="none" stroke="#1c150c" stroke-opacity=".22" stroke-width="4"/>
  <path d="${speckle(-150, -318, 300, 318, 130, 7)}" fill="#2a1d10" fill-opacity=".42"/>
  <path d="${BODY}" fill="url(#${key}-round)"/>
  <path d="${BODY}" fill="url(#${key}-fall)"/>
</g>
<ellipse cx="0" cy="-318" rx="150" ry="35" fill="var(--tone)"/>
<ellipse cx="0" cy="-318" rx="150" ry="35" fill="#fff" fill-opacity=".24"/>
<ellipse cx="0" cy="-318" rx="139" ry="29" fill="var(--tone)"/>
<ellipse cx="0" cy="-318" rx="139" ry="29" fill="url(#${key}-inside)"/>
<g clip-path="url(#${key}-mouth)">
  <ellipse cx="0" cy="-298" rx="132" ry="27" fill="url(#${key}-coffee)"/>
  <path d="M-96-306C-40-318 40-318 104-304" fill="none" stroke="#e8c9a6" stroke-opacity=".3" stroke-width="4" stroke-linecap="round"/>
</g>`;
