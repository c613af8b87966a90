/** What a figure was measured on, and what else was going on there. */
import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, cpus, loadavg, platform, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { median, p90 } from "./figures.ts";

export const machineSchema = z.object({
  processor: z.string(),
  cores: z.int(),
  memoryGiB: z.number(),
  kernel: z.string(),
  node: z.string(),
  /** Of the folder for temporary files, where all databases lie: "/dev/vda, ext4, turns"; "unknown" where nobody says. */
  disk: z.string(),
});
export type Machine = z.output<typeof machineSchema>;

/** What is not the same from one minute to the next. */
export const surroundingsSchema = z.object({
  /** Milliseconds, of 50 times 4 KiB. */
  fsyncMs: z.object({ p50: z.number(), p90: z.number() }),
  /** Of the last minute, as the kernel counts it; this bench's own part before it is in it. */
  loadAverage: z.number(),
});
export type Surroundings = z.output<typeof surroundingsSchema>;

const GIB = 2 ** 30;

export const machineOf = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round((totalmem() / GIB) * 10) / 10,
  kernel: `${platform()} ${release()}`,
  node: process.version,
  disk: diskOf(tmpdir()),
});

/** Device and file system as `df` tells them, and whether the kernel takes it for one that turns. */
const diskOf = (folder: string): string => {
  try {
    const line = execFileSync("df", ["--output=source,fstype", folder], { encoding: "utf8" }).trim().split("\n").at(-1);
    const [device = "", type = ""] = (line ?? "").split(/\s+/);
    return [device, type, kindOf(device)].filter(Boolean).join(", ") || "unknown";
  } catch {
    return "unknown";
  }
};

const kindOf = (device: string): string => {
  const name = /^\/dev\/((?:nvme\d+n\d+)|(?:[a-z]+))/.exec(device)?.[1];
  if (!name) return "";
  try {
    const turns = readFileSync(`/sys/block/${name}/queue/rotational`, "utf8").trim() === "1";
    return turns ? "said to turn, as virtual disks are too" : "solid state";
  } catch {
    return "";
  }
};

const TIMES = 50;

export const surroundingsOf = (): Surroundings => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-fsync-"));
  try {
    const file = openSync(join(folder, "file"), "w");
    const tookMs = Array.from({ length: TIMES }, () => {
      const before = performance.now();
      writeSync(file, Buffer.alloc(4_096));
      fsyncSync(file);
      return performance.now() - before;
    });
    closeSync(file);
    return { fsyncMs: { p50: median(tookMs), p90: p90(tookMs) }, loadAverage: loadavg()[0] ?? Number.NaN };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
