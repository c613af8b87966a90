/** Mapping and filters as people and files write them: what is wrong is told with its place and the remedy. */
import { OPERATORS } from "@pinrelay/tag/filter";
import { z } from "zod";
import { FILTER_PROPERTIES, isFilterable } from "./core/filter.ts";
import type { FORWARDS, Rules } from "./core/rules.ts";
import { isPattern, mayRunLong } from "./regex.ts";

/** Pinterest: letters, digits, _ and -, 100 at most (developers.pinterest.com: define your own event types). */
const eventName = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,100}$/,
    "must be a Pinterest event, or a name of your own of letters, digits, _ and -, 100 at most",
  );

const shopEvent = z.string().min(1, "must name an event").max(100, "must have 100 characters at most");

const mapped = z.strictObject({
  tag: eventName,
  api: eventName,
  forward: z.enum(["both", "client", "server", "none"] satisfies (keyof typeof FORWARDS)[]),
});

const text = z.string().max(500, "must have 500 characters at most");

const condition = z
  .strictObject({
    property: z.string().refine(isFilterable, {
      error: `is no property that the relay keeps; use one of ${FILTER_PROPERTIES.map(([path]) => path).join(", ")}`,
    }),
    operator: z.enum(OPERATORS),
    value: z.union([text, z.array(text).max(200)]).exactOptional(),
  })
  .superRefine(({ property, operator, value }, context) => {
    const refuse = (message: string): void => void context.addIssue({ code: "custom", message, path: ["value"] });
    if (/^person\b/.test(property) && operator !== "exists" && operator !== "missing")
      return refuse("a personal value is not offered, only whether it exists: use exists or missing");
    if (operator === "exists" || operator === "missing") return;
    if (value === undefined || value.length === 0) return refuse("is missing");
    if (operator === "in" || operator === "not in") {
      if (typeof value === "string") refuse("must be a list");
      return;
    }
    if (typeof value !== "string") return refuse("must be text");
    if (/^(greater|less|at )/.test(operator) && !Number.isFinite(Number(value))) refuse("must be a number");
    if (/matches$/.test(operator)) {
      if (!isPattern(value))
        refuse("is no regular expression that both sides understand alike (RE2 without look-around, \\s and flags)");
      else if (mayRunLong(value))
        refuse("could hold up a page: use one repeat, or two behind a ^, none inside of another, and few ? and groups");
    }
  });

type GroupShape = { match: "all" | "any"; conditions: (z.output<typeof condition> | GroupShape)[] };

const group: z.ZodType<GroupShape> = z.strictObject({
  match: z.enum(["all", "any"]),
  conditions: z.array(z.union([condition, z.lazy(() => group)])).max(50, "must be 50 conditions at most"),
});

export const rulesSchema: z.ZodType<Rules> = z.strictObject({
  mapping: z.record(shopEvent, mapped).refine((rows) => Object.keys(rows).length <= 200, "must have 200 rows at most"),
  filters: z.array(z.strictObject({ event: shopEvent, group })).max(100, "must be 100 filters at most"),
});

/** Reads rules; or says what is wrong with them, each with its place. */
export function readRules(told: unknown): { rules: Rules } | { problem: string } {
  const read = rulesSchema.safeParse(told);
  if (read.success) return { rules: read.data };
  const words = read.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "rules"} ${message}`);
  return { problem: words.join("; ") };
}
