/**
 * `BENCH_PROFILE=/tmp/profiles npm run bench -- --only accept`, then `node test/dist/bench/profile.js /tmp/profiles/*.cpuprofile`: where the
 * processor time of each measured server went, by package and by function. Time that it waited is left out.
 */
import { readFileSync } from "node:fs";
import { profileSchema, selfTimes } from "./self-times.ts";

const SHOWN = 15;

for (const file of process.argv.slice(2)) {
  const { busyMs, byPlace, byFunction } = selfTimes(profileSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
  console.log(`\n${file}: ${busyMs.toFixed(0)} ms busy`);
  for (const times of [byPlace, byFunction])
    console.log(
      times
        .slice(0, SHOWN)
        .map(({ name, ms }) => `${((ms / busyMs) * 100).toFixed(1).padStart(6)} %  ${name}`)
        .join("\n"),
      "\n",
    );
}
