/** Names that a visitor goes by, `urn:kind:value`: told to join what is one person's, and kept without saying whose. */
import { hash } from "node:crypto";

/** The same name with its value hashed, since that may be an email or a customer's number. */
export const hashedAlias = (alias: string): string => {
  const [, kind = "urn:other", value = alias] = URN.exec(alias) ?? [];
  return `${kind}:${hash("sha256", value)}`;
};

const URN = /^(urn:[\w-]+):(.+)$/s;
