/** The Dockerfile without a Docker: what it says is read, and what it does is done. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { VARIABLE_NAMES } from "#relay/config";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { freePort } from "../free-port.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";
import { actImage, type Image, userOf } from "./act-image.ts";
import { environmentOf, isSent, lastOf, stagesOf, wholeStage, wordsOf } from "./dockerfile.ts";
import { type Ended, ran, served } from "./relay-process.ts";
import { documentOf, ROOT } from "./shell-blocks.ts";

/** Of a machine that has much else to do. */
const SLOW_MS = 240_000;
const text = documentOf("Dockerfile");
const stages = stagesOf(text);
const last = stages.at(-1)?.name ?? "";
const image = wholeStage(stages, last);
const env = environmentOf(image);

describe("the Dockerfile", () => {
  test("ends in an image whose user is not root, with a health check that needs no curl", () => {
    expect(userOf(stages, last)).toBe("node");
    const check = lastOf(image, "HEALTHCHECK");
    expect(check).toMatch(/--interval=\S+ --timeout=\S+ --start-period=\S+ --retries=\d/);
    expect(wordsOf(check)).toEqual(["pinrelay", "health"]);
    expect(text).not.toMatch(/^(?!#).*\b(curl|wget)\b/m);
  });

  test("runs in the exec form, so that the relay itself hears that it is to stop", () => {
    for (const word of ["ENTRYPOINT", "CMD"]) expect(wordsOf(lastOf(image, word)), word).not.toEqual([]);
  });

  test("sets variables that the relay knows, and no secret", () => {
    const { NODE_ENV, ...ours } = env;
    expect(NODE_ENV).toBe("production");
    expect(VARIABLE_NAMES).toEqual(expect.arrayContaining(Object.keys(ours)));
    expect(text).not.toMatch(/TOKEN|PASSWORD|SECRET|_KEY/);
  });

  test("the port, the volume and the folder of the store are the same everywhere", () => {
    expect(lastOf(image, "EXPOSE")).toBe(env.PORT);
    expect(env.HOST).toBe("0.0.0.0");
    expect(env.DATABASE_URL).toMatch(new RegExp(`^file:${lastOf(image, "VOLUME")}/`));
  });

  test("compiles with the packages of the lock file, runs no install script, and starts from images of one Node", () => {
    const runs = stages.flatMap(({ instructions }) => instructions.filter(({ word }) => word === "RUN"));
    const installs = runs.filter(({ text }) => /npm (ci|install)/.test(text));
    expect(installs).toHaveLength(2);
    for (const { text } of installs) expect(text).toMatch(/^npm ci .*--ignore-scripts/);
    const versions = stages.filter(({ from }) => !stages.some(({ name }) => name === from)).map(({ from }) => from);
    expect(new Set(versions.map((from) => from.replace(/-(slim|alpine)$/, "")))).toEqual(new Set(["node:24"]));
  });

  test.each([
    ".env",
    "data/pinrelay.db",
    "packages/relay/data/secret.key",
    ".git/config",
    "node_modules/zod/index.js",
    "packages/relay/dist/cli.js",
    "test/start.ts",
  ])("%s does not go to the builder", (path) => expect(isSent(path, documentOf(".dockerignore"))).toBe(false));

  test.each(["tag", "relay"])(
    "what the package of the %s is published with is in the image, but for its sources",
    (name) => {
      const { files } = z
        .object({ files: z.array(z.string()) })
        .parse(JSON.parse(documentOf(`packages/${name}/package.json`)));
      const folders = files.filter((file) => !/^!|^src$/.test(file));
      expect(folders).toContain("dist");
      for (const folder of folders) {
        const copy = `--from=build /build/packages/${name}/${folder} packages/${name}/${folder}`;
        expect(
          image.map(({ text }) => text),
          folder,
        ).toContain(copy);
      }
    },
  );

  test("what it copies is there, and goes to the builder", () => {
    const copied = stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ word, text }) => word === "COPY" && !text.startsWith("--from"))
      .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
    expect(copied).toContain("package-lock.json");
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(isSent(path, documentOf(".dockerignore")), path).toBe(true);
    }
  });
});

