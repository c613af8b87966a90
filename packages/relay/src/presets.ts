/** Settings under which volumes do not jump when a shop comes from another tool: what that one counted, and how. */
import type { ShopSettings } from "./core/settings.ts";

export interface Preset {
  name: string;
  /** What it is for, and what will differ from our own defaults. */
  does: string;
  settings: Partial<ShopSettings>;
}

// biome-ignore format: a table
export const PRESETS: readonly Preset[] = [
  { name: "Converge",            does: "Orders are worth their total, with tax and shipping, as in Converge's default mapping.",                                  settings: { value: "total", contentId: "product", pageLoad: "browser" } },
  { name: "Pinterest's own plugin", does: "Every page without a product is a page visit too, as Pinterest's plugins for shop platforms tell it.",                  settings: { pageLoad: "page_visit" } },
  { name: "Pinrelay's defaults",  does: "Orders are worth what was paid for goods; a page load is the Pinterest Tag's base call, and only product views are visits.", settings: { value: "goods", contentId: "product", pageLoad: "browser" } },
];
