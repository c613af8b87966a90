/**
 * The relay that is killed and frozen: the product's own, as `pinrelay serve` runs it, with waits of seconds where a shop
 * has minutes. A process of its own, run from what this file compiles to.
 */
import { once } from "node:events";
import { env, stdin, stdout } from "node:process";
import { readConfig } from "#relay/config";
import { createRelay } from "#relay/relay";

// Loading its code takes longer than all that comes then, and is nothing that a kill could harm: it stands by until then.
stdout.write("stands by\n");
await once(stdin, "data");
stdin.unref();
const relay = await createRelay({
  config: readConfig(env),
  settings: { signedHoldSeconds: 1, unsignedHoldMinutes: 1 / 40 },
  times: { flushMs: 20, pollMs: 100 },
  leaseMs: Number(env.LEASE_MS),
  // What failed is tried again after a second, the least there is.
  chance: () => 0,
});
const url = await relay.listen();
stdout.write(`listens ${url} ${relay.directory.shops()[0]?.key}\n`);
