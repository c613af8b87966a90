/** What goes from a frozen payload once it need not be sent any more; what is left is there to be looked at. */

/** Without the two fields that are personal in the clear. */
export const withoutNetwork = (payload: string): string => {
  const event = JSON.parse(payload);
  if (!event.user_data) return payload;
  const { client_ip_address: _, client_user_agent: __, ...others } = event.user_data;
  return JSON.stringify({ ...event, user_data: others });
};

/** Without all that says whose it is. */
export const withoutUser = (payload: string): string => {
  const { user_data: _, ...event } = JSON.parse(payload);
  return JSON.stringify(event);
};
