/** The page's HTML with this stand-in's own figures in it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PUBLIC } from "./public.ts";

export interface PageFacts {
  adAccountId: string;
  tagId: string;
  token: string;
  /** Where a shop stands whose events are expected here. */
  shopUrl?: string;
}

/** The page finds out its own address in the browser, since it may be reached under several. */
export const pageHtml = ({ adAccountId, tagId, token, shopUrl }: PageFacts): string => {
  const values: Record<string, string> = {
    adAccountId: escaped(adAccountId),
    tagId: escaped(tagId),
    token: escaped(token),
    shop: shopUrl ? `<a href="${escaped(shopUrl)}" target="_blank">Open the shop</a>` : "Open your shop",
  };
  return readFileSync(join(PUBLIC, "index.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => values[name] ?? "");
};

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
