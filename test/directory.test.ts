/** The copy of who there is never goes back behind a change that it has shown. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { openDirectory } from "#relay/directory";
import { sealWith } from "#relay/store/seal";
import { sqliteStore } from "#relay/store/sqlite";

test("a reading that began before a change, and ends after it, does not put back what was before", async () => {
  const store = await sqliteStore(":memory:", sealWith("a secret of decent length, made up for tests"));
  await store.addShop({ key: "k3x9q2m7", origins: [], settings: DEFAULT_SETTINGS });
  let held: Promise<unknown> = Promise.resolve();
  const slow: typeof store = Object.create(store, {
    shops: {
      value: async () => {
        const [shops, waits] = [await store.shops(), held];
        await waits;
        return shops;
      },
    },
  });
  const directory = await openDirectory(slow, { core: "https://core.example", image: "https://image.example" });

  let letEnd = (): void => {};
  held = new Promise<void>((resolve) => {
    letEnd = resolve;
  });
  const early = directory.refresh();
  await store.addShop({ key: "p4y8r3n6", origins: [], settings: DEFAULT_SETTINGS });
  held = Promise.resolve();
  const late = directory.refresh();
  // Time enough for the later one to overtake, if it can.
  await Promise.race([late, sleep(200)]);
  letEnd();
  await Promise.all([early, late]);
  expect(directory.shops().map(({ key }) => key)).toEqual(["k3x9q2m7", "p4y8r3n6"]);
  await store.close();
});
