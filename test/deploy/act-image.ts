/** Does what the Dockerfile says, stage by stage, in folders of this machine: there need not be a Docker. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isLong } from "../long.ts";
import { isSent, lastOf, type Stage, wholeStage } from "./dockerfile.ts";
import { documentOf, ROOT } from "./shell-blocks.ts";

/** An image's files, with a Node of its own; its programs run as a user who may write to `/data` and nowhere else. */
export interface Image {
  root: string;
  /** A path of the container's on this machine. */
  path(inside: string): string;
  /** As whom its programs run; who is not root cannot be anybody else. */
  user?: { uid: number; gid: number };
  PATH: string;
  remove(): void;
}

/** What the image's own Node has, and the oldest that we test with has not. */
const HAS_SQLITE = process.getBuiltinModule("node:sqlite") !== undefined;
const NOBODY = 65_534;
const BUNDLING = "npx rollup -c";
const BUNDLES = ["packages/tag/dist/bundle", "packages/relay/dist/assets"];

export function actImage(stages: readonly Stage[], target: string): Image {
  const root = mkdtempSync(join(tmpdir(), "pinrelay-image-"));
  const ignore = documentOf(".dockerignore");
  const roots = new Map(stages.map(({ name }) => [name, join(root, name)]));
  const image = join(root, target);
  for (const { name } of stages.filter((one) => !/^(base|root-volume|relay)$/.test(one.name)))
    act(stages, name, roots, ignore);
  act(stages, target, roots, ignore);
  // What its RUN does with paths of the container's own.
  mkdirSync(join(image, "usr/local/bin"), { recursive: true });
  mkdirSync(join(image, "data"), { mode: 0o700 });
  copyFileSync(realpathSync(process.execPath), join(image, "usr/local/bin/node"));
  symlinkSync(join(image, "app/packages/relay/bin/pinrelay.js"), join(image, "usr/local/bin/pinrelay"));
  const user = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
  execFileSync("chmod", ["-R", "a-w,a+rX", join(image, "app"), join(image, "usr")]);
  chmodSync(root, 0o755);
  if (user) execFileSync("chown", [`${user.uid}:${user.gid}`, join(image, "data")]);
  return {
    root,
    path: (inside) => join(image, inside),
    ...(user ? { user } : {}),
    PATH: `${join(image, "usr/local/bin")}:/usr/bin:/bin`,
    remove() {
      execFileSync("chmod", ["-R", "u+w", root]);
      rmSync(root, { recursive: true });
    },
  };
}

function act(stages: readonly Stage[], name: string, roots: Map<string, string>, ignore: string): void {
  const root = roots.get(name) ?? "";
  let workdir = root;
  for (const { word, text } of wholeStage(stages, name)) {
    if (word === "WORKDIR") {
      workdir = join(root, text);
      mkdirSync(workdir, { recursive: true });
    }
    if (word === "COPY") copy(text, root, workdir, roots, ignore);
    // With paths from the root it is of the container alone.
    if (word === "RUN" && !/ \//.test(text)) run(text, workdir);
  }
}

function copy(text: string, root: string, workdir: string, roots: Map<string, string>, ignore: string): void {
  const [, stage, rest = text] = /^--from=([\w-]+) (.*)$/.exec(text) ?? [];
  const words = rest.split(/\s+/);
  const to = words.pop() ?? "";
  const target = to.startsWith("/") ? join(root, to) : join(workdir, to);
  for (const word of words) {
    const from = stage ? join(roots.get(stage) ?? "", word) : join(ROOT, word);
    const isFolder = statSync(from).isDirectory();
    const onto =
      !isFolder && (to.endsWith("/") || words.length > 1) ? join(target, word.split("/").at(-1) ?? "") : target;
    mkdirSync(join(onto, ".."), { recursive: true });
    cpSync(from, onto, {
      recursive: true,
      verbatimSymlinks: true,
      // A folder is gone into: what is in it may be excepted.
      filter: (path) =>
        stage !== undefined || statSync(path).isDirectory()
          ? !/node_modules$|dist$/.test(path) || stage !== undefined
          : isSent(path.slice(ROOT.length), ignore),
    });
  }
}

function run(text: string, cwd: string): void {
  const isFull = /^npm ci\b/.test(text) && !text.includes("--omit=dev");
  // What it would bring lies here already, by the same lock file.
  if (isFull) {
    linkPackages(cwd);
    return;
  }
  if (text.includes("@photostructure") && !HAS_SQLITE) return;
  const [compiling, bundling] = text.split(" && ");
  // Bundling takes longest, and what it makes lies here.
  const isBundled = bundling === BUNDLING && !isLong;
  if (isBundled) for (const folder of BUNDLES) cpSync(join(ROOT, folder), join(cwd, folder), { recursive: true });
  const whole = isBundled ? (compiling ?? "") : text;
  const offline = whole.startsWith("npm ci") ? `${whole} --prefer-offline` : whole;
  execFileSync("sh", ["-euc", offline], { cwd, stdio: "pipe", env: { ...process.env, NODE_ENV: "" } });
}

function linkPackages(cwd: string): void {
  const folder = join(cwd, "node_modules");
  mkdirSync(join(folder, "@pinrelay"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== "pinrelay" && name !== "@pinrelay") symlinkSync(join(ROOT, "node_modules", name), join(folder, name));
  symlinkSync("../packages/relay", join(folder, "pinrelay"));
  symlinkSync("../../packages/tag", join(folder, "@pinrelay/tag"));
}

/** Who the image's last USER is. */
export const userOf = (stages: readonly Stage[], target: string): string => lastOf(wholeStage(stages, target), "USER");
