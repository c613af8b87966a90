/** Whether the long forms of tests run: `npm run test:long`. `npm test` takes a share of each of their tables. */
export const isLong = process.env.TEST_LENGTH === "long";

/** Every row of a table, or every `nth` in the short form. */
export const share = <Row>(rows: readonly Row[], nth: number): readonly Row[] =>
  isLong ? rows : rows.filter((_, index) => index % nth === 0);

/** How often a property is tried: all of it in the long form, some of it in the short one. */
export const runs = (short: number): number => (isLong ? short * 50 : short);
