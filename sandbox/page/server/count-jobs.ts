import { useBeside } from '../../../src/storage/use-beside.ts';

/** Counts the bot's jobs by state. Undefined while the bot has no database yet, or is busy with it. */
export async function countJobs(databaseUrl: string): Promise<Record<string, number> | undefined> {
  try {
    const rows = await useBeside(databaseUrl, { isReadOnly: true }, ({ db }) =>
      db
        .selectFrom('jobs')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute(),
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
  } catch {
    return undefined;
  }
}
