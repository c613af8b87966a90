/** The digits an ID of Shopify's ends in, be it plain or global ("gid://shopify/OrderIdentity/5001"). */
export const digits = (id = ""): string | undefined => /\d+$/.exec(id)?.[0];
