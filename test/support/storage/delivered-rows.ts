import type { NewJobRow } from '../../../src/storage/schema.ts';
import { makeJob } from '../job-fixtures.ts';
import { jobRow } from './rows.ts';

export const RENDERED = { submittedAtMs: 1, renderedAtMs: 2, imageCount: 1, imageUrls: [], imageFiles: [] };

/** The row of a delivered job that can be read as a job. */
export function deliveredRow(id: string, changes: Partial<NewJobRow> = {}): NewJobRow {
  return jobRow(id, {
    parameters: JSON.stringify(makeJob().parameters),
    state: 'delivered',
    details: JSON.stringify({ name: 'delivered', ...RENDERED }),
    ended_at: 100,
    ...changes,
  });
}
