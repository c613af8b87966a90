/** What is built, with one migration more: the version after this one, as far as a store can tell. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./shell-blocks.ts";

const NEXT = "create table of_the_next_version (one integer primary key);";

/** Its command line; `sql` is what its migration does in both stores. */
export function newerVersion(sql = NEXT): { cli: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), "pinrelay-newer-"));
  const relay = join(root, "packages/relay");
  mkdirSync(join(root, "packages"), { recursive: true });
  for (const folder of ["assets", "bin", "dist", "migrations", "package.json"])
    cpSync(join(ROOT, "packages/relay", folder), join(relay, folder), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  for (const store of ["sqlite", "postgres"]) {
    const folder = join(relay, "migrations", store);
    const number = String(readdirSync(folder).length + 1).padStart(4, "0");
    writeFileSync(join(folder, `${number}_next.sql`), sql);
  }
  return { cli: join(relay, "bin/pinrelay.js"), remove: () => rmSync(root, { recursive: true }) };
}
