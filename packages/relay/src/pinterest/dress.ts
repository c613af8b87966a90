/** How a row's value is written: once for all events it is decided how, and of each event it is JSON text at once. */
import { minorDigits, rounded } from "@pinrelay/tag/money";
import type { Facts, Line } from "./facts.ts";
import { CONTENT, type Dress, type LineDress, type LineField } from "./mapping.ts";

/** JSON text of what is known, empty where nothing is. */
export type Written<From> = (from: From) => string;

/** How the value `ours` is written, dressed as `how` says. */
export const dressed = (how: Dress, ours: keyof Facts): Written<Facts> => {
  switch (how) {
    case "as it is":
      return (facts) => jsonOf(facts[ours]);
    case "whole seconds":
      return ({ timeMs }) => String(Math.floor(timeMs / 1000));
    case "two letters":
      return ({ language = "" }) => jsonOf(/^[a-z]{2}(?![a-z])/i.exec(language)?.[0].toLowerCase());
    case "money":
      // It is rounded already, as the Pinterest Tag is told it.
      return ({ value, currency }) => (value === undefined ? "" : `"${fixed(value, currency)}"`);
    case "number as text":
      return (facts) => (typeof facts[ours] === "number" ? `"${facts[ours]}"` : "");
    case "content IDs":
      return ({ lines }) => jsonOf(lines.length > 0 ? [...new Set(lines.map((line) => line.id))] : undefined);
    case "contents":
      return ({ lines, currency }) =>
        lines.length > 0 ? `[${lines.map((line) => `{${written(CONTENTS, { line, currency })}}`).join(",")}]` : "";
  }
};

/** One field of an object. */
export interface Field<From> {
  /** As it is written in JSON: `"event_id":` */
  key: string;
  value: Written<From>;
}

/** What stands between the braces of an object. */
export const written = <From>(fields: readonly Field<From>[], from: From): string => {
  let members = "";
  for (const { key, value } of fields) {
    const json = value(from);
    if (json !== "") members += members === "" ? key + json : `,${key}${json}`;
  }
  return members;
};

/** As `JSON.stringify` has it, which takes three times as long for what most values are: plain text, and one hash. */
const jsonOf = (value: unknown): string => {
  if (value === undefined || value === "") return "";
  if (typeof value === "string") return quoted(value);
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  return typeof only === "string" ? `[${quoted(only)}]` : JSON.stringify(value);
};

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** What stands in JSON's quotes as it is: ASCII without quote, backslash and control characters. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A line, and what its price is in. */
interface Sold {
  line: Line;
  currency: string | undefined;
}

const dressedLine = (how: LineDress, ours: LineField): Written<Sold> => {
  switch (how) {
    case "as it is":
      return ours === "id" ? ({ line }) => jsonOf(line.id) : ({ line }) => jsonOf(line.item[ours]);
    case "money":
      return ({ line: { item }, currency }) => (item.price === undefined ? "" : `"${money(item.price, currency)}"`);
    case "whole units":
      return ({ line: { item } }) => (item.quantity === undefined ? "" : String(Math.ceil(item.quantity)));
  }
};

const CONTENTS: readonly Field<Sold>[] = CONTENT.map(([theirs, ours, how]) => ({
  key: `"${theirs}":`,
  value: dressedLine(how, ours),
}));

/** Text of an amount with the minor digits of its currency: "72.39", "0.00", "1200" in yen. */
const money = (amount: number, currency: string | undefined): string =>
  fixed(currency ? rounded(amount, currency) : amount, currency);

const fixed = (amount: number, currency: string | undefined): string =>
  currency ? amount.toFixed(minorDigits(currency)) : String(amount);
