/** Styles and scripts of the dashboard, read once: each under a name that changes with its content, to be kept for good. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface Asset {
  body: string;
  type: "text/css" | "text/javascript";
}

export interface Assets {
  /** Addresses by what they are: `styles`, and scripts by their name. A script that was not built has none. */
  hrefOf(name: string): string | undefined;
  /** By the last part of its address. */
  byName(file: string): Asset | undefined;
}

const STYLES = new URL("../../assets/", import.meta.url);
const SCRIPTS = new URL("../../dist/assets/", import.meta.url);

export function readAssets(): Assets {
  const files = new Map<string, Asset>();
  const hrefs = new Map<string, string>();
  const add = (name: string, ending: string, asset: Asset): void => {
    const mark = createHash("sha256").update(asset.body).digest("hex").slice(0, 12);
    files.set(`${name}.${mark}.${ending}`, asset);
    hrefs.set(name, `/admin/assets/${name}.${mark}.${ending}`);
  };
  const read = (folder: URL, ending: string): (readonly [string, string])[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => file.endsWith(ending))
          .sort()
          .map((file) => [file.slice(0, -ending.length), readFileSync(new URL(file, folder), "utf8")] as const)
      : [];

  // base.css sorts first: the others go by its custom properties.
  const styles = read(STYLES, ".css");
  add("styles", "css", { body: styles.map(([, body]) => body).join("\n"), type: "text/css" });
  for (const [name, body] of read(SCRIPTS, ".js")) add(name, "js", { body, type: "text/javascript" });
  return { hrefOf: (name) => hrefs.get(name), byName: (file) => files.get(file) };
}
