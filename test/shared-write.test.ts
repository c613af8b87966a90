import { expect, test } from "vitest";
import { sharedWrite } from "#relay/store/shared-write";

/** Writes words in groups, remembers the groups, and waits until it is let go. */
const writer = (options: { atOnce?: number; most?: number; bad?: string } = {}) => {
  const groups: string[][] = [];
  const held: (() => void)[] = [];
  const write = async (words: readonly string[]): Promise<string[]> => {
    groups.push([...words]);
    await new Promise<void>((resolve) => held.push(resolve));
    if (options.bad !== undefined && words.includes(options.bad)) throw new RangeError(`not ${options.bad}`);
    return words.map((word) => word.toUpperCase());
  };
  const isItemFault = (error: unknown): boolean => error instanceof RangeError;
  const say = sharedWrite(write, (word) => word.length, isItemFault, {
    atOnce: options.atOnce ?? 1,
    most: options.most ?? 100,
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const release = async (): Promise<void> => {
    await turn();
    for (const go of held.splice(0)) go();
    await turn();
  };
  return { groups, say, turn, release };
};

test("what comes in one turn is one write, and each gets its own result", async () => {
  const { say, groups, release } = writer();
  const all = Promise.all(["a", "b", "c"].map(say));
  await release();
  expect(await all).toEqual(["A", "B", "C"]);
  expect(groups).toEqual([["a", "b", "c"]]);
});

test("what comes meanwhile waits for a place, and is one write again", async () => {
  const { say, groups, release, turn } = writer({ atOnce: 2 });
  const first = say("a");
  await turn();
  const second = say("b");
  await turn();
  const rest = ["c", "d", "e"].map(say);
  await turn();
  expect(groups).toEqual([["a"], ["b"]]);
  await release();
  await release();
  expect(await Promise.all([first, second, ...rest])).toEqual(["A", "B", "C", "D", "E"]);
  expect(groups.slice(2)).toEqual([["c", "d", "e"]]);
});

test("a group has an end, but what is larger than that alone is written too", async () => {
  const { say, groups, release } = writer({ most: 3 });
  const all = Promise.all(["ab", "c", "de", "too long", "f"].map(say));
  for (let times = 0; times < 4; times += 1) await release();
  expect(await all).toHaveLength(5);
  expect(groups).toEqual([["ab", "c"], ["de"], ["too long"], ["f"]]);
});

test("one that cannot be written does not take its neighbours down", async () => {
  const { say, groups, release } = writer({ bad: "b" });
  const all = Promise.allSettled(["a", "b", "c"].map(say));
  for (let times = 0; times < 4; times += 1) await release();
  expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(groups).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
});

test("where the line is down, each of many is not tried alone", async () => {
  let writes = 0;
  const say = sharedWrite<string, string>(
    () => {
      writes += 1;
      return Promise.reject(new Error("no connection"));
    },
    () => 1,
    (error) => error instanceof RangeError,
    { atOnce: 1, most: 100 },
  );
  const all = await Promise.allSettled(["a", "b", "c"].map(say));
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(writes).toBe(1);
});
