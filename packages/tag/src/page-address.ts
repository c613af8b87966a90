/** An address as it may be told: without fragment, and without parameters that look like a secret or a person. Pure. */
export const publicAddress = (address: string): string => {
  const url = new URL(address);
  url.hash = "";
  for (const [name, value] of [...url.searchParams])
    if (SECRET.test(name) || value.includes("@")) url.searchParams.delete(name);
  return url.href;
};

const SECRET = /token|passw|secret|mail|phone|session|(^|[_-]|api)(key|pwd|auth|sig)$/i;
