/** Takes who the visitor is from the forms that they send. */
import type { Profile } from "./contract.ts";
import { attempt } from "./guard.ts";

/** The fields that say it, by what browsers fill in for the visitor. */
// biome-ignore format: a table
const FIELDS: readonly (readonly [key: keyof Profile, selector: string])[] = [
  ["$email",        "input[type=email],input[autocomplete~=email]"],
  ["$phone_number", "input[type=tel],input[autocomplete~=tel]"],
];

export const readForms = (set: (profile: Profile) => void): void =>
  document.addEventListener(
    "submit",
    ({ target }) => attempt(() => target instanceof HTMLFormElement && read(target, set)),
    true,
  );

/** Whoever a gift is for is somebody else. */
const OTHERS = "[action*='/cart/add'],form.cart";

const read = (form: HTMLFormElement, set: (profile: Profile) => void): void => {
  if (form.matches(OTHERS)) return;
  const said = FIELDS.flatMap(([key, selector]) => {
    const filled = [...form.querySelectorAll<HTMLInputElement>(selector)].find((field) => field.value.trim());
    return filled?.validity.valid ? [[key, filled.value.trim()]] : [];
  });
  if (said[0]) set(Object.fromEntries(said));
};
