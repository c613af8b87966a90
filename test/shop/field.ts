/** A query parameter or form field as text; an array or object, which nobody's form sends, counts as absent. */
export const field = (from: unknown, name: string): string => {
  if (typeof from !== "object" || from === null) return "";
  const value: unknown = Reflect.get(from, name);
  return typeof value === "string" ? value : "";
};
