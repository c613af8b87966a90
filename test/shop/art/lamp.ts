import { html, type Markup } from "../html.ts";
import { grain } from "./strokes.ts";

const BASE = "M-58-6Q-118-44-124-112C-128-186-70-232-26-240L26-240C70-232 128-186 124-112Q118-44 58-6Q0 4-58-6Z";
const SHADE = "M-104-612Q0-588 104-612L206-322Q0-282-206-322Z";

/** A lit lamp that stands at (0,0), 630 high. Its ceramic base is `--tone`. */
export const lamp = (key: string): Markup => html`
<defs>
  <clipPath id="${key}-base"><path d="${BASE}"/></clipPath>
  <clipPath id="${key}-shade"><path d="${SHADE}"/></clipPath>
  <radialGradient id="${key}-ball" cx=".36" cy=".26" r=".86">
    <stop offset="0" stop-color="#fff" stop-opacity=".5"/><stop offset=".36" stop-color="#fff" stop-opacity=".06"/>
    <stop offset=".7" stop-color="#20160a" stop-opacity=".26"/><stop offset="1" stop-color="#20160a" stop-opacity=".6"/>
  </radialGradient>
  <linearGradient id="${key}-top" x1="0" x2="0" y1="-240" y2="-150" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#ffdf9e" stop-opacity=".8"/><stop offset="1" stop-color="#ffdf9e" stop-opacity="0"/>
  </linearGradient>
  <radialGradient id="${key}-glow" cx="0" cy="-430" r="250" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#fff6dc"/><stop offset=".45" stop-color="#fbe2ae"/><stop offset="1" stop-color="#e2b878"/>
  </radialGradient>
  <linearGradient id="${key}-cloth" x1="-206" x2="206" y1="0" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#6b451b" stop-opacity=".5"/><stop offset=".22" stop-color="#6b451b" stop-opacity=".06"/>
    <stop offset=".78" stop-color="#6b451b" stop-opacity=".06"/><stop offset="1" stop-color="#6b451b" stop-opacity=".5"/>
  </linearGradient>
  <linearGradient id="${key}-brass" x1="-15" x2="15" y1="0" y2="0" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#6d4d20"/><stop offset=".35" stop-color="#f0d08b"/><stop offset="1" stop-color="#7d5a27"/>
  </linearGradient>
  <radialGradient id="${key}-halo" cx="0" cy="-440" r="560" gradientUnits="userSpaceOnUse">
    <stop offset="0" stop-color="#ffe2a4" stop-opacity=".75"/><stop offset=".4" stop-color="#ffd384" stop-opacity=".26"/>
    <stop offset="1" stop-color="#ffd384" stop-opacity="0"/>
  </radialGradient>
</defs>
<circle cx="0" cy="-440" r="560" fill="url(#${key}-halo)"/>
<rect x="-13" y="-330" width="26" height="96" fill="url(#${key}-brass)"/>
<rect x="-32" y="-252" width="64" height="16" rx="7" fill="url(#${key}-brass)"/>
<g clip-path="url(#${key}-base)">
  <path d="${BASE}" fill="var(--tone)"/>
  <path d="M-130-88Q0-66 130-88M-128-118Q0-98 128-118M-120-148Q0-128 120-148M-122-58Q0-36 122-58" fill="none" stroke="#20160a" stroke-opacity=".07" stroke-width="5"/>
  <path d="${BASE}" fill="url(#${key}-ball)"/>
  <path d="${BASE}" fill="url(#${key}-top)"/>
</g>
<g clip-path="url(#${key}-shade)">
  <path d="${SHADE}" fill="url(#${key}-glow)"/>
  <path d="${grain(-210, -620, 420, 330, 60, 3)}" fill="none" stroke="#9c6c2c" stroke-opacity=".16" stroke-width="1.6"/>
  <path d="${SHADE}" fill="url(#${key}-cloth)"/>
</g>
<path d="M-206-322Q0-282 206-322" fill="none" stroke="#b98b4d" stroke-width="6" stroke-linecap="round"/>
<path d="M-104-612Q0-588 104-612" fill="none" stroke="#b98b4d" stroke-width="5" stroke-linecap="round"/>
<path d="M-104-612Q0-640 104-612Q0-588-104-612Z" fill="#fff4d6"/>`;
