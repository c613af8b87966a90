/** A profile of the measuring process itself, for the parts whose relay runs in it; servers of their own write theirs. */
import { mkdirSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";

/** BENCH_PROFILE: the folder in which it is left, as `NAME.cpuprofile`, for `profile.js`. Without it nothing is profiled. */
export async function profiled<T>(name: string, measure: () => Promise<T>): Promise<T> {
  const folder = process.env.BENCH_PROFILE;
  if (!folder) return measure();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  try {
    return await measure();
  } finally {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  }
}
