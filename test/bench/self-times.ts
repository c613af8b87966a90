/** Where time went, of a profile that V8 wrote. Pure. */
import { z } from "zod";

export const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
  /** Node in which the program was at each sample, and microseconds since the sample before. */
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});
type Profile = z.output<typeof profileSchema>;

export interface SelfTime {
  name: string;
  ms: number;
}

/** What is no work. */
const IDLE = ["(idle)", "(program)", "(root)"];

export function selfTimes({ nodes, samples, timeDeltas }: Profile): {
  busyMs: number;
  byPlace: SelfTime[];
  byFunction: SelfTime[];
} {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMs = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (!frame || IDLE.includes(frame.functionName)) return;
    const ms = (timeDeltas[index] ?? 0) / 1_000;
    const place = placeOf(frame);
    const name = `${frame.functionName || "(anonymous)"} ${place}:${frame.lineNumber + 1}`;
    busyMs += ms;
    places.set(place, (places.get(place) ?? 0) + ms);
    functions.set(name, (functions.get(name) ?? 0) + ms);
  });
  return { busyMs, byPlace: sorted(places), byFunction: sorted(functions) };
}

const sorted = (times: ReadonlyMap<string, number>): SelfTime[] =>
  [...times].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);

/** A package's name; of ours the file; else what Node and V8 call their own. */
const placeOf = ({ functionName, url }: { functionName: string; url: string }): string => {
  const [, file] = /packages\/(?:relay|tag)\/dist\/(.+)$/.exec(url) ?? [];
  if (file) return file;
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return name ?? (url || (functionName.startsWith("(") ? functionName : "native"));
};
