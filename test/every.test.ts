import { expect, test } from "vitest";
import { every } from "#relay/every";
import { until } from "./until.ts";

test("a chore that takes longer than its interval is not done again meanwhile, and who stops it waits for one alone", async () => {
  let begun = 0;
  let ended = 0;
  const held: (() => void)[] = [];
  const chore = every(
    1,
    async () => {
      begun += 1;
      await new Promise<void>((resolve) => held.push(resolve));
      ended += 1;
    },
    () => {},
  );
  await until(() => begun === 1);
  for (const go of held.splice(0)) go();
  // Many intervals later there is the next one, and no other behind it.
  await until(() => begun === 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const stopped = chore.stop();
  for (const go of held.splice(0)) go();
  await stopped;
  expect([begun, ended]).toEqual([2, 2]);
});

test("a chore that fails is told of, and done again", async () => {
  const faults: unknown[] = [];
  const chore = every(
    1,
    async () => {
      throw new Error("no");
    },
    (error) => faults.push(error),
  );
  await until(() => faults.length > 1);
  await chore.stop();
});
