/** The value that this share of all values doesn't exceed (nearest rank). @param share above 0, at most 1 @throws Error for no values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) throw new Error('There is no percentile of nothing.');
  return value;
}

/** The middle value; of an even number, the lower of the two. @throws Error for no values */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
