/** What a shop's requests cost more, since its second file hears them: see `patched-calls.ts`. */
import { median, p90 } from "./figures.ts";
import { patchedCalls, type Times } from "./patched-calls.ts";

const PER_MS = 1000;
const RATES = [1, 4];

const row = (what: string, { direct, ours }: Times): string => {
  const [without, through] = [median(direct), median(ours)];
  const more = (through - without) / PER_MS;
  const ratio = without < 1 ? "–" : (through / without).toFixed(2);
  return `${what.padEnd(62)}${without.toFixed(2).padStart(9)}${through.toFixed(2).padStart(9)}${p90(ours).toFixed(2).padStart(9)}${more.toFixed(4).padStart(11)}${ratio.padStart(8)}`;
};

const { version, calls } = await patchedCalls(RATES);
console.log(`${version}, µs a call: medians, and the 90th percentile; what ours adds in ms`);
console.log(
  `${"".padEnd(62)}${"direct".padStart(9)}${"ours".padStart(9)}${"p90".padStart(9)}${"adds, ms".padStart(11)}${"ratio".padStart(8)}`,
);
for (const { build, rate, kind, times } of calls) {
  const where = `${build}${rate > 1 ? `, slowed down ${rate}×` : ""}, ${kind}`;
  console.log(row(`${where}: fetch()`, times.call));
  console.log(row(`${where}: await fetch()`, times.answer));
  console.log(row(`${where}: open() and send()`, times.xhr));
}
