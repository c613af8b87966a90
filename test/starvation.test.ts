/** A destination whose Pinterest account is slow holds up no other one. */
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { ACCOUNT, startRelay } from "./start.ts";
import { until } from "./until.ts";

const QUICK = "549755885176";

/** Pinterest's side: answers a call with all that it holds, unless `answers` says no. */
const listening = async (answers: (account: string, body: string) => boolean) => {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { data }: { data: object[] } = JSON.parse(body);
    if (answers(/ad_accounts\/(\d+)/.exec(request.url ?? "")?.[1] ?? "", body))
      response.end(JSON.stringify({ events: data.map(() => ({ status: "processed" })) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { pinterestApiUrl: `http://127.0.0.1:${address.port}/v5`, close };
};

test("where one call is not answered what comes in meanwhile goes by another one", async () => {
  const bodies: string[] = [];
  const { pinterestApiUrl, close } = await listening((_, body) => bodies.push(body) !== 2);
  const started = await startRelay({ config: { pinterestApiUrl } });
  for (const count of [1, 2, 3]) {
    await collect(started, beacon(started.key, [viewedProduct()]));
    await until(() => bodies.length === count, 10_000);
  }
  await started.relay.close({ graceMs: 100 });
  close();
});

test("where one account answers no call the other is told what comes in meanwhile", async () => {
  const calls = new Map<string, number>();
  const { pinterestApiUrl, close } = await listening((account) => {
    calls.set(account, (calls.get(account) ?? 0) + 1);
    return account === QUICK;
  });
  const started = await startRelay({ config: { pinterestApiUrl } });
  const { store, directory } = started.relay;
  const { id = 0 } = directory.shops()[0] ?? {};
  await store.addDestination({
    ...ACCOUNT,
    shop: id,
    name: "other",
    adAccountId: QUICK,
    state: "live",
    drivesBrowser: false,
  });
  await directory.refresh();
  await collect(started, beacon(started.key, [viewedProduct()]));
  await until(() => calls.get(ACCOUNT.adAccountId) === 1 && calls.get(QUICK) === 1);
  await collect(started, beacon(started.key, [viewedProduct()]));
  await until(() => calls.get(QUICK) === 2, 10_000);
  expect(calls.get(ACCOUNT.adAccountId)).toBe(1);
  await started.relay.close({ graceMs: 100 });
  close();
});
