/**
 * The relay that is killed and frozen: the product's own, as `pinrelay serve` runs it, with waits of seconds where a shop
 * has minutes. A process of its own, run from what this file compiles to.
 */
import { env, stdout } from "node:process";
import { readConfig } from "#relay/config";
import { createRelay } from "#relay/relay";

// From here on its code is loaded: what comes next is opening the store, which a kill is to meet as often as the rest.
stdout.write("starts\n");
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
