/** Secrets that are read out of files, as Docker and systemd hand them over, and what a process shows of itself. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, readConfig, VARIABLE_NAMES } from "#relay/config";
import { SECRET_VARIABLES } from "#relay/secret-files";
import { until } from "./until.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const faultsOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
    return "";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
};

// biome-ignore format: a table
const VALUES = {
  DATABASE_URL:               ["postgres://pinrelay:s3cret@db/pinrelay",    "database",        "postgres://pinrelay:s3cret@db/pinrelay"],
  SECRET_KEY:                 ["0123456789abcdef0123456789abcdef",          "secretKey",       "0123456789abcdef0123456789abcdef"],
  ADMIN_PASSWORD:             ["twelve letters, and more",                  "adminPassword",   "twelve letters, and more"],
  METRICS_TOKEN:              ["0123456789abcdef",                          "metricsToken",    "0123456789abcdef"],
  ALERT_WEBHOOK_URL:          ["https://hooks.shop.example/services/T0/x",  "alertWebhookUrl", "https://hooks.shop.example/services/T0/x"],
  API_KEY:                    ["new-key-of-the-api,the-one-before",         "api",             ["new-key-of-the-api", "the-one-before"]],
  SHOPIFY_WEBHOOK_SECRET:     ["a secret of Shopify's",                     "shopify",         ["a secret of Shopify's"]],
  WOOCOMMERCE_WEBHOOK_SECRET: ["a secret of WooCommerce's",                 "woocommerce",     ["a secret of WooCommerce's"]],
  PINTEREST_ACCESS_TOKEN:     ["pina_AEATXWQWACZGAIAAGDAIM",                "token",           "pina_AEATXWQWACZGAIAAGDAIM"],
} as const satisfies Record<(typeof SECRET_VARIABLES)[number], readonly [string, string, unknown]>;

test("every secret may come out of a file, and its last line may end as editors end it", () => {
  const files = Object.entries(VALUES).map(([name, [value]]) => [`${name}_FILE`, file(name, `${value}\n`)] as const);
  const account = { PINTEREST_AD_ACCOUNT_ID: "549755885175", PINTEREST_TAG_ID: "2612345678901" };
  const config = readConfig({ ...Object.fromEntries(files), ...account });
  const read = { ...config, ...config.seed.secrets, ...config.seed.account };
  for (const [, key, expected] of Object.values(VALUES)) expect(read).toHaveProperty(key, expected);
});

test("every variable that holds a secret has its file, and only those", () => {
  const secrets = VARIABLE_NAMES.filter((name) => /KEY|PASSWORD|TOKEN|SECRET|DATABASE_URL|WEBHOOK_URL/.test(name));
  expect([...SECRET_VARIABLES].sort()).toEqual([...secrets].sort());
});

test("docs/configuration.md lists them", () => {
  const readme = readFileSync(new URL("../docs/configuration.md", import.meta.url), "utf8");
  const [, listed = ""] = /\*\*Secrets from files\.\*\*[^\n]*?: ([^\n]*?)\. /.exec(readme) ?? [];
  expect(listed.replaceAll("`", "").split(/, | and /)).toEqual(SECRET_VARIABLES.map((name) => `${name}_FILE`));
});

describe("a fault", () => {
  test("is a secret that is said twice", () => {
    const message = faultsOf({ SECRET_KEY: "0123456789abcdef0123456789abcdef", SECRET_KEY_FILE: file("key", "x") });
    expect(message).toMatch(/^SECRET_KEY_FILE is set, and so is SECRET_KEY\./);
  });

  test.each<[string, () => string]>([
    ["no file", () => join(folder, "nowhere")],
    ["a folder", () => folder],
    ["an empty file", () => file("empty", " \n")],
    ["a file that is no text", () => file("noise", Uint8Array.of(0xff, 0xfe, 0x00, 0x01))],
    ["a file that is far too long", () => file("long", "x".repeat(20_000))],
    ["a file without an end", () => "/dev/zero"],
  ])("is %s", (_, path) => {
    const message = faultsOf({ METRICS_TOKEN_FILE: path() });
    expect(message).toMatch(/^METRICS_TOKEN_FILE names no file that can be read and holds a line\./);
    expect(message.split("\n")).toHaveLength(1);
  });

  test("is what the variable itself may not be either, and nothing of it is repeated", () => {
    const message = faultsOf({
      SECRET_KEY_FILE: file("key", "hunter2"),
      METRICS_TOKEN_FILE: file("token", "swordfish"),
    });
    expect(message).toMatch(/SECRET_KEY is too short/);
    expect(message).not.toMatch(/hunter2|swordfish/);
  });
});

test("no source of the relay starts another process, which would be handed its environment", () => {
  const sources = fileURLToPath(new URL("../packages/relay/src/", import.meta.url));
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((name) => /child_process|node:cluster/.test(readFileSync(join(sources, name), "utf8")))).toEqual(
    [],
  );
});

test.runIf(process.platform === "linux")(
  "what is written behind a command is gone from the process's command line before anything else happens",
  async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const bin = fileURLToPath(new URL("../packages/relay/bin/pinrelay.js", import.meta.url));
    const child = spawn(process.execPath, [bin, "settings", "set", "destination.token", "pina_SECRET_OF_THE_SHOP"], {
      // It waits for what comes out of the pipe.
      env: { PATH: process.env.PATH, METRICS_TOKEN_FILE: pipe },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const line = () => readFileSync(`/proc/${child.pid}/cmdline`, "latin1").replaceAll("\0", "");
    try {
      await until(() => line().startsWith("pinrelay"));
      expect(line()).toBe("pinrelay settings");
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
  },
);
