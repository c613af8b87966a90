/** The events of a call as they were sent, to the byte: parsing and writing them anew could make different bytes equal. */

export interface SentEvent {
  name: string;
  id: string;
  bytes: string;
}

const LIST = '{"data":[';

export const sentEvents = (body: string): SentEvent[] =>
  cut(body).map((bytes) => {
    const { event_name: name, event_id: id }: { event_name: string; event_id: string } = JSON.parse(bytes);
    return { name, id, bytes };
  });

/** The elements of the list, cut where a comma stands outside of all strings and brackets. */
function cut(body: string): string[] {
  if (!body.startsWith(LIST) || !body.endsWith("]}")) throw new Error(`no call: ${body.slice(0, 80)}`);
  const text = body.slice(LIST.length, -2);
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  // A string as a whole, or one sign that opens, closes or parts.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (token !== "," || depth > 0) continue;
    parts.push(text.slice(start, index));
    start = index + 1;
  }
  return [...parts, text.slice(start)];
}
