/** Resolves later, with nothing. */
export const rest = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, ms));
