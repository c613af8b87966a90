/** What of the bench needs no clock: that each part loads, that its arithmetic is right, and the numbers that are counts. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BARS, type BarId, isMet, limitOf, shareOf } from "./bench/bars.ts";
import { median, percentile, quotients, rangeOf } from "./bench/figures.ts";
import { beaconText } from "./bench/load.ts";
import { PARTS } from "./bench/parts.ts";
import { asFastAsCan, atRate } from "./bench/plain-client.ts";
import { poison } from "./bench/poison.ts";
import { over, PART_NAMES, type Result } from "./bench/result.ts";
import { profileSchema, selfTimes } from "./bench/self-times.ts";
import { tagBytes } from "./bench/tag-bytes.ts";
import type { TraceEvent } from "./bench/trace.ts";
import { workOf } from "./bench/work.ts";
import { startRelay } from "./start.ts";

test("each part of the bench is there, and no other", async () => {
  expect(Object.keys(PARTS)).toEqual([...PART_NAMES]);
  for (const load of Object.values(PARTS)) expect(await load()).toBeTypeOf("function");
});

test("a percentile is a number that was measured", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 51, 99, 100]);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([])).toBeNaN();
  expect(rangeOf([3, 1, 2])).toEqual([1, 3]);
  expect(quotients([4, 9], [2, 3])).toEqual([2, 3]);
});

// biome-ignore format: a table
test.each<[BarId, number, boolean, number]>([
  // bar            measured  met     by the factor
  ["accept p99",    10,       true,   1.5],
  ["accept p99",    30,       false,  0.5],
  ["accept p99",    15,       true,   1],
  ["best Express",  0.65,     true,   1],
  ["best Express",  0.325,    false,  0.5],
  ["long tasks",    0,        true,   1],
  ["long tasks",    1,        false,  0],
])("of the bar for %s %d is told rightly", (bar, measured, met, factor) => {
  expect([isMet(bar, measured), shareOf(bar, measured)]).toEqual([met, factor]);
});

test("every bar names its limit", () => {
  const bars: BarId[] = ["accept p99", "five events", "drain"];
  expect(bars.map(limitOf)).toEqual(["≤ 15", "≥ 4.5", "≥ 30,000"]);
  for (const bar of Object.values(BARS)) expect(Object.keys(bar)).toHaveLength(3);
});

test("one poison event is found in 25 calls at most, wherever it stands in the batch", async () => {
  const [row] = await poison({ quick: true });
  expect(row).toMatchObject({ bar: "poison", unit: "calls" });
  expect(row?.value).toBeLessThanOrEqual(25);
});

test("the tag's bytes are told by file, and both files together beside their bar", () => {
  const rows = tagBytes();
  expect(rows.filter(({ bar }) => bar).map(({ bar }) => bar)).toEqual([
    "tag first",
    "tag any",
    "tag one",
    "tag one",
    "tag every",
  ]);
  for (const { value } of rows) expect(value).toBeGreaterThan(200);
});

const loadOf = (url: string, more: () => string) => ({ url, connections: 4, seconds: 0.3, bodies: [], more });

test("the client tells every answer, however many connections wait", async () => {
  const { relay, url, key } = await startRelay();
  try {
    let asked = 0;
    const load = loadOf(url, () => {
      asked += 1;
      return beaconText(key, 1);
    });
    const { answers, seconds } = await asFastAsCan(load);
    expect(answers).toBeGreaterThanOrEqual(4);
    expect(answers).toBe(asked);
    expect(seconds).toBeGreaterThan(0);
    const tookMs = await atRate(load, 100);
    expect(tookMs).toHaveLength(30);
    for (const ms of tookMs) expect(ms).toBeGreaterThan(0);
  } finally {
    await relay.close();
  }
});

test("an answer that refuses ends a measurement: its number would mean nothing", async () => {
  const { relay, url } = await startRelay();
  try {
    await expect(asFastAsCan(loadOf(url, () => "{}"))).rejects.toThrow("answered 400");
  } finally {
    await relay.close();
  }
});

const command = fileURLToPath(new URL("dist/bench/run.js", import.meta.url));

test("npm run bench measures a part alone, and says which bar it meets", () => {
  const { stdout, status } = spawnSync(process.execPath, [command, "--quick", "--only", "mapping"], {
    encoding: "utf8",
  });
  expect(stdout).toMatch(/^mapping: fsync \d+\.\d\d ms \(p90 \d+\.\d\d\), load average \d+\.\d\d$/m);
  expect(stdout).toMatch(/relay, from clear personal data +÷ floor, in events\/s .*(met|MISSED), ≥ 0\.8 ×$/m);
  expect(status).toBe(0);
});

test("npm run bench names its parts to who asks for another", () => {
  const { stderr, status } = spawnSync(process.execPath, [command, "--only", "tag,coffee"], { encoding: "utf8" });
  expect(stderr).toBe(`There is no part coffee; there are ${PART_NAMES.join(", ")}.\n`);
  expect(status).toBe(2);
});

test("a profile's time is told by package and by function, without what was waiting", () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
  const frames = [
    frame("(idle)", ""),
    frame("parse", "file:///a/node_modules/zod/v4/core.js"),
    frame("keep", "file:///a/packages/relay/dist/store/sqlite.js"),
    frame("writeUtf8String", ""),
    frame("", "node:internal/streams"),
  ];
  const profile = {
    nodes: frames.map((callFrame, id) => ({ id, callFrame })),
    samples: [0, 1, 2, 1, 3, 4],
    timeDeltas: [9_000, 2_000, 1_000, 2_000, 500, 250],
  };
  const { busyMs, byPlace, byFunction } = selfTimes(profileSchema.parse(profile));
  expect(busyMs).toBe(5.75);
  expect(byPlace.map(({ name, ms }) => [name, ms])).toEqual([
    ["zod", 4],
    ["store/sqlite.js", 1],
    ["native", 0.5],
    ["node:internal/streams", 0.25],
  ]);
  expect(byFunction[0]?.name).toBe("parse zod:10");
});

test("a run of some parts keeps the others only where the machine is the same", () => {
  const machine = { processor: "P", cores: 2, memoryGiB: 8, kernel: "linux 6", node: "v20.20.2", disk: "unknown" };
  const part = (name: "tag" | "drain", seconds: number): Result["parts"][number] => ({
    part: name,
    form: "long",
    at: "2026-11-26T18:00:00.000Z",
    seconds,
    before: { fsyncMs: { p50: 1, p90: 2 }, loadAverage: 0.5 },
    rows: [],
  });
  const earlier: Result = { machine, parts: [part("tag", 1), part("drain", 1)] };
  const later: Result = { machine, parts: [part("drain", 2)] };
  expect(over(earlier, later).parts.map(({ part, seconds }) => [part, seconds])).toEqual([
    ["tag", 1],
    ["drain", 2],
  ]);
  const elsewhere = { ...later, machine: { ...machine, cores: 4 } };
  expect(over(earlier, elsewhere)).toEqual(elsewhere);
});

test("a script's time on the main thread is parted by what stands where each sample of it was taken", () => {
  const page = "https://shop.example/mug";
  const url = "https://relay.example/tag.js";
  const text = "// of a shop\n(()=>{document.cookie;fetch(d+f);for(const step of steps)if(step.isDue(now))step()})()";
  const event = (name: string, ts: number, dur = 0, data: TraceEvent["args"]["data"] = {}): TraceEvent => {
    return { name, ph: "X", pid: 1, tid: 2, ts, dur, tdur: dur / 2, args: { data } };
  };
  const at = (part: string): number => (text.split("\n")[1] ?? "").indexOf(part) + 1;
  const profile = {
    startTime: 1_000,
    cpuProfile: {
      nodes: [
        { id: 1, callFrame: { functionName: "(root)" } },
        { id: 2, parent: 1, callFrame: { functionName: "", url } },
        { id: 3, parent: 2, callFrame: { functionName: "fetch" } },
      ],
      samples: [2, 2, 3, 2],
    },
    timeDeltas: [50, 450, 1_500, 2_000],
    lines: [2, 2, 2, 2],
    columns: [at("step()"), at("document"), at("fetch"), at("step()")],
  };
  const work = workOf(
    [
      event("CommitLoad", 900, 0, { url: page }),
      event("Profile", 950, 0, { startTime: 1_000 }),
      event("ProfileChunk", 960, 0, profile),
      event("EvaluateScript", 1_000, 5_000, { url }),
      event("v8.compile", 1_000, 400, { url }),
      event("FunctionCall", 9_000, 1_000, { url: page }),
    ],
    page,
    [/tag\.js$/],
    (address) => (address === url ? text : undefined),
  );
  // Half of each, since the run was on the processor for half of its time; the first sample fell into the compiling.
  expect(Object.fromEntries(work)).toEqual({
    compiling: 0.2,
    "cookies and storage": 0.8,
    "`fetch()`": 1,
    "the tag's own steps": 0.5,
  });
});
