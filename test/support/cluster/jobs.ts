import { administer, schemaOf } from '../postgres/admin.ts';

/** A job as it is stored. */
export interface JobRow {
  readonly id: string;
  readonly interaction_id: string;
  readonly state: string;
  /** Epoch milliseconds. */
  readonly ended_at: string | null;
  readonly interaction_token: string | null;
}

export function readJobs(databaseUrl: string): Promise<JobRow[]> {
  return administer<JobRow>(
    `select id, interaction_id, state, ended_at, interaction_token from ${schemaOf(databaseUrl)}.jobs`,
  );
}

/** How many jobs are in each state. */
export async function countStates(databaseUrl: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of await readJobs(databaseUrl)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
