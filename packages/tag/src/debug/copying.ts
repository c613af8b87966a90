/** Buttons that copy something, and show that they have. */
import { toClipboard } from "./clipboard.ts";

const SHOWN_MS = 1_500;

/** Copies, and has a button look like `done` for a moment. `say` is for those who cannot see it. */
export type Copy = (button: HTMLButtonElement, done: Node | string, text: string) => void;

export const copying =
  (root: ShadowRoot, say: (words: string) => void): Copy =>
  async (button, done, text) => {
    const isThere = await toClipboard(text, root);
    say(isThere ? "Copied" : "Could not be copied");
    if (!isThere || button.classList.contains("done")) return;
    const usual = [...button.childNodes];
    button.classList.add("done");
    button.replaceChildren(done);
    setTimeout(() => {
      button.classList.remove("done");
      button.replaceChildren(...usual);
    }, SHOWN_MS);
  };
