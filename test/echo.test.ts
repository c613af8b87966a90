/** Pinterest may repeat what it was told; none of it is kept, and what it says beside it is. */
import { expect, test } from "vitest";
import { withoutEchoes } from "#relay/pinterest/echo";
import { ACCOUNT } from "./start.ts";

const account = { ...ACCOUNT, test: false };
const AGENT = `${"M".repeat(999)}\ud83d`;
/** As it was frozen before what is cut off was cut whole. */
const payloads = [JSON.stringify({ user_data: { client_user_agent: AGENT } })];

test("a user agent that ends in half a character hides no answer", () => {
  const refused = { kind: "no access", words: `401, code 2: ${ACCOUNT.token} is no token` } as const;
  expect(withoutEchoes(refused, account, payloads)).toEqual({ kind: "no access", words: "401, code 2: … is no token" });
});

test("it is taken out as it is, as JSON has it and as an address does", () => {
  const words = [AGENT, JSON.stringify(AGENT).slice(1, -1), encodeURIComponent(AGENT.toWellFormed())];
  const warned = {
    kind: "statuses",
    events: words.map((word) => ({ processed: true, words: `the agent ${word}` })),
  } as const;
  const same = words.flatMap(() => payloads);
  expect(withoutEchoes(warned, account, same)).toEqual({
    kind: "statuses",
    events: words.map(() => ({ processed: true, words: "the agent …" })),
  });
});
