/** How the relay runs: environment in, Config out. The only reader of the environment; every fault at once. */
import { PINTEREST_CORE, PINTEREST_IMAGE } from "@pinrelay/tag/contract";
import { z } from "zod";
import {
  callsPerMinute,
  domain,
  httpUrl,
  LEVELS,
  noticeSeconds,
  port,
  postgresUrl,
  queueMinutes,
  retention,
  secrets,
  sqliteFile,
  trustProxy,
  versionedUrl,
  yes,
} from "./config-values.ts";
import type { ShopSecrets } from "./core/settings.ts";
import { origin, origins } from "./origins.ts";
import { isPrivateHost } from "./public-address.ts";
import { type Environment, withSecretFiles } from "./secret-files.ts";

export interface Config {
  host: string;
  port: number;
  /** Where browsers reach this relay, when it is not where they fetched the tag from. An origin. */
  publicUrl?: string;
  /** A file's path, ":memory:", or the URL of a PostgreSQL database: that one holds a password. */
  database: string;
  /** Hops or networks of proxies whose X-Forwarded-For is believed; 0: there is none; false: nobody has said. */
  trustProxy: number | string | false;
  /** Domain of the cookies the relay sets; found by the public suffix list where absent. */
  cookieDomain?: string;
  /** Seals tokens at rest; absent: kept in a file beside the database. */
  secretKey?: string;
  /** Of the dashboard, in the clear; the store has a hash of it. */
  adminPassword?: string;
  /** How long is kept what is known of a visitor of whom nothing more has come. */
  retentionDays: number;
  /** Who brings it may read the metrics from anywhere; without one only who asks from this machine. */
  metricsToken?: string;
  /** Told of what is wrong; the address itself is a secret of many receivers. */
  alertWebhookUrl?: string;
  /** Whether that one may be in a private network. */
  alertWebhookPrivate: boolean;
  /** A queue whose oldest event is older is told. */
  alertQueueMinutes: number;
  /** How long a relay that was told to stop goes on answering, and says at /readyz that it stops. */
  stopNoticeSeconds: number;
  logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "silent";
  /** Ends in the version. */
  pinterestApiUrl: string;
  /** Calls that an ad account may have in a minute, all relays together. */
  pinterestCallsPerMinute: number;
  /** Address of Pinterest's browser library. */
  pinterestTagUrl: string;
  /** Address of Pinterest's image, which Shopify's pixel shows where the library cannot run. */
  pinterestImageUrl: string;
  /** Written to an empty store once; afterwards the store wins. */
  seed: Seed;
}

export interface Seed {
  origins: readonly string[];
  secrets?: Partial<ShopSecrets>;
  account?: { adAccountId: string; tagId: string; token: string };
}

export interface Fault {
  variable: string;
  problem: string;
  remedy: string;
}

