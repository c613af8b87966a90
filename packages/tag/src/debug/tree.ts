/** What an event says, written as JSON is read by people: a line a key, kinds of values told apart by colour. */
import { isThing } from "../thing.ts";
import { element } from "./element.ts";

export const tree = (said: unknown): HTMLElement => element("pre", { class: "tree" }, ...lines(said, ""));

const lines = (said: unknown, indent: string): (Node | string)[] => {
  if (!isThing(said)) return [element("span", { class: kindOf(said) }, JSON.stringify(said) ?? "null")];
  const isList = Array.isArray(said);
  const [open, close] = isList ? "[]" : "{}";
  const inner = `${indent}  `;
  const parts = Object.entries(said).flatMap(([key, value], at): (Node | string)[] => [
    `${at > 0 ? "," : ""}\n${inner}`,
    ...(isList ? [] : [element("span", { class: "key" }, key), ": "]),
    ...lines(value, inner),
  ]);
  return parts.length > 0 ? [`${open}`, ...parts, `\n${indent}${close}`] : [`${open}${close}`];
};

const kindOf = (said: unknown): string =>
  typeof said === "string" ? (said.includes("•••") ? "masked" : "text") : "figure";
