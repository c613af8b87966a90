/** The two who tell of an order here, and the switches in the footer that silence either. */
import { html, type Markup } from "./html.ts";
import type { Session } from "./sessions.ts";

// biome-ignore format: a table
const HALVES = [
  // name      label            what it does                                                 when it is off
  ["browser", "Browser half",   "Pages load the tag, which tells of what you do on them.",   "Off: pages come without the tag, as behind an ad blocker."],
  ["webhook", "Order webhook",  "The shop's server tells of your order, by itself.",         "Off: the shop's server tells nobody."],
] as const;

export type Half = (typeof HALVES)[number][0];

export const isOn = (session: Session | undefined, half: Half): boolean => !session?.off.has(half);

/** Reads what a switch was pressed to; undefined for a form that is not ours. */
export const readSwitch = (typed: (name: string) => string): { half: Half; on: boolean } | undefined => {
  for (const [half] of HALVES) if (["on", "off"].includes(typed(half))) return { half, on: typed(half) === "on" };
  return undefined;
};

/** Buttons of a form, so that they work without a script. */
export const halfSwitches = (isHalfOn: (half: Half) => boolean): Markup => html`
<form class="halves" id="halves" action="/halves" method="post" aria-labelledby="halves-title">
  <h2 id="halves-title">Who tells of your order</h2>
  <ul>${HALVES.map(([half, label, does, silent]) => {
    const on = isHalfOn(half);
    return html`
    <li>
      <button class="switch" role="switch" aria-checked="${on ? "true" : "false"}" aria-describedby="${half}-about" name="${half}" value="${on ? "off" : "on"}"><span>${label}</span></button>
      <p id="${half}-about">${on ? does : silent}</p>
    </li>`;
  })}</ul>
</form>`;