let acted: Image;
beforeAll(() => {
  acted = actImage(stages, last);
}, SLOW_MS);
afterAll(() => acted.remove(), SLOW_MS);

describe("the image, acted", () => {
  let place: { cwd: string; env: Record<string, string>; user?: { uid: number; gid: number } };
  beforeAll(async () => {
    const inside = { ...env, DATABASE_URL: `file:${acted.path("data/pinrelay.db")}` };
    place = {
      cwd: acted.path("app"),
      env: { ...inside, PATH: acted.PATH, PORT: String(await freePort(0)), ALLOWED_ORIGINS: SHOP_ORIGIN },
      ...(acted.user ? { user: acted.user } : {}),
    };
  });

  /** What a health check or somebody with a shell in the container runs. */
  const within = (words: string[]): Promise<Ended> =>
    ran(join(acted.path("usr/local/bin"), words[0] ?? ""), words.slice(1), place);

  test(
    "serves, takes events and backs itself up as a user who may write to the volume alone, and its health check says how it is",
    async () => {
      // Else nothing below would show anything.
      for (const folder of ["app", "usr/local/bin"])
        expect((await ran("/bin/sh", ["-c", `touch ${acted.path(folder)}/mark`], place)).code).not.toBe(0);
      const check = wordsOf(lastOf(image, "HEALTHCHECK"));
      expect((await within(check)).code).toBe(1);

      const [program = ""] = wordsOf(lastOf(image, "ENTRYPOINT"));
      const cli = join(acted.path("usr/local/bin"), program);
      const relay = await served({ ...place, cli, node: acted.path("usr/local/bin/node") });
      expect(await within(check)).toEqual({ code: 0, output: "ok\n" });
      expect((await collect(relay, beacon(relay.key, [viewedProduct()]))).status).toBe(202);
      expect((await fetch(`${relay.url}/admin/`)).status).toBe(200);
      expect((await fetch(`${relay.url}/tag.js`)).status).toBe(200);
      expect((await within([program, "backup", acted.path("data/backup.db")])).output).toMatch(/: 1 events/);
      expect(statSync(acted.path("data/secret.key")).mode & 0o777).toBe(0o600);
      expect(await relay.stop()).toEqual([0, null]);
      expect((await within(check)).code).toBe(1);
    },
    SLOW_MS,
  );

  test("holds nothing to build or test with, and is small", () => {
    const kilobytes = Number(execFileSync("du", ["-sk", acted.path("app")], { encoding: "utf8" }).split("\t")[0]);
    // Beside the node image, and the SQLite that Node 20 needs.
    expect(kilobytes).toBeLessThan(process.getBuiltinModule("node:sqlite") ? 60_000 : 90_000);
    for (const name of ["typescript", "vitest", "rollup", "playwright-core"])
      expect(existsSync(acted.path(`app/node_modules/${name}`)), name).toBe(false);
  });
});

test(
  "the stage for volumes of root's takes the volume over, and is nobody special from then on",
  async () => {
    expect(userOf(stages, "root-volume")).toBe("root");
    const script = lastOf(wholeStage(stages, "root-volume"), "ENTRYPOINT");
    expect(wordsOf(script)).toEqual(["node", "/app/own-data.mjs"]);
    const source = readFileSync(join(ROOT, "deploy/own-data.mjs"), "utf8");
    expect(source).toContain('"packages/relay/bin/pinrelay.js"');
    const folder = acted.path("volume");
    mkdirSync(folder);
    const relay = await served({
      cwd: acted.path("app"),
      cli: acted.path("app/own-data.mjs"),
      node: acted.path("usr/local/bin/node"),
      env: { PATH: acted.PATH, DATABASE_URL: `file:${folder}/pinrelay.db` },
    });
    await until(() => existsSync(join(folder, "pinrelay.db")));
    if (userInfo().uid === 0 && existsSync("/proc/self/status")) {
      const status = readFileSync(`/proc/${relay.process.pid}/status`, "utf8");
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^Gid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(statSync(folder).uid).toBe(1000);
    }
    expect(await relay.stop()).toEqual([0, null]);
  },
  SLOW_MS,
);