/** Everything that is wrong with the configuration, each fault with its remedy. No value is repeated: it may be a secret. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ variable, problem, remedy }) => `${variable} ${problem}. ${remedy}`).join("\n"));
    this.faults = faults;
  }
}

// biome-ignore format: a table
const VARIABLES = {
  // variable                 what it must be                                                                          what to do
  HOST:                       [z.string().regex(/^[\w.:-]+$/),        "is not an address or host name",                 "Use 127.0.0.1 behind a proxy on the same machine, 0.0.0.0 otherwise."],
  PORT:                       [port,                                  "is not a port",                                  "Use a number from 1 to 65535, such as 8080."],
  PUBLIC_URL:                 [origin,                                "is not an origin",                               "Use the relay's own address without a path, such as https://relay.example.com."],
  DATABASE_URL:               [z.union([sqliteFile, postgresUrl]),    "is not a store this version knows",              "Use file: and a path, such as file:./data/pinrelay.db, or postgres://user:password@host/database."],
  TRUST_PROXY:                [trustProxy,                            "names no proxies",                               "Use the number of proxies in front of the relay, 0 where there is none, or their networks, such as 10.0.0.0/8."],
  COOKIE_DOMAIN:              [domain,                                "is not a domain that anybody can own",           "Use the domain that shop and relay share, such as example.com."],
  SECRET_KEY:                 [z.string().min(32),                    "is too short to seal anything",                  "Use 32 characters or more, made by: openssl rand -base64 32"],
  ADMIN_PASSWORD:             [z.string().min(12),                    "is too short",                                   "Use 12 characters or more, or leave it unset and choose one in the dashboard."],
  RETENTION_DAYS:             [retention,                             "is not a number of days, 8 or more",             "Use a whole number of days from 8 to 400, such as 90."],
  METRICS_TOKEN:              [z.string().regex(/^\S{16,}$/),         "is too short, or holds spaces",                  "Use 16 characters or more, made by: openssl rand -hex 24"],
  ALERT_WEBHOOK_URL:          [httpUrl,                               "is not an address",                              "Use the address that the receiver gave you, such as https://hooks.slack.com/services/…"],
  ALERT_WEBHOOK_PRIVATE:      [yes,                                   "is neither yes nor no",                          "Use yes where the receiver of alerts is in a network of your own."],
  ALERT_QUEUE_MINUTES:        [queueMinutes,                          "is not a number of minutes, 1 to 10080",         "Leave it unset for 30."],
  STOP_NOTICE_SECONDS:        [noticeSeconds,                         "is not a number of seconds, 300 at most",        "Leave it unset for 0; behind a load balancer use twice the time between its checks."],
  LOG_LEVEL:                  [z.enum(LEVELS),                        "is not a log level",                             `Use one of ${LEVELS.join(", ")}.`],
  PINTEREST_API_URL:          [versionedUrl,                          "is not an address that ends in a version",       "Leave it unset for Pinterest's own, https://api.pinterest.com/v5."],
  PINTEREST_CALLS_PER_MINUTE: [callsPerMinute,                        "is not a number of calls, 1 or more",            "Leave it unset for the 5000 that Pinterest documents for an ad account."],
  PINTEREST_TAG_URL:          [httpUrl,                               "is not an address",                              "Leave it unset for Pinterest's own."],
  PINTEREST_IMAGE_URL:        [httpUrl,                               "is not an address",                              "Leave it unset for Pinterest's own."],
  ALLOWED_ORIGINS:            [origins,                               "holds something that is not an origin",          "Use the shop's addresses without a path, separated by commas, such as https://www.example.com."],
  API_KEY:                    [secrets,                               "is too short, or names more than two keys",      "Use 8 characters or more, made by: openssl rand -hex 24. Separate the new key and the old one by a comma."],
  SHOPIFY_WEBHOOK_SECRET:     [secrets,                               "is too short, or names more than two secrets",   "Use what Shopify shows under Settings → Notifications → Webhooks."],
  WOOCOMMERCE_WEBHOOK_SECRET: [secrets,                               "is too short, or names more than two secrets",   "Use the secret of the webhooks under WooCommerce → Settings → Advanced → Webhooks."],
  PINTEREST_AD_ACCOUNT_ID:    [z.string().regex(/^\d{1,18}$/),        "is not an ad account ID",                        "It is a number of 12 digits (18 at most); see the address of Ads Manager."],
  PINTEREST_TAG_ID:           [z.string().regex(/^\d{5,20}$/),        "is not a tag ID",                                "It is a number; see Ads Manager → Conversions → Tag manager."],
  PINTEREST_ACCESS_TOKEN:     [z.string().regex(/^\S{10,}$/),         "is not an access token",                         "Create one in Ads Manager → Conversions → Conversion access token."],
} as const;

export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES);

type Variable = keyof typeof VARIABLES;
type Value<V extends Variable> = z.output<(typeof VARIABLES)[V][0]>;

/**
 * Reads the environment, and the files that it names for secrets. Throws `ConfigError` with every fault found; an empty
 * variable counts as unset.
 */
