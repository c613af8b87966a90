import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const CLI = fileURLToPath(new URL("../packages/relay/dist/cli.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pinrelay-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the built command line; `until` ends it politely once its output matches. */
function run(words: string[], env: Record<string, string> = {}, until?: RegExp, input = "") {
  const child = spawn(process.execPath, [CLI, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", ...env },
  });
  let output = "";
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    if (until?.test(output)) child.kill("SIGTERM");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.stdin.end(input);
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("pinrelay serve", () => {
  test("with nothing configured starts, says what to do next, and stops in good order", async () => {
    const { code, output } = await run(["serve"], {}, /PINTEREST_ACCESS_TOKEN/);
    expect(output).toMatch(/Pinrelay listens on http:\/\/127\.0\.0\.1:\d+/);
    expect(output).toContain('/tag.js"></script>');
    expect(output).toContain("ALLOWED_ORIGINS");
    expect(output).not.toContain("ExperimentalWarning");
    expect(code).toBe(0);
  });

  test("with a bad configuration tells every fault with its remedy, and exits with 1", async () => {
    const env = {
      PORT: "many",
      PINTEREST_AD_ACCOUNT_ID: "my account",
      PINTEREST_TAG_ID: "2612345678901",
      PINTEREST_ACCESS_TOKEN: "pina_AEATXWQW",
    };
    const { code, output } = await run(["serve"], env);
    expect(code).toBe(1);
    expect(output).toMatch(/^PORT is not a port\. .+8080\.$/m);
    expect(output).toMatch(/^PINTEREST_AD_ACCOUNT_ID is not an ad account ID\. It is a number of 12 digits/m);
    expect(output).not.toContain("my account");
  });

  test("an account set after a first start without one is taken up", async () => {
    const env = {
      DATABASE_URL: "file:later.db",
      ALLOWED_ORIGINS: "https://shop.example",
      PINTEREST_AD_ACCOUNT_ID: "549755885175",
      PINTEREST_TAG_ID: "2612345678901",
      PINTEREST_ACCESS_TOKEN: "pina_AEATXWQWACZGAIA",
    };
    await run(["serve"], { DATABASE_URL: env.DATABASE_URL }, /PINTEREST_ACCESS_TOKEN/);
    const { output } = await run(["serve"], env, /tag\.js/);
    expect(output).not.toContain("Nothing goes to Pinterest yet");
    const shown = await run(["settings", "get"], { DATABASE_URL: env.DATABASE_URL });
    expect(JSON.parse(shown.output)).toMatchObject({
      origins: ["https://shop.example"],
      contentId: "product",
      destinations: [{ adAccountId: "549755885175", token: "…GAIA", state: "live" }],
    });
    expect(shown.output).not.toContain(env.PINTEREST_ACCESS_TOKEN);
  });
});

describe("pinrelay settings", () => {
  const env = { DATABASE_URL: "file:later.db" };
  const set = (name: string, value: string, input = "") => run(["settings", "set", name, value], env, undefined, input);

  test("sets what may be set", async () => {
    expect(await set("contentId", "shopify_US_{product_id}_{variant_id}")).toEqual({ code: 0, output: "" });
    expect(await set("lateMinutes", "30")).toEqual({ code: 0, output: "" });
    expect(await set("origins", "https://a.example,https://b.example")).toEqual({ code: 0, output: "" });
    expect(await set("destination.token", "-", "pina_A_NEW_TOKEN_1234\n")).toEqual({ code: 0, output: "" });
    expect(JSON.parse((await run(["settings", "get"], env)).output)).toMatchObject({
      contentId: "shopify_US_{product_id}_{variant_id}",
      lateMinutes: 30,
      origins: ["https://a.example", "https://b.example"],
      destinations: [{ token: "…1234" }],
    });
  });

  test.each([
    ["contentId", "gtin", /contentId must be product, variant, sku, or a template/],
    ["lateMinutes", "soon", /whole number of minutes/],
    ["origins", "https://a.example/path", /addresses without a path/],
    ["colour", "red", /there is no setting colour; there are:\n {2}origins/],
  ])("%s %s is refused with what it may be", async (name, value, words) => {
    const { code, output } = await set(name, value);
    expect(code).toBe(1);
    expect(output).toMatch(words);
  });
});

test("without a command it says what there is", async () => {
  expect(await run([])).toMatchObject({ code: 2, output: expect.stringContaining("pinrelay serve") });
  expect(await run(["--help"])).toMatchObject({ code: 0, output: expect.stringContaining("pinrelay settings set") });
  expect(await run(["serve", "--nonsense"])).toMatchObject({ code: 1, output: expect.stringContaining("--nonsense") });
});
