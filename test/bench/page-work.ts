/**
 * Where the tag's time on the main thread goes by kind of work, beside a script that does nothing but what any tag has to:
 * `node test/dist/bench/page-work.js`; `BENCH_ROUNDS` says how often.
 */
import { median } from "./figures.ts";
import { CATEGORIES, close, HUNG_MS, MOST_HUNG, open, SCRIPTS, traced, within } from "./main-thread.ts";
import { loadOf } from "./trace.ts";
import { KIND_NAMES, workOf } from "./work.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const PROFILE = ["v8", "disabled-by-default-v8.compile", "disabled-by-default-v8.cpu_profiler"];
const ROW = { name: "JSON-LD", build: "any" } as const;

/** Two beacons, and nothing else; with `isMore` also the second file, Pinterest's library, a cookie and the storages. */
const control = (relay: string, isMore: boolean): string => `<script>(() => {
  const tell = (name) => {
    const body = JSON.stringify({ events: [{ id: name, name, url: location.href }], acks: [], more: "${"a".repeat(400)}" });
    if (${isMore}) localStorage["_control." + name] = body;
    setTimeout(() => fetch("${relay}/collect", { method: "POST", body, keepalive: true, credentials: "include" }), 29);
  };
  const bring = (path) => {
    const script = document.createElement("script");
    script.src = "${relay}" + path;
    document.head.append(script);
  };
  if (${isMore}) {
    [sessionStorage._control, localStorage._control, document.cookie];
    document.cookie = "_control=${"a".repeat(64)};path=/;SameSite=Lax;max-age=60";
    for (const name of ["online", "hashchange", "pagehide", "storage"]) addEventListener(name, () => {});
    window.pintrk = { queue: [] };
    for (const path of ["/core.js", "/core.js?again"]) bring(path);
  }
  tell("$page_load");
  setTimeout(() => tell("Viewed Product"), 800);
})()</script>`;

let session = await open();
const texts = new Map<string, string>();
const readText = async (address: string): Promise<void> => void texts.set(address, await (await fetch(address)).text());
const ours = SCRIPTS.slice(0, 2);

interface Round {
  work: Map<string, number>;
  tag: number;
  bare: number;
  more: number;
}

/** Profiled, as it is, and the controls. */
const round = async (rate: number): Promise<Round> => {
  const row = { ...ROW, rate };
  const { stage } = session;
  const text = (address: string) => texts.get(address);
  const profiled = await traced(
    session,
    row,
    (events, address) => ({ events, address, scripts: new Set(events.flatMap(({ args }) => args?.data?.url ?? [])) }),
    { categories: [...CATEGORIES, ...PROFILE] },
  );
  const { events, address, scripts } = profiled.load;
  for (const script of scripts) if (ours.some((one) => one.test(script)) && !texts.has(script)) await readText(script);
  const { load } = await traced(session, row, (events, address) => loadOf(events, address, SCRIPTS, 2));
  const alone = async (isMore: boolean) => {
    const inline = [/\/harbor-mug$/];
    const sum = (events: Parameters<typeof loadOf>[0], address: string) => loadOf(events, address, inline, 1);
    const { load } = await traced(session, row, sum, { head: control(stage.relay, isMore) });
    return load.scripts[0] ?? 0;
  };
  return {
    work: workOf(events, address, ours, text),
    tag: (load.scripts[0] ?? 0) + (load.scripts[1] ?? 0),
    bare: await alone(false),
    more: await alone(true),
  };
};

const figures = async (rate: number): Promise<Round[]> => {
  const rounds: Round[] = [];
  let hung = 0;
  while (rounds.length < ROUNDS)
    try {
      rounds.push(await within(4 * HUNG_MS, round(rate)));
    } catch (error) {
      hung += 1;
      if (hung > MOST_HUNG) throw error;
      await close(session).catch(() => {});
      session = await open();
    }
  return rounds;
};

const [plain, slow] = [await figures(1), await figures(4)];
const line = (name: string, of: (round: Round) => number): string =>
  `${name.padEnd(48)}${[plain, slow].map((rounds) => median(rounds.map(of)).toFixed(1).padStart(12)).join("")}`;
const sumOf = ({ work }: Round): number => [...work.values()].reduce((sum, ms) => sum + ms, 0);

console.log(
  `Chromium ${session.browser.version()}, medians of ${ROUNDS}, ms of processor time: as it is, slowed down 4×\n`,
);
for (const kind of KIND_NAMES) console.log(line(kind, ({ work }) => work.get(kind) ?? 0));
console.log(line("both files while a profile is taken", sumOf));
console.log(`\n${line("both files without a profile", ({ tag }) => tag)}`);
console.log(line("two requests by fetch(), and nothing else", ({ bare }) => bare));
console.log(line("these, two scripts, a cookie, both storages", ({ more }) => more));
process.exit();
