// Started as root where a host mounts the volume as root's: gives the store's folder to the user "node", becomes that
// user for good, and goes on as the command line. Nothing else is done as root.
import { chownSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Of "node", in Node's own images. */
const NODE = 1000;

if (process.getuid?.() === 0) {
  const url = process.env.DATABASE_URL ?? "";
  if (url.startsWith("file:")) {
    const folder = dirname(url.slice("file:".length));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const path of [folder, ...readdirSync(folder).map((file) => join(folder, file))]) chownSync(path, NODE, NODE);
  }
  process.setgroups?.([NODE]);
  process.setgid?.(NODE);
  process.setuid?.(NODE);
}
await import(new URL("packages/relay/bin/pinrelay.js", import.meta.url).href);
