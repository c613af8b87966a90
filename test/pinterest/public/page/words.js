/** Times and addresses as they are read best. */

export const clock = (ms) => new Date(ms).toLocaleTimeString("en-GB");

/** Path and query; an address that is none, as it came. */
export const pathOf = (url) => {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
};
