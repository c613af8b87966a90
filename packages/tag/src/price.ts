/**
 * A figure as a page gives it: a number, or text such as "1,299.00", "1.299,00 €" or "$24".
 * A plain decimal means what schema.org and GA4 say it means. In any other text a mark parts off thousands when another
 * mark follows it, or exactly three digits; else it is the decimal mark. Where prices are known to have three decimals
 * (dinars, rials), three digits after the last mark are those.
 */
export const price = (told: unknown, decimals?: number): number | undefined => {
  const text = String(told);
  const figure = /\.?\d([\d.,'’\s]*\d)?/.exec(text)?.[0];
  if (!figure || /^\s*[(−-]/.test(text)) return undefined;
  const plain = Number(text);
  const amount = Number.isNaN(plain)
    ? Number(
        figure
          .replace(decimals === 3 ? /['’\s]|[.,](?=.*[.,])/g : /['’\s]|[.,](?=.*[.,]|\d{3}$)/g, "")
          .replace(",", "."),
      )
    : plain;
  return amount < Infinity ? amount : undefined;
};
