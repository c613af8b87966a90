/** Small drawings that say a verdict without its colour. */

const PATHS = {
  "counted once": "M3.5 8.5l3 3 6-7",
  "browser only": "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z",
  "one half missing": "M8 3a5 5 0 1 0 0 10zM8 3v10z",
  "halves disagree": "M3 6h10M3 10h10M10.5 3l-5 10",
  "counted twice": "M6 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
};
const FILLED = ["one half missing"];

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} verdict */
export const icon = (verdict) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[verdict] ?? "");
  if (FILLED.includes(verdict)) path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
};
