/** The percentile by nearest rank. @param share above 0, at most 1 @throws Error for no values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) throw new Error('A percentile needs at least one value.');
  return value;
}

/** The middle value, or the lower one of the two in the middle. @throws Error for no values */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
