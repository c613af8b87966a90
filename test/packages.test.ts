/** Both packages as npm packs them: in an empty project, with install scripts off, on the Node that runs this. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TAG = join(ROOT, "packages/tag");
const RELAY = join(ROOT, "packages/relay");
const project = mkdtempSync(join(tmpdir(), "pinrelay-packed-"));
const OFFLINE = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];

interface Packed {
  name: string;
  filename: string;
  size: number;
  files: readonly { path: string }[];
}

let packed: Packed[] = [];
const filesOf = (name: string): string[] =>
  packed.find((one) => one.name === name)?.files.map(({ path }) => path) ?? [];
const nameOfFile = (name: string): string => packed.find((one) => one.name === name)?.filename ?? "";
const npm = async (words: readonly string[], cwd: string): Promise<string> =>
  // npm is whichever comes first; it runs on this Node.
  (
    await run("npm", words, {
      cwd,
      env: {
        ...process.env,
        PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
        npm_config_update_notifier: "false",
      },
      maxBuffer: 64 * 1024 * 1024,
    })
  ).stdout;

beforeAll(async () => {
  for (const folder of [TAG, RELAY]) {
    const [one]: Packed[] = JSON.parse(
      await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", project], folder),
    );
    if (one) packed = [...packed, one];
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "a-shop", private: true, type: "module" }));
  await npm(["install", ...OFFLINE, ...packed.map(({ filename }) => join(project, filename))], project);
}, 180_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("what is packed", () => {
  test.each([
    ["@pinrelay/tag", ["dist/contract.d.ts", "dist/bundle/tag.js", "src/contract.ts", "README.md", "LICENSE"]],
    [
      "pinrelay",
      [
        "bin/pinrelay.js",
        "dist/index.d.ts",
        "dist/assets/house.js",
        "migrations/sqlite/0001_ledger.sql",
        "README.md",
        "LICENSE",
      ],
    ],
  ])("%s holds what it needs, and nothing of ours beside it", (name, needed) => {
    const files = filesOf(name);
    console.info(`${name}: ${packed.find((one) => one.name === name)?.size} bytes packed, ${files.length} files`);
    expect(files).toEqual(expect.arrayContaining(needed));
    expect(
      files.filter((file) => /(^|\/)(test|node_modules)\/|tsbuildinfo|\.test\.|\.env|\.db|\.key$/.test(file)),
    ).toEqual([]);
  });

  test.each(["@pinrelay/tag", "pinrelay"])("publint has nothing to say of %s", async (name) => {
    const { buffer } = new Uint8Array(readFileSync(join(project, nameOfFile(name))));
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: buffer } });
    expect(pkg.name).toBe(name);
    expect(messages).toEqual([]);
  });

  test("neither can be packed before it is built, and whole", async () => {
    for (const folder of [TAG, RELAY]) {
      const unbuilt = join(project, "unbuilt", basename(folder));
      mkdirSync(unbuilt, { recursive: true });
      for (const file of readdirSync(folder).filter((file) => file !== "dist"))
        symlinkSync(join(folder, file), join(unbuilt, file));
      copyFileSync(join(folder, "../packable.mjs"), join(unbuilt, "../packable.mjs"));
      await expect(npm(["pack", "--dry-run"], unbuilt)).rejects.toThrow('Run "npm run build" first.');
    }
    // What is built may be packed.
    for (const folder of [TAG, RELAY]) await run(process.execPath, ["../packable.mjs"], { cwd: folder });
  });

  test("each has the licence of the whole, and one version is everywhere", () => {
    const versions = [TAG, RELAY].map((folder) => {
      expect(readFileSync(join(folder, "LICENSE"), "utf8")).toBe(readFileSync(join(ROOT, "LICENSE"), "utf8"));
      return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
    });
    const { dependencies } = JSON.parse(readFileSync(join(RELAY, "package.json"), "utf8"));
    expect(new Set([...versions, dependencies["@pinrelay/tag"]]).size).toBe(1);
    expect(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8")).toContain(`## ${versions[0]}`);
  });
});

describe("in an empty project", () => {
  test("npx pinrelay serve runs, serves the tag, keeps a beacon, and stops in good order", async () => {
    const env = {
      PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
      HOME: project,
      PORT: "0",
      ALLOWED_ORIGINS: "https://www.fennelandoak.example",
    };
    const child: ChildProcess = spawn("npx", ["--no-install", "pinrelay", "serve"], {
      cwd: project,
      env,
      detached: true,
    });
    let output = "";
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", hear);
    const ended = new Promise((resolve) => child.on("close", resolve));
    try {
      await until(() => /Pinrelay listens on \S+/.test(output), 60_000);
      const url = /Pinrelay listens on (\S+)/.exec(output)?.[1] ?? "";
      const tag = await (await fetch(`${url}/tag.js`)).text();
      const key = /"key":"(\w+)"/.exec(tag)?.[1] ?? "";
      const event = viewedProduct();
      const { answer } = await collect({ url }, beacon(key, [event]));
      expect(answer.results).toEqual([{ id: event.id, name: event.name, status: "kept" }]);
      expect(output).toMatch(/^Dashboard: /m);
    } finally {
      // The whole group: npx starts the relay as a child of its own.
      if (child.pid) process.kill(-child.pid, "SIGTERM");
      await ended;
    }
    expect(output).not.toMatch(/Error|ERR_/);
  }, 90_000);

  test("the other commands are there", async () => {
    const help = await npm(["exec", "--offline", "--", "pinrelay", "--help"], project);
    expect(help).toContain("serve");
    const { version } = JSON.parse(readFileSync(join(RELAY, "package.json"), "utf8"));
    expect((await npm(["exec", "--offline", "--", "pinrelay", "--version"], project)).trim()).toContain(version);
  });

  test("what is exported has types, in both ways in which TypeScript looks for them", async () => {
    const exported = Object.keys(JSON.parse(readFileSync(join(TAG, "package.json"), "utf8")).exports)
      .filter((path) => !/\.js(on)?$/.test(path))
      .map((path) => `@pinrelay/tag/${path.slice(2)}`);
    const lines = [...exported, "pinrelay"].map(
      (name, index) => `import * as m${index} from "${name}";\nexport const k${index} = m${index};`,
    );
    mkdirSync(join(project, "typed"), { recursive: true });
    writeFileSync(join(project, "typed/all.ts"), lines.join("\n"));
    writeFileSync(
      join(project, "typed/embed.ts"),
      `import { createRelay, readConfig, type Relay } from "pinrelay";
import type { Beacon } from "@pinrelay/tag/contract";
import type { PageCall } from "@pinrelay/tag/page";
export const open = async (): Promise<Relay> => createRelay({ config: readConfig(process.env) });
export const version = ({ v }: Beacon): number => v;
export const page = (call: PageCall): void => window.pinrelay?.(call);
page({ method: "track", eventName: "Added To Cart", properties: { product_id: "1001", gift_wrapped: true } });
page({ method: "set", profileProperties: { $email: "ann@example.com" } });
// @ts-expect-error consent is granted or denied
page({ method: "consent", marketing: "maybe" });
// @ts-expect-error a relay is no number
export const wrong: number = await open();
`,
    );
    for (const [module, moduleResolution] of [
      ["nodenext", "nodenext"],
      ["esnext", "bundler"],
    ]) {
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2022",
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: ["node"],
        typeRoots: [join(ROOT, "node_modules/@types")],
      };
      writeFileSync(join(project, "typed/tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      const { stdout } = await run(join(ROOT, "node_modules/.bin/tsc"), ["-p", join(project, "typed")]).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout, moduleResolution).toBe("");
    }
  }, 120_000);
});
