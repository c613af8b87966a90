/**
 * Pinterest's own event quality score of an ad account. A conversion token may read it only where it has the scope
 * `ads:read`: https://developers.pinterest.com/docs/track-conversions/get-event-quality-score/ (read in 2026-11).
 */
import { z } from "zod";
import { textOf } from "./text-of.ts";

export interface QualityScore {
  status: "GOOD" | "FAIR" | "NEEDS_IMPROVEMENT";
  /** By which channel the events came: `CONVERSIONS_API`, `TAG`. */
  source: string;
  parts: QualityPart[];
}

/** One thing that Pinterest looks at, of the events of one name. */
export interface QualityPart {
  /** In Pinterest's words: `hashed_email`, `click_id_epik`. */
  component: string;
  /** Name in the API for Conversions. */
  event: string;
  /** Percent of the events that have it. */
  coverage: number;
  /** Percent that both channels told under one ID; of the event ID alone. */
  overlap?: number;
  /** How many problems Pinterest found. */
  issues: number;
}

const percent = z.number().min(0).max(100);
const part = z.object({
  coverage: percent,
  overlap: percent.nullish().catch(undefined),
  issues: z.array(z.unknown()).nullish().catch(undefined),
});
const score = z.object({
  overall_status: z.enum(["GOOD", "FAIR", "NEEDS_IMPROVEMENT"]),
  ingestion_source: z.string().max(40).catch(""),
  quality_components: z.record(z.string().max(60), z.record(z.string().max(60), z.unknown()).nullish()).catch({}),
});

const LIMIT_MS = 10_000;
const REPLY_BYTES = 1_000_000;

/** The score of the last 14 days for each channel; empty where the token may not read it, or nobody answers. Never throws. */
export async function readQuality(
  apiUrl: string,
  { adAccountId, token }: { adAccountId: string; token: string },
  request: typeof fetch = fetch,
): Promise<QualityScore[]> {
  try {
    const response = await request(`${apiUrl}/ad_accounts/${adAccountId}/conversion_eqs?lookback_period=14d`, {
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const text = response.ok ? await textOf(response, REPLY_BYTES) : "";
    if (text === "") return [];
    const told: unknown = JSON.parse(text);
    return (Array.isArray(told) ? told : []).flatMap(scoreOf);
  } catch {
    return [];
  }
}

const scoreOf = (told: unknown): QualityScore[] => {
  const read = score.safeParse(told);
  if (!read.success) return [];
  const { overall_status, ingestion_source, quality_components } = read.data;
  const parts = Object.entries(quality_components).flatMap(([component, events]) =>
    Object.entries(events ?? {}).flatMap(([event, details]) => {
      const { data } = part.safeParse(details);
      if (!data) return [];
      const { coverage, overlap, issues } = data;
      return [{ component, event, coverage, issues: issues?.length ?? 0, ...(overlap == null ? {} : { overlap }) }];
    }),
  );
  return [{ status: overall_status, source: ingestion_source, parts }];
};
