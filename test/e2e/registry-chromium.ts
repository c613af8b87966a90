/** Chromium for machines that have none: the one from the registry, unpacked once for all who ask at the same time. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import { chmod, lchown, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A browser to start, and what its environment must hold for it to find its libraries and fonts. */
export interface Chromium {
  path: string;
  env: Record<string, string>;
}

/** The registry's Chromium, ready to start; undefined where it has no build for this machine. */
export async function registryChromium(): Promise<Chromium | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const home = placeFor(join(entry, "../../.."));
  if (!existsSync(home)) await unpackOnce(entry, home);
  return {
    path: join(home, "chromium"),
    env: { LD_LIBRARY_PATH: join(home, "al2023/lib"), FONTCONFIG_FILE: join(home, "fonts.conf") },
  };
}

/** Beside the package, so that reinstalling clears it; in a temporary folder of our own where that is closed to us. */
function placeFor(packageFolder: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const beside = join(packageFolder, "../../.cache", `chromium-${version}`);
  if (existsSync(beside) || writable(dirname(beside))) return beside;
  const { uid } = userInfo();
  const own = join(tmpdir(), `pinrelay-${uid}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  if (lstatSync(own).uid !== uid) throw new Error(`${own} belongs to another user`);
  return join(own, `chromium-${version}`);
}

function writable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Only the rename makes the folder exist, so it is whole or absent; the lock merely spares others the same work. */
async function unpackOnce(entry: string, home: string): Promise<void> {
  const lock = `${home}.lock`;
  while (!(await takes(lock))) {
    await sleep(100);
    if (existsSync(home)) return;
  }
  const staging = await mkdtemp(`${home}.`);
  try {
    if (existsSync(home)) return;
    await unpack(entry, staging);
    await rename(staging, home).catch((failure: unknown) => {
      if (!existsSync(home)) throw failure;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
    await rm(lock, { force: true });
  }
}

/** True for the one who may unpack. A lock whose owner was killed is cleared, and asked for again. */
async function takes(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (failure) {
    if (codeOf(failure) !== "EEXIST") throw failure;
    if (abandoned(lock)) await rm(lock, { force: true });
    return false;
  }
}

function abandoned(lock: string): boolean {
  try {
    // An owner who has not written his number yet reads as 0, which is ourselves.
    process.kill(Number(readFileSync(lock, "utf8")), 0);
    return Date.now() - lstatSync(lock).mtimeMs > 60_000;
  } catch (failure) {
    return codeOf(failure) === "ESRCH";
  }
}

const codeOf = (failure: unknown): unknown =>
  failure instanceof Error && "code" in failure ? failure.code : undefined;

/**
 * The package unpacks into the temporary folder, and its libraries only when it believes to run on Amazon's servers.
 * It learns both from the environment while it loads, so it loads in a process of its own and ours stays as it is.
 */
async function unpack(entry: string, staging: string): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    TMPDIR: staging,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x",
    AWS_LAMBDA_JS_RUNTIME: "nodejs20.x",
  };
  await promisify(execFile)(process.execPath, ["-e", "require(process.argv[1]).executablePath()", entry], { env });
  await writeFile(join(staging, "fonts.conf"), FONTS_CONF);

  // What root unpacks serves every user of the tree, and must not belong to the user number the archives were made by.
  const { uid, gid } = userInfo();
  for (const file of await readdir(staging, { recursive: true })) await lchown(join(staging, file), uid, gid);
  await chmod(join(staging, "chromium"), 0o755);
  await chmod(staging, 0o755);
}

/** A bare machine has no font at all, and text would be drawn as nothing; Open Sans comes with the package. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
