/** `pinrelay doctor`: what is wrong with a relay's configuration and surroundings, each with its remedy. */
import { stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Config, isPostgres } from "../config.ts";
import { ended } from "../core/draft.ts";
import type { Destination, Shop } from "../core/settings.ts";
import { tryAccess } from "../pinterest/try-access.ts";
import type { Store } from "../store/store.ts";
import { type Command, type Context, print } from "./command.ts";
import { type Finding, findingLine, good, note, problem } from "./finding.ts";
import { inStore } from "./in-store.ts";

export const doctor: Command = {
  name: "doctor",
  does: "find what is wrong: store, clock, token, shops, proxy",
  calls: [["", "each finding with its remedy; exit code 1 where something is wrong"]],
  options: [["--json", "as JSON, one a line", "json"]],
  run: inStore(async (context, store) => {
    const findings = [
      ...configured(context.config),
      ...(await ofStore(context.config, store)),
      ...(await ofClock(context.config)),
      ...(await ofDestinations(context.config, store)),
      ...(await ofShops(context.config, store)),
      ...(await ofPublicUrl(context.config)),
      ...differing(context, await store.shops(), await store.destinations()),
    ];
    for (const finding of findings) print(context, finding, findingLine(finding));
    return findings.some(({ status }) => status === "problem") ? 1 : 0;
  }),
};

const WAIT_MS = 5_000;
const MIB = 1024 * 1024;
const DISK_MIB = 512;
/** Pinterest refuses what is yet to happen, and what is late counts otherwise. */
const CLOCK_OFF_MS = 30_000;

const ask = (url: string): Promise<Response> =>
  fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(WAIT_MS),
    headers: { "User-Agent": "Pinrelay doctor" },
  });

const LOCAL = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/;

const configured = ({ publicUrl, host, trustProxy, pinterestApiUrl }: Config): Finding[] => [
  good("configuration", "every variable can be read"),
  ...(publicUrl === undefined && host !== "127.0.0.1"
    ? [note("PUBLIC_URL", "is not set", "Set it to the relay's own address, so that snippets name it.")]
    : []),
  ...(publicUrl?.startsWith("http:") && !/localhost|127\.0\.0\.1/.test(publicUrl)
    ? [problem("PUBLIC_URL", "is not encrypted", "Browsers of an https shop send nothing there. Put it behind HTTPS.")]
    : []),
  ...(pinterestApiUrl.startsWith("http:") && !LOCAL.test(pinterestApiUrl)
    ? [problem("PINTEREST_API_URL", "is not encrypted", "Access tokens go there. Use https:, or leave it unset.")]
    : []),
  ...(trustProxy === false && publicUrl?.startsWith("https:")
    ? [
        note(
          "TRUST_PROXY",
          "is not set, and something must speak HTTPS before the relay",
          "Set it to the number of proxies: else every visitor has the proxy's address, and match quality falls.",
        ),
      ]
    : []),
];

async function ofStore(config: Config, store: Store): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    const startMs = performance.now();
    await store.check();
    findings.push(good("store", `takes writes, the last in ${Math.round(performance.now() - startMs)} ms`));
  } catch {
    findings.push(
      problem("store", "cannot be written to", "Make room on its disk, or let the relay's user write there."),
    );
  }
  if (!isPostgres(config.database) && config.database !== ":memory:") {
    findings.push(...(await ofFiles(config.database)));
    const { bavail, bsize } = await statfs(dirname(config.database));
    const mib = Math.round((bavail * bsize) / MIB);
    findings.push(
      mib < DISK_MIB
        ? problem("disk", `${mib} MiB are free`, "Make room: where the store cannot write, events wait in browsers.")
        : good("disk", `${mib} MiB are free`),
    );
  }
  return findings;
}

/** Who else on the machine may read what is only for the relay. Windows has no such modes. */
async function ofFiles(database: string): Promise<Finding[]> {
  const files = process.platform === "win32" ? [] : [database, join(dirname(database), "secret.key")];
  const found = await Promise.all(
    files.map(async (file) => [file, (await stat(file).catch(() => undefined))?.mode ?? 0] as const),
  );
  return found
    .filter(([, mode]) => (mode & 0o007) > 0)
    .map(([file]) =>
      problem("files", `${file} may be read by others on this machine`, `Shut them out: chmod 600 ${file}`),
    );
}

async function ofClock({ pinterestApiUrl }: Config): Promise<Finding[]> {
  try {
    const response = await ask(pinterestApiUrl);
    await response.body?.cancel();
    const told = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(told)) return [note("clock", "Pinterest did not say what time it is", "Compare it by hand.")];
    const offMs = Date.now() - told;
    return Math.abs(offMs) > CLOCK_OFF_MS
      ? [
          problem(
            "clock",
            `is ${Math.round(offMs / 1_000)} s off Pinterest's`,
            "Set it by NTP: events are dated by it.",
          ),
        ]
      : [good("clock", "agrees with Pinterest's")];
  } catch {
    return [
      problem("network", "Pinterest's API cannot be reached", `See whether this machine may reach ${pinterestApiUrl}.`),
    ];
  }
}

