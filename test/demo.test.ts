/** `npm run demo` as it was built: how it begins, and that it leaves nothing behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { visitor } from "./shop/visitor.ts";
import { CUSTOMER } from "./shop/walk.ts";
import { until } from "./until.ts";

const DEMO = fileURLToPath(new URL("./dist/demo.js", import.meta.url));

let temporary: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "pinrelay-demo-test-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(temporary, { recursive: true });
});

const start = () => {
  const child = spawn(process.execPath, [DEMO], { env: { PATH: process.env.PATH, TMPDIR: temporary } });
  children.push(child);
  const demo = {
    child,
    output: "",
    ended: new Promise<number | null>((resolve) => child.on("close", resolve)),
    address: (of: string) => new RegExp(`${of}\\s+(http\\S+)`).exec(demo.output)?.[1] ?? "",
  };
  const hear = (chunk: Buffer) => {
    demo.output += chunk.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return demo;
};
const left = () => readdirSync(temporary);

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s stops everything, in silence where that is quick",
  async (signal) => {
    const demo = start();
    await until(() => demo.output.includes("Ctrl-C stops"));
    expect(left()).toHaveLength(1);
    const before = performance.now();
    demo.child.kill(signal);
    expect(await demo.ended).toBe(0);
    // A slow machine may take the second after which it says so.
    const isQuick = performance.now() - before < 1_000;
    expect(isQuick && demo.output.includes("Stopping")).toBe(false);
    expect(left()).toEqual([]);
  },
);

test("a signal while it starts leaves no folder", async () => {
  const demo = start();
  while (left().length === 0) await new Promise((resolve) => setImmediate(resolve));
  demo.child.kill("SIGINT");
  expect(await demo.ended).toBe(0);
  expect(left()).toEqual([]);
});

test("where stopping takes long it says so, and a second Ctrl-C ends it at once", async () => {
  const demo = start();
  await until(() => demo.output.includes("Ctrl-C stops"));
  const { hostname, port } = new URL(demo.address("The relay"));
  const slow = connect(Number(port), hostname);
  slow.on("error", () => {});
  slow.write("POST /collect HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 900\r\n\r\n");
  // The relay says so once it has begun to read the request.
  await once(slow, "data");
  // npm's echo of the same Ctrl-C: it finds both together, however slow the machine, and of another kind they stay two.
  for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) demo.child.kill(signal);
  await until(() => demo.output.includes("Stopping…"));
  demo.child.kill("SIGINT");
  expect(await demo.ended).toBe(0);
  expect(left()).toEqual([]);
  slow.destroy();
});

test("a port that is taken is told beside the one that is used, and the stand-in's page knows the shop's", async () => {
  const other = createServer();
  // Where somebody has it already, the better.
  await new Promise<void>((resolve) => other.once("error", () => resolve()).listen(4001, "127.0.0.1", () => resolve()));
  const demo = start();
  await until(() => demo.output.includes("Ctrl-C stops"));
  expect(demo.output).toMatch(/The shop .*127\.0\.0\.1:(?!4001)\d+ +\(port 4001 is taken\)/);
  expect(demo.output.trim().split("\n").length).toBeLessThan(15);
  const page = await (await fetch(demo.address('"Pinterest"'))).text();
  expect(page).toContain(`<a href="${demo.address("The shop")}"`);
  demo.child.kill("SIGINT");
  expect(await demo.ended).toBe(0);
  other.close();
});

test("an order that no browser tells comes from the shop's server, after the seconds that are printed", async () => {
  const demo = start();
  await until(() => demo.output.includes("Ctrl-C stops"));
  const maya = visitor(demo.address("The shop"));
  await maya.post("/cart/items", { product: "1001", color: "Sage", size: "Large", quantity: "1" });
  const placedMs = Date.now();
  expect((await maya.post("/checkout", CUSTOMER)).status).toBe(303);
  const checkout = async () => {
    const { verdicts } = await (await fetch(`${demo.address('"Pinterest"')}/verdicts`)).json();
    return verdicts.find(({ apiName }: { apiName: string }) => apiName === "checkout");
  };
  await until(async () => (await checkout()) !== undefined);
  expect(await checkout()).toMatchObject({ serverArrivals: 1, server: { value: 34, toldBy: ["woocommerce"] } });
  const waits = Number(/(\d+) seconds for the browser's/.exec(demo.output)?.[1]);
  expect(Date.now() - placedMs).toBeGreaterThanOrEqual(waits * 1_000);
});
