import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "#relay/config";

const faultsOf = (env: Record<string, string>) => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
};
const ACCOUNT = {
  PINTEREST_AD_ACCOUNT_ID: "549755885175",
  PINTEREST_TAG_ID: "2612345678901",
  PINTEREST_ACCESS_TOKEN: "pina_AEATXWQWACZGAIAAGDAIM",
};

test("nothing is required", () => {
  expect(readConfig({})).toEqual({
    host: "127.0.0.1",
    port: 8080,
    database: "./data/pinrelay.db",
    trustProxy: false,
    retentionDays: 90,
    alertWebhookPrivate: false,
    alertQueueMinutes: 30,
    stopNoticeSeconds: 0,
    logLevel: "info",
    pinterestApiUrl: "https://api.pinterest.com/v5",
    pinterestCallsPerMinute: 5_000,
    pinterestTagUrl: "https://s.pinimg.com/ct/core.js",
    pinterestImageUrl: "https://ct.pinterest.com/v3/",
    seed: { origins: [], secrets: { api: [], shopify: [], woocommerce: [] } },
  });
});

test("everything can be said", () => {
  expect(
    readConfig({
      HOST: "0.0.0.0",
      PORT: "80",
      RETENTION_DAYS: "30",
      METRICS_TOKEN: "0123456789abcdef",
      ALERT_WEBHOOK_URL: "https://hooks.shop.example/pinrelay",
      ALERT_WEBHOOK_PRIVATE: "yes",
      ALERT_QUEUE_MINUTES: "45",
      STOP_NOTICE_SECONDS: "10",
      API_KEY: "0123456789abcdef",
      SHOPIFY_WEBHOOK_SECRET: "new secret of Shopify's, the one before it",
      WOOCOMMERCE_WEBHOOK_SECRET: "a secret of WooCommerce's",
      PUBLIC_URL: "https://relay.shop.example/",
      DATABASE_URL: "file:/var/lib/pinrelay/relay.db",
      TRUST_PROXY: "10.0.0.0/8, loopback",
      COOKIE_DOMAIN: ".Shop.example",
      SECRET_KEY: "0123456789abcdef0123456789abcdef",
      LOG_LEVEL: "warn",
      PINTEREST_API_URL: "http://127.0.0.1:9/v5/",
      PINTEREST_CALLS_PER_MINUTE: "600",
      PINTEREST_TAG_URL: "http://127.0.0.1:9/ct/core.js",
      PINTEREST_IMAGE_URL: "http://127.0.0.1:9/v3/",
      ALLOWED_ORIGINS: "https://shop.example, https://www.shop.example/",
      ...ACCOUNT,
    }),
  ).toEqual({
    host: "0.0.0.0",
    port: 80,
    publicUrl: "https://relay.shop.example",
    database: "/var/lib/pinrelay/relay.db",
    trustProxy: "10.0.0.0/8,loopback",
    cookieDomain: "shop.example",
    secretKey: "0123456789abcdef0123456789abcdef",
    retentionDays: 30,
    metricsToken: "0123456789abcdef",
    alertWebhookUrl: "https://hooks.shop.example/pinrelay",
    alertWebhookPrivate: true,
    alertQueueMinutes: 45,
    stopNoticeSeconds: 10,
    logLevel: "warn",
    pinterestApiUrl: "http://127.0.0.1:9/v5",
    pinterestCallsPerMinute: 600,
    pinterestTagUrl: "http://127.0.0.1:9/ct/core.js",
    pinterestImageUrl: "http://127.0.0.1:9/v3/",
    seed: {
      origins: ["https://shop.example", "https://www.shop.example"],
      secrets: {
        api: ["0123456789abcdef"],
        shopify: ["new secret of Shopify's", "the one before it"],
        woocommerce: ["a secret of WooCommerce's"],
      },
      account: { adAccountId: "549755885175", tagId: "2612345678901", token: ACCOUNT.PINTEREST_ACCESS_TOKEN },
    },
  });
});

test("a hop count is a number, and an empty variable is unset", () => {
  expect(readConfig({ TRUST_PROXY: "2", PORT: "", HOST: " " })).toMatchObject({
    trustProxy: 2,
    port: 8080,
    host: "127.0.0.1",
  });
});

test("relays on one PostgreSQL need one secret, since each must read what another has sealed", () => {
  const DATABASE_URL = "postgresql://relay:hunter22@db.shop.example/pinrelay";
  const SECRET_KEY = "0123456789abcdef0123456789abcdef";
  expect(readConfig({ DATABASE_URL, SECRET_KEY })).toMatchObject({ database: DATABASE_URL, secretKey: SECRET_KEY });
  expect(() => readConfig({ DATABASE_URL })).toThrow(/^SECRET_KEY is not set/);
  expect(() => readConfig({ DATABASE_URL })).not.toThrow(/hunter22/);
});