async function ofDestinations(config: Config, store: Store): Promise<Finding[]> {
  const destinations = await store.destinations();
  if (destinations.length === 0)
    return [note("destination", "there is none", "Add one in the dashboard, or set the PINTEREST_ variables.")];
  return Promise.all(destinations.map((destination) => ofDestination(config, destination)));
}

async function ofDestination(config: Config, destination: Destination): Promise<Finding> {
  const { name, token, adAccountId, state, paused } = destination;
  const check = `${name} (${state})`;
  if (token === "")
    return problem(check, "its token cannot be read here", "Set SECRET_KEY to what it was, or set a new token.");
  const access = await tryAccess(config.pinterestApiUrl, { adAccountId, token }, Date.now());
  if (!access.isGood) return problem(check, `Pinterest said: ${access.words}`, access.remedy);
  if (paused)
    return problem(
      check,
      `is paused: ${paused}`,
      "The token is good now: pinrelay settings set destination.state live",
    );
  return state === "live"
    ? good(check, "Pinterest takes events with its token")
    : note(check, "Pinterest takes events with its token; nothing counts yet", "Move it on to live in the dashboard.");
}

async function ofShops({ publicUrl }: Config, store: Store): Promise<Finding[]> {
  const shops = await store.shops();
  const all = await Promise.all(shops.map((shop) => ofShop(shop, publicUrl)));
  return all.flat();
}

async function ofShop({ key, origins }: Shop, publicUrl: string | undefined): Promise<Finding[]> {
  if (origins.length === 0)
    return [problem(`shop ${key}`, "no address may send", "pinrelay settings set origins https://www.example.com")];
  return Promise.all(
    origins.map(async (origin) => {
      const check = `shop ${origin}`;
      try {
        const response = await ask(origin);
        const html = (await response.text()).slice(0, 2 * MIB);
        const hasTag = /\/tag(\/\w+)?\.js["']/.test(html) && (!publicUrl || html.includes(publicUrl));
        return hasTag
          ? good(check, "has the snippet")
          : note(
              check,
              "its first page has no snippet of this relay",
              "Paste it into the head of every page; the dashboard shows it.",
            );
      } catch {
        return note(check, "cannot be reached from here", "See whether the address is right.");
      }
    }),
  );
}

async function ofPublicUrl({ publicUrl }: Config): Promise<Finding[]> {
  if (!publicUrl) return [];
  try {
    const response = await ask(`${publicUrl}/livez`);
    await response.body?.cancel();
    return response.ok
      ? [good("PUBLIC_URL", "leads to a relay")]
      : [problem("PUBLIC_URL", `answers ${response.status}`, "See whether the proxy passes all paths to the relay.")];
  } catch {
    return [
      problem("PUBLIC_URL", "cannot be reached", "See whether the relay runs, and whether DNS and proxy lead to it."),
    ];
  }
}

/** What the environment says and the store does not: these variables fill an empty store once, and the store wins. */
function differing(
  { config: { seed } }: Context,
  shops: readonly Shop[],
  destinations: readonly Destination[],
): Finding[] {
  const [shop] = shops;
  if (!shop || shops.length > 1) return [];
  const own = destinations.find((one) => one.shop === shop.id && one.drivesBrowser);
  // biome-ignore format: a table
  const rows: readonly (readonly [variable: string, told: string, kept: string])[] = [
    ["ALLOWED_ORIGINS",            seed.origins.join(" "),                             shop.origins.join(" ")],
    ["API_KEY",                    shown(seed.secrets?.api),                           shown(shop.secrets.api)],
    ["SHOPIFY_WEBHOOK_SECRET",     shown(seed.secrets?.shopify),                       shown(shop.secrets.shopify)],
    ["WOOCOMMERCE_WEBHOOK_SECRET", shown(seed.secrets?.woocommerce),                   shown(shop.secrets.woocommerce)],
    ["PINTEREST_AD_ACCOUNT_ID",    seed.account?.adAccountId ?? "",                    own?.adAccountId ?? ""],
    ["PINTEREST_TAG_ID",           seed.account?.tagId ?? "",                          own?.tagId ?? ""],
    ["PINTEREST_ACCESS_TOKEN",     ended(seed.account?.token ?? ""),                   ended(own?.token ?? "")],
  ];
  return rows.flatMap(([variable, told, kept]) =>
    told !== "" && told !== kept
      ? [
          note(
            variable,
            `says ${told}, the store ${kept || "nothing"}: the store wins`,
            "Change it in the dashboard, or take the variable away.",
          ),
        ]
      : [],
  );
}

const shown = (secrets: readonly string[] = []): string => secrets.map(ended).join(" ");
