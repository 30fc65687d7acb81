/** The values of both kinds of process, one a round. */
export interface Rounds<T> {
  readonly bot: T[];
  readonly beside: T[];
}

/** Measures both in turn, and the other one first in every second round, so that other load on the machine affects both. */
export async function alternate<T>(
  rounds: number,
  measure: { readonly bot: () => Promise<T>; readonly beside: () => Promise<T> },
): Promise<Rounds<T>> {
  const measured: Rounds<T> = { bot: [], beside: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const who of round % 2 === 0 ? (['bot', 'beside'] as const) : (['beside', 'bot'] as const)) {
      measured[who].push(await measure[who]());
    }
  }
  return measured;
}
