/** Secrets out of files: NAME_FILE names the file that holds what NAME would say, as Docker and systemd hand secrets over. */
import { closeSync, openSync, readSync } from "node:fs";

/** What nobody else may read. Of each there is a NAME_FILE. */
export const SECRET_VARIABLES = [
  "DATABASE_URL",
  "SECRET_KEY",
  "ADMIN_PASSWORD",
  "METRICS_TOKEN",
  "ALERT_WEBHOOK_URL",
  "API_KEY",
  "SHOPIFY_WEBHOOK_SECRET",
  "WOOCOMMERCE_WEBHOOK_SECRET",
  "PINTEREST_ACCESS_TOKEN",
] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A longer file holds something else than a secret. */
const BYTES = 16_384;

/** The environment with what those files say, and what is wrong with them. No content is repeated: it may be a secret. */
export function withSecretFiles(env: Environment): {
  env: Environment;
  faults: { variable: string; problem: string; remedy: string }[];
} {
  const told: Record<string, string | undefined> = { ...env };
  const faults = SECRET_VARIABLES.flatMap((name) => {
    const variable = `${name}_FILE`;
    const file = env[variable]?.trim();
    if (!file) return [];
    if (env[name]?.trim())
      return [
        { variable, problem: `is set, and so is ${name}`, remedy: "Set one of the two, and take the other away." },
      ];
    const content = contentOf(file);
    if (content !== undefined) told[name] = content;
    return content === undefined
      ? [{ variable, problem: "names no file that can be read and holds a line", remedy: `${REMEDY} ${BYTES} bytes.` }]
      : [];
  });
  return { env: told, faults };
}

const REMEDY = "Write the secret into a text file that the relay's user may read, of at most";

/** Undefined for what is no file, empty, too long or no text. It may be a pipe, which says nothing of its size. */
const contentOf = (file: string): string | undefined => {
  let handle: number | undefined;
  try {
    handle = openSync(file, "r");
    const bytes = Buffer.alloc(BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= BYTES; length += read)
      read = readSync(handle, bytes, length, bytes.length - length, null);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length)).trim();
    return length > BYTES || text === "" ? undefined : text;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
};
