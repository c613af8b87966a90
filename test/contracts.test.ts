/**
 * Tags stay in browsers' caches and in pages that pin them: what the tag of each released contract told is taken as ever.
 * `test/fixtures/contracts/README.md` says how a version's beacons are recorded.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createRelay } from "#relay/relay";
import { type Beacon, CONTRACT_VERSION, type CollectAnswer } from "#tag/contract";
import { type Recorded, record } from "./contracts/record.ts";
import { SCENES } from "./contracts/scenes.ts";
import { SHOP_ORIGIN } from "./start.ts";

const folder = fileURLToPath(new URL("fixtures/contracts/", import.meta.url));
const versions = readdirSync(folder).filter((name) => /^v\d+$/.test(name));
const KEY = /__KEY__/g;

const recording = z.object({ scene: z.string(), origin: z.string(), body: z.string(), status: z.number() });
const filesOf = (version: string): string[] =>
  readdirSync(`${folder}${version}`).filter((name) => name.endsWith(".json"));
const read = (version: string, file: string): Recorded =>
  recording.parse(JSON.parse(readFileSync(`${folder}${version}/${file}`, "utf8")));

if (process.env.RECORD_CONTRACT === "yes")
  test("the tag as it is now is recorded", async () => {
    for (const scene of SCENES) {
      const beacons = await record(scene).catch((error: unknown) => {
        throw new Error(`${scene.name} could not be recorded`, { cause: error });
      });
      for (const [index, one] of beacons.entries())
        writeFileSync(
          `${folder}v${CONTRACT_VERSION}/${scene.name}-${index + 1}.json`,
          `${JSON.stringify(one, null, 2)}\n`,
        );
    }
  });

test("every version up to today's is recorded, each with every scene", () => {
  expect(versions).toEqual(Array.from({ length: CONTRACT_VERSION }, (_, index) => `v${index + 1}`));
  for (const version of versions)
    for (const { name } of SCENES)
      expect(
        filesOf(version).some((file) => file.startsWith(`${name}-`)),
        name,
      ).toBe(true);
});

describe.each(versions)("what the tag of contract %s told", (version) => {
  test.each(filesOf(version))("%s is taken as ever, and kept under its names and IDs", async (file) => {
    const { origin, body, status } = read(version, file);
    const told: Beacon = JSON.parse(body);
    expect(`v${told.v}`).toBe(version);
    const relay = await createRelay({
      log: pino({ level: "silent" }),
      config: { database: ":memory:", port: 0, seed: { origins: [SHOP_ORIGIN] } },
      settings: { consent: "implied" },
      // It was told just now: an old event is another matter.
      now: () => told.sentAt,
    });
    try {
      const url = await relay.listen();
      const [shop] = relay.directory.shops();
      const own = body.replace(KEY, () => shop?.key ?? "");
      const response = await fetch(`${url}/collect`, { method: "POST", body: own, headers: { origin } });
      const answer: CollectAnswer = await response.json();
      expect([response.status, answer.error, answer.acks]).toEqual([status, undefined, undefined]);
      const events = (JSON.parse(own) as Beacon).events;
      expect(answer.results).toEqual(events.map(({ id, name }) => ({ id, name, status: "kept" })));
      const rows = await relay.store.recent(50);
      expect(rows.map(({ id, name, timeMs }) => [id, name, timeMs]).sort()).toEqual(
        events.map(({ id, name, time }) => [id, name, time]).sort(),
      );
      for (const { id, state } of told.acks ?? []) expect(rows.find((row) => row.id === id)?.ack ?? state).toBe(state);
    } finally {
      await relay.close();
    }
  });
});
