/** The form of a Pinterest account: what may stand in it, and what Pinterest says of the token. */
import { z } from "zod";
import { type Access, tryAccess } from "../pinterest/try-access.ts";
import type { House } from "./house.ts";

export interface AccountFields {
  name: string;
  adAccountId: string;
  tagId: string;
  token: string;
}

export type AccountProblems = Partial<Record<keyof AccountFields, string>>;

// biome-ignore format: a table
const FIELDS = {
  adAccountId: [z.string().regex(/^\d{1,18}$/),  "An ad account ID is a number, 12 digits as a rule: see the address of Ads Manager."],
  tagId:       [z.string().regex(/^\d{5,20}$/),  "A tag ID is a number: see Ads Manager → Conversions → Tag manager."],
  token:       [z.string().regex(/^\S{10,}$/),   "Create one in Ads Manager → Conversions → Conversion access token."],
  name:        [z.string().max(200),             "200 characters at most."],
} as const;

/** What stands in the form, trimmed; a name is made where none is given. */
export function readAccount(form: URLSearchParams): AccountFields {
  const of = (name: string): string => (form.get(name) ?? "").trim();
  const tagId = of("tagId");
  return { name: of("name") || defaultName(tagId), adAccountId: of("adAccountId"), tagId, token: of("token") };
}

export const defaultName = (tagId: string): string => `Pinterest Destination | ${tagId || "{Tag ID}"}`;

/** What is wrong with it. `keepsToken`: an empty token leaves the one there is. */
export function problemsOf(fields: AccountFields, keepsToken: boolean): AccountProblems {
  const problems: AccountProblems = {};
  for (const key of ["name", "adAccountId", "tagId", "token"] as const) {
    if (key === "token" && keepsToken && fields.token === "") continue;
    const [schema, problem] = FIELDS[key];
    if (!schema.safeParse(fields[key]).success) problems[key] = problem;
  }
  return problems;
}

/** Of an ad account ID that can be right and yet is unusual. */
export const accountHint = (adAccountId: string): string | undefined =>
  adAccountId === "" || adAccountId.length === 12
    ? undefined
    : `It has ${adAccountId.length} digits. Most have 12; compare it with the address of Ads Manager.`;

export const tried = (house: House, { adAccountId, token }: AccountFields): Promise<Access> =>
  tryAccess(house.apiUrl, { adAccountId, token }, house.now());