export function readConfig(environment: Environment): Config {
  const { env, faults: fileFaults } = withSecretFiles(environment);
  const faults: Fault[] = [...fileFaults];
  const read = <V extends Variable>(variable: V): Value<V> | undefined => {
    const text = env[variable]?.trim();
    if (!text) return undefined;
    const [schema, problem, remedy] = VARIABLES[variable];
    const result = schema.safeParse(text);
    // zod's own type of a schema picked by key is the union of all; the row's own is the one we mean.
    if (result.success) return result.data as Value<V>;
    faults.push({ variable, problem, remedy });
    return undefined;
  };

  const config: Config = {
    host: read("HOST") ?? "127.0.0.1",
    port: read("PORT") ?? 8080,
    ...optional("publicUrl", read("PUBLIC_URL")),
    database: read("DATABASE_URL") ?? "./data/pinrelay.db",
    trustProxy: read("TRUST_PROXY") ?? false,
    ...optional("cookieDomain", read("COOKIE_DOMAIN")?.replace(/^\./, "").toLowerCase()),
    ...optional("secretKey", read("SECRET_KEY")),
    ...optional("adminPassword", read("ADMIN_PASSWORD")),
    retentionDays: read("RETENTION_DAYS") ?? 90,
    ...optional("metricsToken", read("METRICS_TOKEN")),
    ...optional("alertWebhookUrl", read("ALERT_WEBHOOK_URL")),
    alertWebhookPrivate: read("ALERT_WEBHOOK_PRIVATE") ?? false,
    alertQueueMinutes: read("ALERT_QUEUE_MINUTES") ?? 30,
    stopNoticeSeconds: read("STOP_NOTICE_SECONDS") ?? 0,
    logLevel: read("LOG_LEVEL") ?? "info",
    pinterestApiUrl: (read("PINTEREST_API_URL") ?? "https://api.pinterest.com/v5").replace(/\/$/, ""),
    pinterestCallsPerMinute: read("PINTEREST_CALLS_PER_MINUTE") ?? 5_000,
    pinterestTagUrl: read("PINTEREST_TAG_URL") ?? PINTEREST_CORE,
    pinterestImageUrl: read("PINTEREST_IMAGE_URL") ?? PINTEREST_IMAGE,
    seed: {
      origins: read("ALLOWED_ORIGINS") ?? [],
      secrets: {
        api: read("API_KEY") ?? [],
        shopify: read("SHOPIFY_WEBHOOK_SECRET") ?? [],
        woocommerce: read("WOOCOMMERCE_WEBHOOK_SECRET") ?? [],
      },
      ...optional("account", account(env, read, faults)),
    },
  };
  if (config.alertWebhookUrl && !config.alertWebhookPrivate && isPrivateHost(new URL(config.alertWebhookUrl).hostname))
    faults.push({
      variable: "ALERT_WEBHOOK_URL",
      problem: "leads into a private network",
      remedy: "If the receiver is meant to be there, set ALERT_WEBHOOK_PRIVATE=yes.",
    });
  if (isPostgres(config.database) && config.secretKey === undefined && !env.SECRET_KEY?.trim())
    faults.push({
      variable: "SECRET_KEY",
      problem: "is not set, and every relay on one PostgreSQL needs the same",
      remedy: VARIABLES.SECRET_KEY[2],
    });
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

const ACCOUNT = ["PINTEREST_AD_ACCOUNT_ID", "PINTEREST_TAG_ID", "PINTEREST_ACCESS_TOKEN"] as const;

/** Whether the store is one that other machines may have open too. */
export const isPostgres = (database: string): boolean => /^postgres(ql)?:/.test(database);

/** All three or none: with one missing nothing could be sent, and nobody would know. */
const account = (
  env: Environment,
  read: (variable: (typeof ACCOUNT)[number]) => string | undefined,
  faults: Fault[],
): Seed["account"] => {
  const [adAccountId, tagId, token] = ACCOUNT.map(read);
  const missing = ACCOUNT.filter((variable) => !env[variable]?.trim());
  if (missing.length < ACCOUNT.length) {
    for (const variable of missing) {
      const remedy = `A Pinterest destination needs all of ${ACCOUNT.join(", ")}. ${VARIABLES[variable][2]}`;
      faults.push({ variable, problem: "is not set", remedy });
    }
  }
  return adAccountId && tagId && token ? { adAccountId, tagId, token } : undefined;
};

const optional = <Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } => {
  const record: { [K in Key]?: T } = {};
  if (value !== undefined) record[key] = value;
  return record;
};
