/** Amounts for people. */

/** "USD 1,234.50"; with the digits that the currency has, and as a number where nobody said which one it is. */
export const money = (amount: number, currency: string | undefined): string => {
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return amount.toLocaleString("en-US");
  return amount
    .toLocaleString("en-US", { style: "currency", currency, currencyDisplay: "code" })
    .replace("\u00a0", " ");
};
