/** What is told, without what is not: in the inner event a key with nothing to say is absent. */
export const present = <T extends object>(said: T): Present<T> => {
  const told: Present<T> = { ...said };
  for (const key in told) if (told[key] === undefined) delete told[key];
  return told;
};

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
