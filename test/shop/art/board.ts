import { html, type Markup } from "../html.ts";
import { frond, grain } from "./strokes.ts";

const PLANK =
  "M-150-452Q-150-500-104-512Q-46-526-42-566L-42-640Q-42-684 0-684Q42-684 42-640L42-566Q46-526 104-512Q150-500 150-452L150-44Q150 0 106 0L-106 0Q-150 0-150-44Z";

/** A paddle board that stands at (0,0), 684 high. */
export const board = (key: string): Markup => html`
<defs>
  <clipPath id="${key}-plank"><path d="${PLANK}"/></clipPath>
  <linearGradient id="${key}-oak" x1="-150" x2="150" y1="-684" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#dcb684"/><stop offset=".5" stop-color="#c9995f"/><stop offset="1" stop-color="#b58149"/>
  </linearGradient>
</defs>
<path d="${PLANK}" fill="#7c5427" transform="translate(9 2)"/>
<g clip-path="url(#${key}-plank)">
  <path d="${PLANK}" fill="url(#${key}-oak)"/>
  <path d="${grain(-160, -690, 320, 700, 26, 11)}" fill="none" stroke="#7a4c1d" stroke-opacity=".3" stroke-width="2.2"/>
  <path d="${grain(-160, -690, 320, 700, 13, 23)}" fill="none" stroke="#fff0d2" stroke-opacity=".28" stroke-width="3"/>
  <path d="M-70-10C-60-130-34-196-16-250C4-196 34-120 40-10M-46-10C-40-100-26-150-14-186C0-150 16-96 20-10" fill="none" stroke="#7a4c1d" stroke-opacity=".34" stroke-width="2.6"/>
</g>
<path d="${PLANK}" fill="none" stroke="#fff3da" stroke-opacity=".55" stroke-width="3"/>
<circle cx="0" cy="-632" r="17" fill="#5c3d1b"/><circle cx="3" cy="-630" r="15" fill="#e7ddcb"/>`;

/** A bowl of lemons with a sprig of fennel, standing at (0,0), about 300 wide. */
export const bowl = (key: string): Markup => html`
<defs>
  <linearGradient id="${key}-bowl" x1="-150" x2="150" y1="0" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#5d6a58"/><stop offset=".32" stop-color="#96a48c"/><stop offset="1" stop-color="#48543f"/>
  </linearGradient>
  <radialGradient id="${key}-lemon" cx=".36" cy=".3" r=".8">
    <stop offset="0" stop-color="#fdeba0"/><stop offset=".5" stop-color="#efc94c"/><stop offset="1" stop-color="#bd8f22"/>
  </radialGradient>
</defs>
<path d="${frond(210, 5)}" transform="translate(64-96) rotate(34)" fill="none" stroke="#6f8050" stroke-width="2.6" stroke-linecap="round"/>
<ellipse cx="-58" cy="-128" rx="62" ry="52" fill="url(#${key}-lemon)" transform="rotate(-14-58-128)"/>
<ellipse cx="50" cy="-120" rx="58" ry="48" fill="url(#${key}-lemon)" transform="rotate(16 50-120)"/>
<ellipse cx="-4" cy="-158" rx="60" ry="50" fill="url(#${key}-lemon)"/>
<path d="M-152-112Q0-86 152-112C150-44 96 0 54 0L-54 0C-96 0-150-44-152-112Z" fill="url(#${key}-bowl)"/>
<path d="M-152-112Q0-86 152-112" fill="none" stroke="#dfe4d3" stroke-opacity=".6" stroke-width="5" stroke-linecap="round"/>`;
