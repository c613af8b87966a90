/** Embed the relay: `createRelay()` gives an Express app, or a server of its own. */
export { type Config, ConfigError, type Fault, readConfig, type Seed } from "./config.ts";
export { OUTCOMES, type Outcome } from "./core/outcome.ts";
export type { Destination, DestinationState, Shop, ShopSettings } from "./core/settings.ts";
export { createRelay, type Relay, type RelayOptions } from "./relay.ts";
