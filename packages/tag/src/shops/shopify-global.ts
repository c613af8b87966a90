/** What Shopify puts into a page for scripts. */

/** https://shopify.dev/docs/api/customer-privacy */
export interface CustomerPrivacy {
  marketingAllowed(): boolean;
  saleOfDataAllowed?(): boolean;
  /** What the visitor has chosen: "yes", "no", or nothing yet. */
  currentVisitorConsent?(): { marketing?: string };
}

declare global {
  interface Window {
    Shopify?: {
      customerPrivacy?: CustomerPrivacy;
      loadFeatures?(features: { name: string; version: string }[], loaded: (error: unknown) => void): void;
    };
  }
}
