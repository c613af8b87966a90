/** `pinrelay backup`: a copy of the embedded store, made while the relay runs. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isPostgres } from "../config.ts";
import { BackupRefused, backUp, DAMAGED } from "../store/back-up.ts";
import { type Command, print } from "./command.ts";

export const backup: Command = {
  name: "backup",
  does: "copy the SQLite store into a new file, while the relay runs",
  calls: [["FILE", "whole and checked, or not there at all; secret.key is not in it"]],
  options: [["--json", "as JSON", "json"]],
  async run(context) {
    const { database, secretKey } = context.config;
    const [file] = context.words;
    if (!file) return { usage: "name the file to make" };
    if (isPostgres(database)) return { problem: "PostgreSQL has a command of its own for this: pg_dump" };
    // No store is opened here as a relay opens it: a newer version would bring it to its own schema first.
    if (!existsSync(database))
      return { problem: `there is no database at ${database}; set DATABASE_URL as for the relay` };
    try {
      const made = await backUp(database, file);
      const newest = made.newestMs === undefined ? "" : `, the newest of ${new Date(made.newestMs).toISOString()}`;
      const sealed = secretKey ? "SECRET_KEY" : join(dirname(database), "secret.key");
      print(
        context,
        { file, ...made, sealedWith: sealed },
        `${file}: ${made.events} events${newest}; ${made.bytes} bytes, read again and sound.\n` +
          `Access tokens and secrets in it are sealed with ${sealed}: keep a copy of that in another place.`,
      );
      return 0;
    } catch (error) {
      const problem = error instanceof BackupRefused ? error.message : unmade(file, error);
      if (problem === undefined) throw error;
      return { problem };
    }
  },
};

/** Of the file that is to be made; what else goes wrong is the relay's own. */
const unmade = (file: string, error: unknown): string | undefined => {
  if (!(error instanceof Error && "code" in error)) return undefined;
  if (/^(ENOENT|ENOTDIR|EACCES|EPERM|EROFS)$/.test(String(error.code))) return `${file} cannot be made: ${error.code}.`;
  // SQLite's word for damage, and for a disk that is full.
  if (/malformed|not a database/.test(error.message)) return DAMAGED;
  return /full|ENOSPC/.test(error.message) ? `${file} cannot be made: the disk is full.` : undefined;
};
