import { describe, expect, test } from "vitest";
import { botJudge, isMarkedBot } from "#relay/http/bots";
import { setSetting } from "#relay/settings";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, startRelay } from "./start.ts";
import { until } from "./until.ts";

const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const android = (device: string, build = "") =>
  `Mozilla/5.0 (Linux; Android 14; ${device}${build}) AppleWebKit/537.36 (KHTML, like Gecko)`;
const LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";

describe("a bot is", () => {
  // biome-ignore format: a table
  test.each<[who: string, userAgent: string | undefined]>([
    ["who sends no user agent: every browser does", undefined],
    ["who sends an empty one",                    ""],
    ["Pinterest's crawler",                       "Mozilla/5.0 (compatible; Pinterestbot/1.0; +https://www.pinterest.com/bot.html)"],
    ["Pinterest's crawler as a phone",            `${android("Nexus 5X", " Build/MMB29P")} Chrome/130.0.6723.69 Mobile Safari/537.36 (compatible; Pinterestbot/1.0; +https://www.pinterest.com/bot.html)`],
    ["Pinterest's older crawler",                 "Pinterest/0.2 (+https://www.pinterest.com/bot.html)"],
    ["Googlebot",                                 "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
    ["Googlebot that renders pages",              "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0.7390.122 Safari/537.36"],
    ["Google's shopping crawler",                 "Mozilla/5.0 (X11; Linux x86_64; Storebot-Google/1.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"],
    ["bingbot",                                   "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36"],
    ["Applebot, which looks like Safari",         "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)"],
    ["Facebook's preview",                        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"],
    ["GPTBot",                                    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot"],
    ["TikTok's crawler",                          `${android("K")} Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)`],
    ["AhrefsBot",                                 "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"],
    ["YandexBot",                                 "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"],
    ["headless Chrome",                           `${LINUX} HeadlessChrome/141.0.7390.54 Safari/537.36`],
    ["Lighthouse",                                `${android("moto g power (2022)")} Chrome/138.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse`],
    ["WebPageTest",                               "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 PTST/250926.185113"],
    ["UptimeRobot",                               "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"],
    ["Pingdom in a real browser",                 `${LINUX} Chrome/121.0.0.0 Safari/537.36 PingdomPageSpeed/1.0 (pingbot/2.0; +http://www.pingdom.com/)`],
    ["Datadog's synthetic shopper",               `${LINUX} Chrome/126.0.0.0 Safari/537.36 DatadogSynthetics`],
    ["curl",                                      "curl/8.14.1"],
    ["a Python script",                           "python-requests/2.32.4"],
    ["Node's own fetch",                          "node"],
    ["a Go program",                              "Go-http-client/2.0"],
    ["nothing but the words all begin with",      "Mozilla/5.0"],
    ["a crawler that hides behind 900 characters", `Mozilla/5.0 (${"x".repeat(900)}) crawler/1.0`],
  ])("%s", (_, userAgent) => {
    const isBot = botJudge();
    expect([isBot(userAgent), isBot(userAgent)]).toEqual([true, true]);
  });
});

describe("a shopper is", () => {
  // biome-ignore format: a table
  test.each([
    ["in Pinterest's app on an iPhone",           `${PHONE} Mobile/15E148 [Pinterest/iOS]`],
    ["in Pinterest's app on an iPad",             "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]"],
    ["in Pinterest's app on Android",             `${android("SM-S931B", " Build/AP3A.240905.015.A2; wv")} Version/4.0 Chrome/141.0.7390.122 Mobile Safari/537.36 [Pinterest/Android]`],
    ["in Pinterest's app on a Cubot",             `${android("CUBOT X19", " Build/PPR1.180610.011; wv")} Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 [Pinterest/Android]`],
    ["in Instagram on an iPhone",                 `${PHONE} Mobile/15E148 Instagram 401.0.0.34.76 (iPhone16,2; iOS 18_7; en_US; en; scale=3.00; 1290x2796; 805210713; IABMV/1)`],
    ["in Instagram on Android",                   `${android("Pixel 8", " Build/UQ1A.240205.004; wv")} Version/4.0 Chrome/140.0.7339.207 Mobile Safari/537.36 Instagram 399.0.0.49.81 Android (34/14; 420dpi; 1080x2337; Google/google; Pixel 8; shiba; shiba; en_US; 791842113; IABMV/1)`],
    ["in Facebook on an iPhone",                  `${PHONE} Mobile/22G100 [FBAN/FBIOS;FBAV/531.0.0.41.105;FBBV/801234567;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/18.6.2;FBSS/3;FBCR/;FBID/phone;FBLC/en_US;FBOP/80]`],
    ["in Facebook on Android",                    `${android("SM-A536B", " Build/TP1A.220624.014; wv")} Version/4.0 Chrome/140.0.7339.155 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48.74;IABMV/1;]`],
    ["in TikTok on an iPhone",                    `${PHONE} Mobile/15E148 musical_ly_41.5.0 BytedanceWebview/d8a21c6 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US FalconTag/0B6C`],
    ["in TikTok on Android",                      `${android("SM-G991U", " Build/UP1A.231005.007; wv")} Version/4.0 Chrome/139.0.7258.158 Mobile Safari/537.36 trill_410503 BytedanceWebview/d8a21c6 AppName/musical_ly ByteLocale/en`],
    ["in Snapchat",                               `${PHONE} Version/18.6 Mobile/15E148 Snapchat/13.60.0.48 (like Safari/8621.3.11.10.3, panda)`],
    ["in Google's app",                           `${PHONE} GSA/390.0.812345678 Mobile/15E148 Safari/604.1`],
    ["on a Cubot phone",                          `${android("CUBOT_X30")} Chrome/138.0.0.0 Mobile Safari/537.36`],
    ["on another Cubot phone",                    `${android("KINGKONG 7 CUBOT")} Chrome/136.0.0.0 Mobile Safari/537.36`],
    ["in Safari of 2015 on a Mac",                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_5) AppleWebKit/601.7.8 (KHTML, like Gecko) Version/9.1.3 Safari/537.86.7"],
    ["in Safari of 2015 on a phone",              "Mozilla/5.0 (iPhone; CPU iPhone OS 9_3_5 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) Version/9.0 Mobile/13G36 Safari/601.1"],
    ["in Safari of today",                        `${PHONE} Version/18.6 Mobile/15E148 Safari/604.1`],
    ["in Chrome",                                 "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"],
    ["in Edge",                                   "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"],
    ["in Firefox",                                "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"],
    ["in Samsung's browser",                      `${android("SAMSUNG SM-S918B")} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`],
    ["on a Chromebook",                           "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"],
  ])("%s", (_, userAgent) => {
    const isBot = botJudge();
    expect([isBot(userAgent), isBot(userAgent)]).toEqual([false, false]);
  });
});

test("a verdict is right however many user agents came before", () => {
  const isBot = botJudge();
  for (let n = 0; n < 5_000; n += 1) {
    expect(isBot(`${PHONE} Version/18.6 Mobile/15E148 Safari/${n}.1`)).toBe(false);
    expect(isBot(`crawler/${n}`)).toBe(true);
  }
});

// biome-ignore format: a table
test.each<[setting: string, headers: Record<string, string>, isMarked: boolean]>([
  ["none",                    { none: "", "cf-verified-bot": "true" }, false],
  ["cf-verified-bot: true",   { "cf-verified-bot": "true" },   true],
  ["CF-Verified-Bot: true",   { "cf-verified-bot": "true" },   true],
  ["cf-verified-bot: true",   { "cf-verified-bot": "false" },  false],
  ["cf-verified-bot: true",   {},                              false],
  ["x-data-centre: 1",        { "x-data-centre": "1" },        true],
  ["x-network: a: b",         { "x-network": "a: b" },         true],
])("the setting %o and the headers %o: marked as a bot %s", (setting, headers, isMarked) => {
  expect(isMarkedBot(setting, headers)).toBe(isMarked);
});

describe("through the relay", () => {
  const relayBefore = async (pinterest: Pinterest, trustProxy: number | false) =>
    startRelay({
      config: {
        trustProxy,
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [SHOP_ORIGIN],
          account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
        },
      },
    });
  /** What becomes of an event that is told with these headers. */
  const outcomeOf = async (headers: Record<string, string>, trustProxy: number | false = false, botHeader = "none") => {
    const pinterest = await startPinterest();
    const started = await relayBefore(pinterest, trustProxy);
    try {
      const [shop] = started.relay.directory.shops();
      if (!shop) throw new Error("no shop");
      expect(await setSetting(started.relay.store, shop, "botHeader", botHeader)).toEqual({});
      await started.relay.directory.refresh();
      expect((await collect(started, beacon(started.key, [viewedProduct()]), headers)).status).toBe(202);
      const outcome = async () => (await started.relay.store.recent(1))[0]?.deliveries[0]?.outcome;
      await until(async () => (await outcome()) !== undefined);
      return await outcome();
    } finally {
      await started.relay.close();
      await pinterest.close();
    }
  };

  test("what a bot tells is kept and goes nowhere", async () => {
    expect(await outcomeOf({ "user-agent": `${LINUX} HeadlessChrome/141.0.7390.54 Safari/537.36` })).toBe("bot");
    expect(await outcomeOf({ "user-agent": "" })).toBe("bot");
  });

  test("what a shopper in Pinterest's app tells goes to Pinterest", async () => {
    expect(await outcomeOf({ "user-agent": `${PHONE} Mobile/15E148 [Pinterest/iOS]` })).toBe("sent");
  });

  test("a proxy's mark is heeded only where it is asked for, and where the proxy is trusted", async () => {
    const headers = { "cf-verified-bot": "true", "x-forwarded-for": "203.0.113.7" };
    expect(await outcomeOf(headers, 1, "cf-verified-bot: true")).toBe("bot");
    expect(await outcomeOf(headers, 1)).toBe("sent");
    expect(await outcomeOf(headers, false, "cf-verified-bot: true")).toBe("sent");
  });
});
