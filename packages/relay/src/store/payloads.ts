/** What goes from a frozen payload once it need not be sent any more; what is left is there to be looked at. */

/** Without the two fields that are personal in the clear. */
export const withoutNetwork = (payload: string): string => {
  const event = JSON.parse(payload);
  if (!event.user_data) return payload;
  const { client_ip_address: _, client_user_agent: __, ...others } = event.user_data;
  return JSON.stringify({ ...event, user_data: others });
};

/**
 * The same two as they stand in a payload, with one comma beside them: what is left without this piece is JSON. Undefined
 * where they do not stand side by side. So a store can cut them out of what it holds, which need not be read for it.
 */
export const networkIn = (payload: string): string | undefined => {
  const [found = ""] = NETWORK.exec(payload) ?? [];
  const piece = found.startsWith(",") && found.endsWith(",") ? found.slice(0, -1) : found;
  const rest = payload.replace(piece, "");
  return STARTS.some((start) => rest.includes(start)) ? undefined : piece;
};

const STARTS = ['"client_ip_address":"', '"client_user_agent":"'];
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const AGENT = `"client_user_agent":${TEXT}`;
const NETWORK = new RegExp(`,?(?:"client_ip_address":${TEXT}(?:,${AGENT})?|${AGENT}),?`);

/** Without all that says whose it is: what was searched for may be anything, and an address may hold it. */
export const withoutUser = (payload: string): string => {
  const { user_data: _, event_source_url: __, custom_data, ...event } = JSON.parse(payload);
  if (custom_data === undefined) return JSON.stringify(event);
  const { search_string: ___, ...said } = custom_data;
  return JSON.stringify({ ...event, custom_data: said });
};

/** The same in SQLite, of all payloads of an event. */
export const WITHOUT_USER = `
  update delivery set payload = json_remove(payload, '$.user_data', '$.event_source_url', '$.custom_data.search_string')
  where event = ? and payload is not null`;
