/** What is said, without what says nothing: Shopify writes null for it, and the relay takes none. */
export const present = <T extends unknown[]>(said: [...T]): T =>
  JSON.parse(JSON.stringify(said, (_, value) => (value || value === 0 ? value : undefined)));
