/** Makes elements. What a page says goes in as text only: nothing of it is ever read as HTML. */

type Given = Readonly<Record<string, string | boolean | undefined>>;

/** An element with these attributes; `undefined` and `false` leave one out, `true` sets it without a value. */
export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  given: Given = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(given))
    if (value !== undefined && value !== false) made.setAttribute(attribute, value === true ? "" : value);
  made.append(...children);
  return made;
};

/** A button that says what it does, if only to those who cannot see its icon. */
export const button = (label: string, act: () => void, ...children: readonly (Node | string)[]): HTMLButtonElement => {
  const made = element(
    "button",
    children[0] ? { type: "button", "aria-label": label, title: label } : { type: "button" },
  );
  made.append(...(children[0] ? children : [label]));
  made.addEventListener("click", act);
  return made;
};

/** Sets a text where it has changed: what is selected in it stays so. */
export const write = (node: Node, text: string): void => {
  if (node.textContent !== text) node.textContent = text;
};
