/**
 * As little of Pinterest as a drain can be measured against, in a process of its own: it reads a call, and says so many ms
 * later that each event was processed. It judges nothing; it counts what came, by event ID.
 */
import { createServer } from "node:http";

const afterMs = Number(process.argv[2] ?? 100);
const ids = new Set<string>();
let calls = 0;

const server = createServer((request, response) => {
  if (request.method === "GET") return void response.end(JSON.stringify({ events: ids.size, calls }));
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { data }: { data: { event_id: string }[] } = JSON.parse(Buffer.concat(chunks).toString());
    calls += 1;
    for (const { event_id } of data) ids.add(event_id);
    const events = data.map(() => ({ status: "processed", error_message: null, warning_message: null }));
    const answer = { num_events_received: data.length, num_events_processed: data.length, events };
    setTimeout(() => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    }, afterMs);
  });
});

process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ url: typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "", key: "" });
});
