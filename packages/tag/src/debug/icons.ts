/** The panel's icons, drawn on a field of 16 by 16. */

// biome-ignore format: a table
const PATHS = {
  mark:     "M3 8a5 5 0 0 1 5-5M6 8a2 2 0 0 1 2-2M13 8a5 5 0 0 1-5 5M10 8a2 2 0 0 1-2 2",
  down:     "M4 6l4 4 4-4",
  close:    "M4 4l8 8M12 4l-8 8",
  copy:     "M6 6h7v7H6zM10 6V3H3v7h3",
  done:     "M3.5 8.5l3 3 6-7",
} as const;

export type Icon = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

export const icon = (name: Icon): SVGElement => {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon ${name}`);
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
};