test("no proxy is something else than nothing said", () => {
  expect([readConfig({ TRUST_PROXY: "0" }).trustProxy, readConfig({}).trustProxy]).toEqual([0, false]);
});

test("origins are read as browsers send them", () => {
  const written = "https://SHOP.example/ https://shop.example,https://müller.example http://localhost:3000";
  expect(readConfig({ ALLOWED_ORIGINS: written }).seed.origins).toEqual([
    "https://shop.example",
    "https://xn--mller-kva.example",
    "http://localhost:3000",
  ]);
});

test("proxies are counted, or named by network", () => {
  for (const networks of ["10.0.0.0/8", "loopback, 2001:db8::/32", "192.0.2.1", "linklocal, uniquelocal"])
    expect(readConfig({ TRUST_PROXY: networks }).trustProxy).toBe(networks.replace(", ", ","));
});

describe("faults", () => {
  test.each([
    ["PORT", "80a"],
    ["PORT", "65536"],
    ["HOST", "http://localhost"],
    ["PUBLIC_URL", "relay.shop.example"],
    ["PUBLIC_URL", "https://relay.shop.example/path"],
    ["DATABASE_URL", "mysql://localhost"],
    ["PINTEREST_CALLS_PER_MINUTE", "0"],
    ["METRICS_TOKEN", "short"],
    ["ALERT_WEBHOOK_URL", "hooks.shop.example"],
    ["ALERT_WEBHOOK_URL", "https://10.1.2.3/alerts"],
    ["ALERT_WEBHOOK_URL", "http://localhost:9093/"],
    ["ALERT_WEBHOOK_PRIVATE", "maybe"],
    ["ALERT_QUEUE_MINUTES", "0"],
    ["PINTEREST_CALLS_PER_MINUTE", "many"],
    ["TRUST_PROXY", "yes"],
    ["PORT", "0x1F90"],
    ["TRUST_PROXY", "10.0.0.0/99"],
    ["TRUST_PROXY", "1.2.3"],
    ["TRUST_PROXY", "0.0.0.0/0"],
    ["TRUST_PROXY", "loopback, ::/0"],
    ["TRUST_PROXY", "fe80::1%eth0"],
    ["TRUST_PROXY", "-1"],
    ["TRUST_PROXY", "10.0.0.0/8,"],
    ["COOKIE_DOMAIN", "localhost"],
    ["COOKIE_DOMAIN", "co.uk"],
    ["COOKIE_DOMAIN", "https://shop.example"],
    ["ALLOWED_ORIGINS", "https://*.shop.example"],
    ["ALLOWED_ORIGINS", "ftp://shop.example"],
    ["PINTEREST_API_URL", "https://api.pinterest.com"],
    ["SECRET_KEY", "short"],
    ["API_KEY", "short"],
    ["API_KEY", "one-good-key,another-good-key,a-third-good-key"],
    ["SHOPIFY_WEBHOOK_SECRET", "a good one,"],
    ["RETENTION_DAYS", "7"],
    ["RETENTION_DAYS", "forever"],
    ["LOG_LEVEL", "loud"],
    ["ALLOWED_ORIGINS", "https://shop.example/de"],
    ["ALLOWED_ORIGINS", "*"],
    ["PINTEREST_API_URL", "file:///etc/passwd"],
  ])("%s=%s", (variable, value) => {
    const [fault, ...more] = faultsOf({ [variable]: value });
    expect(fault).toMatchObject({ variable });
    expect(fault?.remedy).toMatch(/\w/);
    expect(more).toEqual([]);
  });

  test("are told all at once", () => {
    const faults = faultsOf({ ...ACCOUNT, PORT: "x", PINTEREST_AD_ACCOUNT_ID: "my account", LOG_LEVEL: "x" });
    expect(faults.map(({ variable }) => variable)).toEqual(["PORT", "LOG_LEVEL", "PINTEREST_AD_ACCOUNT_ID"]);
  });

  test("a destination is whole or not at all", () => {
    const faults = faultsOf({ PINTEREST_TAG_ID: ACCOUNT.PINTEREST_TAG_ID });
    expect(faults.map(({ variable, problem }) => [variable, problem])).toEqual([
      ["PINTEREST_AD_ACCOUNT_ID", "is not set"],
      ["PINTEREST_ACCESS_TOKEN", "is not set"],
    ]);
  });

  test("never repeat what was set: it may be a secret", () => {
    const token = "pina_SECRET WITH A SPACE";
    const error = new ConfigError(faultsOf({ ...ACCOUNT, PINTEREST_ACCESS_TOKEN: token, SECRET_KEY: "hunter2" }));
    expect(error.message).not.toMatch(/SECRET WITH|hunter2/);
    expect(error.message).toContain("PINTEREST_ACCESS_TOKEN");
  });
});
