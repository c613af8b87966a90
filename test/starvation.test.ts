/** A destination whose Pinterest account is slow holds up no other one. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { ACCOUNT, startRelay } from "./start.ts";
import { until } from "./until.ts";

const QUICK = "549755885176";

test("where one account answers no call the other is told what comes in meanwhile", async () => {
  const calls = new Map<string, number>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const account = /ad_accounts\/(\d+)/.exec(request.url ?? "")?.[1] ?? "";
    calls.set(account, (calls.get(account) ?? 0) + 1);
    const { data }: { data: object[] } = JSON.parse(body);
    if (account === QUICK) response.end(JSON.stringify({ events: data.map(() => ({ status: "processed" })) }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const started = await startRelay({ config: { pinterestApiUrl: `http://127.0.0.1:${port}/v5` } });
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
  server.closeAllConnections();
  server.close();
});
