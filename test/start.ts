/** Starts a relay for a test: in memory, on a free port, silent, with a shop that may send from its own origin. */
import { pino } from "pino";
import { createRelay, type Relay, type RelayOptions } from "#relay/relay";

export const SHOP_ORIGIN = "https://www.fennelandoak.example";

export const ACCOUNT = {
  adAccountId: "549755885175",
  tagId: "2612345678901",
  token: "pina_AEATXWQWACZGAIAAGDAIMHTEST",
};

/** Nobody listens there: where a test acts no Pinterest, none is to be told. */
export const NOWHERE = "http://127.0.0.1:9/v5";

export interface Started {
  relay: Relay;
  url: string;
  /** Public key of its shop. */
  key: string;
}

export async function startRelay({ config, ...options }: RelayOptions = {}): Promise<Started> {
  const relay = await createRelay({
    log: pino({ level: "silent" }),
    ...options,
    times: { flushMs: 20, pollMs: 100, ...options.times },
    config: {
      database: ":memory:",
      port: 0,
      pinterestApiUrl: NOWHERE,
      seed: { origins: [SHOP_ORIGIN], account: ACCOUNT },
      ...config,
    },
  });
  const url = await relay.listen();
  return { relay, url, key: relay.directory.shops()[0]?.key ?? "" };
}
