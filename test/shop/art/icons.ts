import { html, type Markup } from "../html.ts";

const PATHS = {
  search: "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13ZM15.3 15.3L20 20",
  bag: "M5.5 8.5H18.5L19.5 20H4.5ZM8.5 8.5V7a3.5 3.5 0 0 1 7 0V8.5",
  close: "M6 6L18 18M18 6L6 18",
  check: "M5 12.5L10 17.5L19.5 7",
  arrow: "M5 12H19M13 6L19 12L13 18",
  leaf: "M5 19C5 9 11 5 20 4C20 14 15 19 8 18M5 20L13 11",
  truck:
    "M3 7H14V16H3ZM14 10H18L21 13V16H14M7 19a1.8 1.8 0 1 0 0-3.6a1.8 1.8 0 1 0 0 3.6M17 19a1.8 1.8 0 1 0 0-3.6a1.8 1.8 0 1 0 0 3.6",
  hand: "M12 20C7 16.5 4 13.6 4 10.2A4 4 0 0 1 12 8.4A4 4 0 0 1 20 10.2C20 13.6 17 16.5 12 20Z",
} as const;

/** A line icon in the colour of the text beside it. It says nothing itself: the text beside it does. */
export const icon = (name: keyof typeof PATHS): Markup =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;

const MARK = html`<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M20 47V7M20 39C12 38 7 33 6 26M20 39C28 38 33 33 34 26M20 29C13.5 28 10 24 9 18M20 29C26.5 28 30 24 31 18M20 19C16 18 14 15 13.5 11M20 19C24 18 26 15 26.5 11"/><g fill="currentColor"><circle cx="20" cy="5" r="2.6"/><circle cx="6" cy="23.5" r="2.6"/><circle cx="34" cy="23.5" r="2.6"/><circle cx="9" cy="15.5" r="2.6"/><circle cx="31" cy="15.5" r="2.6"/><circle cx="13" cy="8.5" r="2.6"/><circle cx="27" cy="8.5" r="2.6"/></g>`;

/** The shop's mark: a fennel umbel. */
export const mark = (): Markup => html`<svg class="mark" viewBox="0 0 40 50" aria-hidden="true">${MARK}</svg>`;

/** The mark as an icon for the browser's tab. */
export const favicon = (): string =>
  html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60"><rect width="60" height="60" rx="14" fill="#46552f"/><g color="#fffaf0" transform="translate(10 5)">${MARK}</g></svg>`
    .text;
