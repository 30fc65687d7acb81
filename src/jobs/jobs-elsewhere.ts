import type { Database } from '../storage/database.ts';

/** The unfinished jobs of other living processes. Those of dead processes wait to be taken over. */
export function jobsElsewhere(db: Database['db'], processId: number) {
  return db
    .selectFrom('jobs')
    .where('ended_at', 'is', null)
    .where('claimed_by', '!=', processId)
    .where((eb) => eb('claimed_by', 'in', eb.selectFrom('processes').select('processes.id')));
}
