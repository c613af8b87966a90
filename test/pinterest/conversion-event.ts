/** What the API for Conversions takes, as far as anything here reads it; the schema knows every field. */

export type MatchKey =
  | "em"
  | "ph"
  | "ge"
  | "db"
  | "ln"
  | "fn"
  | "ct"
  | "st"
  | "zp"
  | "country"
  | "external_id"
  | "hashed_maids";

export interface UserData extends Partial<Record<MatchKey, string[]>> {
  client_ip_address?: string;
  client_user_agent?: string;
  click_id?: string | null;
  partner_id?: string | null;
}

export interface Content {
  id?: string;
  item_name?: string;
  item_category?: string;
  item_brand?: string;
  item_price?: string;
  quantity?: number;
}

export interface CustomData {
  value?: string | null;
  currency?: string | null;
  num_items?: number;
  order_id?: string | null;
  content_ids?: string[];
  contents?: Content[];
  content_name?: string | null;
  content_category?: string | null;
  content_brand?: string | null;
  search_string?: string | null;
  opt_out_type?: string | null;
  predicted_ltv?: string | null;
}

export interface ConversionEvent {
  event_name: string;
  action_source: string;
  /** Unix seconds. */
  event_time: number;
  event_id: string;
  event_source_url?: string | null;
  language?: string | null;
  opt_out?: boolean;
  user_data: UserData;
  custom_data?: CustomData;
}

/** The body of a call. */
export interface ConversionEvents {
  data: ConversionEvent[];
}
