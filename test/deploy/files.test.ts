/** The other files by which Pinrelay is run somewhere: what matters in each, without the programs that read them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readConfig, VARIABLE_NAMES } from "#relay/config";
import { environmentOf, lastOf, stagesOf, wholeStage } from "./dockerfile.ts";
import { blocksOf, documentOf, ROOT } from "./shell-blocks.ts";
import { at, textsOf, type Yaml, yamlOf } from "./yaml.ts";

const stages = stagesOf(documentOf("Dockerfile"));
const image = environmentOf(wholeStage(stages, "relay"));
const PORT = image.PORT ?? "";
const VOLUME = lastOf(wholeStage(stages, "relay"), "VOLUME");
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(documentOf("package.json"))).scripts;

/** Kinds of value that must stand in no file of a repository. */
const SECRET = /pina_\w|postgres:\/\/\w+:\w|^\s*"?[A-Z_]*(TOKEN|PASSWORD|SECRET|_KEY)"?\s*[:=]\s*"?(?!\$\{|"?$)\S/m;

test.each([
  "compose.yaml",
  "compose.postgres.yaml",
  "deploy/env.example",
  "deploy/pinrelay.service",
  "fly.toml",
  "render.yaml",
  "railway.json",
])("%s holds no secret", (file) => expect(documentOf(file)).not.toMatch(SECRET));

describe.each([
  ["compose.yaml", ["relay"]],
  ["compose.postgres.yaml", ["relay-1", "relay-2"]],
])("%s", (file, relays) => {
  const compose = yamlOf(documentOf(file));
  const services = at(compose, "services");

  test.each(relays)("%s may write to nothing but its volume, and has no rights", (name) => {
    const service = at(services, name);
    expect(at(service, "read_only")).toBe("true");
    expect(at(service, "cap_drop")).toEqual(["ALL"]);
    expect(at(service, "security_opt")).toEqual(["no-new-privileges:true"]);
    expect(at(service, "restart")).toBe("unless-stopped");
    expect(at(service, "build")).toBe(".");
    expect(service).not.toHaveProperty("privileged");
    expect(service).not.toHaveProperty("user");
  });

  test.each(relays)("%s has time to stop in, and variables that the relay knows", (name) => {
    const env = textsOf(at(services, name, "environment"));
    expect(VARIABLE_NAMES).toEqual(expect.arrayContaining(Object.keys(env)));
    const notice = Number(env.STOP_NOTICE_SECONDS ?? 0);
    expect(seconds(at(services, name, "stop_grace_period"))).toBeGreaterThanOrEqual(40 + notice);
    const told = filled(env, {
      POSTGRES_PASSWORD: "5e".repeat(12),
      SECRET_KEY: "k".repeat(44),
      PUBLIC_URL: "https://relay.shop.example",
    });
    expect(readConfig(told)).toMatchObject({ host: "0.0.0.0", port: Number(PORT), trustProxy: 1 });
  });

  test("what it mounts from here is there, and every named volume is declared", () => {
    const declared = Object.keys(at(compose, "volumes"));
    for (const [name, service] of Object.entries(services)) {
      const mounts = has(service, "volumes") ? at(service, "volumes") : [];
      if (!Array.isArray(mounts)) throw new Error(name);
      for (const mount of mounts.map(String)) {
        const [source = ""] = mount.split(":");
        if (source.startsWith("./")) expect(existsSync(join(ROOT, source)), mount).toBe(true);
        else expect(declared, mount).toContain(source);
      }
    }
  });

  test("only its proxy is open to the internet", () => {
    for (const [name, service] of Object.entries(services)) {
      const ports = has(service, "ports") ? at(service, "ports") : [];
      for (const port of Array.isArray(ports) ? ports.map(String) : [])
        if (name !== "caddy") expect(port).toBe(`127.0.0.1:${PORT}:${PORT}`);
    }
  });
});

test("compose.yaml keeps the store where the image has it", () => {
  const relay = at(yamlOf(documentOf("compose.yaml")), "services", "relay");
  expect(at(relay, "volumes")).toEqual([`data:${VOLUME}`]);
  expect(at(relay, "environment", "DATABASE_URL")).toBe(image.DATABASE_URL);
  expect(documentOf("deploy/Caddyfile")).toMatch(new RegExp(`^\\treverse_proxy relay:${PORT}$`, "m"));
});

