/** Takes text to the clipboard, also on a page without HTTPS, where the newer way does not exist. */
import { attempt } from "../guard.ts";
import { element } from "./element.ts";

/** `root` is where a field may stand for a moment. Answers whether the text is there. */
export const toClipboard = async (text: string, root: ShadowRoot): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const { activeElement } = root;
    const field = element("textarea", { class: "said", "aria-hidden": "true", tabindex: "-1" });
    field.value = text;
    root.append(field);
    field.select();
    const isThere = attempt(() => document.execCommand("copy")) ?? false;
    field.remove();
    if (activeElement instanceof HTMLElement) activeElement.focus();
    return isThere;
  }
};
