/**
 * `npm run bench`: what the numbers of this machine are, and which bars they meet.
 *
 *   --quick            under two minutes
 *   --only accept,tag  these parts alone
 *   --write            keeps the result in docs/performance.json, and makes docs/performance.md and its plots of it
 *
 * Ends with 1 where a part came to no end. A bar that is missed is told and no error: machines differ.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { barOf, isMet, limitOf } from "./bars.ts";
import { performanceDocument } from "./document.ts";
import { machineOf, surroundingsOf } from "./machine.ts";
import { PARTS } from "./parts.ts";
import { profiled } from "./profiled.ts";
import { over, PART_NAMES, type PartName, type PartResult, type Result, resultSchema } from "./result.ts";
import type { Row } from "./row.ts";
import { cellOf, columnOf } from "./words.ts";

const DOCS = fileURLToPath(new URL("../../../docs/", import.meta.url));
const JSON_FILE = join(DOCS, "performance.json");

const { values: told } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" }, only: { type: "string" } },
});
const quick = told.quick === true;
const wanted = (told.only ?? PART_NAMES.join(",")).split(",");
const strange = wanted.filter((name) => !PART_NAMES.some((part) => part === name));
if (strange.length > 0) {
  console.error(`There is no part ${strange.join(", ")}; there are ${PART_NAMES.join(", ")}.`);
  process.exit(2);
}

/** All files of the run lie in one folder, so that none outlives it. PostgreSQL, under root another user, passes through. */
const folder = mkdtempSync(join(tmpdir(), "pinrelay-bench-"));
chmodSync(folder, 0o711);
process.env.TMPDIR = folder;
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

const machine = machineOf();
console.log(
  `${machine.cores} × ${machine.processor}, ${machine.memoryGiB} GiB, ${machine.kernel}, Node ${machine.node}, ${machine.disk}`,
);
const parts: PartResult[] = [];
for (const name of PART_NAMES) if (wanted.includes(name)) parts.push(await run(name));
if (told.write) write({ machine, parts });
// A browser that hangs would keep the process.
process.exit(parts.some(({ fault }) => fault) ? 1 : 0);

async function run(part: PartName): Promise<PartResult> {
  const at = new Date().toISOString();
  const before = surroundingsOf();
  const since = performance.now();
  const told = { part, at, before, form: quick ? ("quick" as const) : ("long" as const) };
  console.log(
    `\n${part}: fsync ${before.fsyncMs.p50.toFixed(2)} ms (p90 ${before.fsyncMs.p90.toFixed(2)}), load average ${before.loadAverage.toFixed(2)}`,
  );
  const seconds = (): number => Math.round((performance.now() - since) / 100) / 10;
  try {
    const measure = await PARTS[part]();
    const rows = await profiled(part, () => measure({ quick }));
    print(rows);
    console.log(`${part} took ${seconds()} s`);
    return { ...told, rows, seconds: seconds() };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    console.error(`${part} failed:`, error);
    return { ...told, rows: [], seconds: seconds(), fault };
  }
}

function print(rows: readonly Row[]): void {
  let table = "";
  for (const row of rows) {
    if (row.table !== table) console.log(`  ${row.table}`);
    table = row.table;
    console.log(`    ${row.what.padEnd(46)} ${columnOf(row).padEnd(30)} ${cellOf(row)}${verdict(row)}`);
    if (row.note) console.log(`      ${row.note}`);
  }
}

function verdict({ bar, value }: Row): string {
  if (!bar) return "";
  if (value === null) return `   not measured, ${limitOf(bar)} ${barOf(bar).unit}`;
  return `   ${isMet(bar, value) ? "met" : "MISSED"}, ${limitOf(bar)} ${barOf(bar).unit}`;
}

function write(result: Result): void {
  if (result.parts.some(({ fault }) => fault)) {
    console.error("A part came to no end: nothing is written.");
    return;
  }
  const earlier = existsSync(JSON_FILE) ? resultSchema.parse(JSON.parse(readFileSync(JSON_FILE, "utf8"))) : undefined;
  const all = JSON.stringify(earlier ? over(earlier, result) : result, short, 1);
  writeFileSync(JSON_FILE, `${all}\n`);
  const documents = performanceDocument(resultSchema.parse(JSON.parse(all)));
  for (const [file, text] of Object.entries(documents)) writeFileSync(join(DOCS, file), text);
  console.log(`Written: ${JSON_FILE}, and what is made of it.`);
}

/** No clock is so exact that more digits would tell anything. */
function short(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}