test("deploy/env.example names variables that there are, and what stands in it can be read", () => {
  const named = [...documentOf("deploy/env.example").matchAll(/^(#?)([A-Z_]+)=(.*)$/gm)];
  expect(named.length).toBeGreaterThan(8);
  for (const [, , name = ""] of named) expect([...VARIABLE_NAMES, "POSTGRES_PASSWORD"], name).toContain(name);
  const set = Object.fromEntries(
    named.filter(([, off]) => off === "").map(([, , name = "", value = ""]) => [name, value]),
  );
  expect(readConfig(set)).toMatchObject({ publicUrl: "https://relay.yourshop.com", trustProxy: 1 });
});

describe("deploy/pinrelay.service", () => {
  const unit = documentOf("deploy/pinrelay.service");
  const all = (name: string) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);

  // biome-ignore format: a table
  test.each([
    ["User",                    "pinrelay"],
    ["ProtectSystem",           "strict"],
    ["ProtectHome",             "true"],
    ["PrivateTmp",              "true"],
    ["PrivateDevices",          "true"],
    ["NoNewPrivileges",         "true"],
    ["CapabilityBoundingSet",   ""],
    ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"],
    ["SystemCallArchitectures", "native"],
    ["UMask",                   "0077"],
    ["StateDirectoryMode",      "0700"],
    ["Restart",                 "always"],
  ])("%s is %s", (name, value) => expect(all(name)).toEqual([value]));

  test("starts what is there, on a store in the one folder that it may write to", () => {
    const [state = ""] = all("StateDirectory");
    const env = Object.fromEntries(all("Environment").map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
    expect(readConfig(env).database).toBe(`/var/lib/${state}/pinrelay.db`);
    const [, file = "", command] = (all("ExecStart")[0] ?? "").split(" ");
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(command).toBe("serve");
    expect(Number(all("TimeoutStopSec")[0])).toBeGreaterThanOrEqual(40);
    // V8 makes code while it runs.
    expect(all("MemoryDenyWriteExecute")).toEqual([]);
  });
});

describe("fly.toml", () => {
  const toml = documentOf("fly.toml");
  const value = (name: string) => new RegExp(`^\\s*${name} = "?([^"\\n]*)"?$`, "m").exec(toml)?.[1];

  test("builds the stage that takes the volume over, and mounts it where the image has its store", () => {
    expect(stages.map(({ name }) => name)).toContain(value("build-target"));
    expect(value("destination")).toBe(VOLUME);
  });

  test("asks the image's port whether it is ready, and never lets it sleep", () => {
    expect(value("internal_port")).toBe(PORT);
    expect(value("path")).toBe("/readyz");
    expect(value("auto_stop_machines")).toBe("off");
    expect(value("force_https")).toBe("true");
    expect(Number(value("kill_timeout"))).toBeGreaterThanOrEqual(40);
    expect(readConfig({ PUBLIC_URL: value("PUBLIC_URL"), TRUST_PROXY: value("TRUST_PROXY") }).trustProxy).toBe(2);
  });
});

describe("render.yaml", () => {
  const service = at(yamlOf(documentOf("render.yaml")), "services", 0);

  test("builds and starts with commands that there are", () => {
    expect(at(service, "buildCommand")).toBe("npm ci --include=dev && npm run build");
    expect(scripts).toHaveProperty("build");
    const [program, file = "", command] = String(at(service, "startCommand")).split(" ");
    expect([program, command]).toEqual(["node", "serve"]);
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(at(service, "healthCheckPath")).toBe("/readyz");
  });

  test("keeps the store on its disk, and asks for what only the operator knows", () => {
    const variables = at(service, "envVars");
    if (!Array.isArray(variables)) throw new Error("no list");
    const set = Object.fromEntries(
      variables.filter((one) => has(one, "value")).map((one) => [String(at(one, "key")), String(at(one, "value"))]),
    );
    const { NODE_VERSION, ...ours } = set;
    expect(NODE_VERSION).toBe("24");
    expect(readConfig(ours)).toMatchObject({
      host: "0.0.0.0",
      database: `${at(service, "disk", "mountPath")}/pinrelay.db`,
    });
    for (const one of variables) expect([...VARIABLE_NAMES, "NODE_VERSION"]).toContain(at(one, "key"));
  });
});

test("railway.json starts what the image has, and asks whether it is ready", () => {
  const railway = z
    .object({
      build: z.object({ builder: z.literal("DOCKERFILE"), dockerfilePath: z.string() }),
      deploy: z.object({ startCommand: z.string(), healthcheckPath: z.literal("/readyz"), numReplicas: z.literal(1) }),
    })
    .loose()
    .parse(JSON.parse(documentOf("railway.json")));
  expect(existsSync(join(ROOT, railway.build.dockerfilePath))).toBe(true);
  expect(railway.deploy.startCommand).toBe("node /app/own-data.mjs serve");
  // It is in every stage that runs, at that place.
  const copies = wholeStage(stages, "relay").filter(
    ({ word, text }) => word === "COPY" && text.includes("own-data.mjs"),
  );
  expect(copies).toHaveLength(1);
  expect(lastOf(wholeStage(stages, "relay"), "WORKDIR")).toBe("/app");
});

test("Caddy believes Cloudflare's networks, and the relay both of them", () => {
  const caddyfile = documentOf("deploy/Caddyfile.cloudflare");
  const networks = /trusted_proxies static (.+)/.exec(caddyfile)?.[1]?.split(" ") ?? [];
  expect(networks.length).toBeGreaterThan(20);
  // Each is one that the relay can be told as well.
  expect(readConfig({ TRUST_PROXY: networks.join(",") }).trustProxy).toBe(networks.join(","));
});

test("docs/deploy.md shows Caddy's file as it works, and the variables it names are the relay's", () => {
  const [shown = ""] = blocksOf(documentOf("docs/deploy.md"), "A VM with systemd and Caddy", "caddyfile");
  expect(documentOf("deploy/Caddyfile.cloudflare").endsWith(`\n${shown}`)).toBe(true);
  const named = documentOf("docs/deploy.md").match(/`([A-Z]{2,}_[A-Z_]+)(?==|`)/g) ?? [];
  const foreign = ["RAILWAY_RUN_UID", "POSTGRES_PASSWORD", "PINTEREST_ACCESS_TOKEN_FILE"];
  for (const name of named.map((one) => one.replaceAll("`", "")))
    expect([...VARIABLE_NAMES, ...foreign], name).toContain(name);
});

const has = (value: Yaml, key: string): boolean => typeof value === "object" && key in value;
const seconds = (value: Yaml): number => Number(String(value).replace(/s$/, ""));

/** What Compose writes for `${NAME:-else}` and `${NAME:?why}`. */
const filled = (env: Record<string, string>, told: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}/g, (_, of: string, other = "") => told[of] ?? other),
    ]),
  );
