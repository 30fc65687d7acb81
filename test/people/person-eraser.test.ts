import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { requestErasure } from '../../src/people/erase-person.ts';
import { PersonEraser } from '../../src/people/person-eraser.ts';
import type { Database } from '../../src/storage/database.ts';
import { DatabaseBusy } from '../../src/storage/errors.ts';
import { recordedLog } from '../support/job-fixtures.ts';
import { passTurns } from '../support/pass-turns.ts';
import { MEMBER_ID, OTHER_ID } from '../support/settings-fixtures.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';

let database: Database;
let cancelled: string[];
let files: number;
let scrub: () => Promise<void>;
let logged: ReturnType<typeof recordedLog>;
let eraser: PersonEraser;

/** Those that the queue has. */
const QUEUED = ['waiting', 'late'];

beforeEach(async () => {
  database = await openForTest(await newUrl());
  [cancelled, files] = [[], 0];
  logged = recordedLog();
  scrub = vi.fn(async () => {});
  eraser = new PersonEraser({
    database: { ...database, scrub: () => scrub() },
    cancel(jobId) {
      cancelled.push(jobId);
      return QUEUED.includes(jobId);
    },
    removeFiles: async () => {
      files += 1;
    },
    log: logged.log,
  });
});

const insertJob = (id: string, changes: Parameters<typeof jobRow>[1] = {}) =>
  database.db
    .insertInto('jobs')
    .values(jobRow(id, { requester_id: MEMBER_ID, created_at: Date.now(), claimed_by: database.processId, ...changes }))
    .execute();
const end = (id: string) => database.db.updateTable('jobs').set({ ended_at: 5 }).where('id', '=', id).execute();
const jobIds = async () => (await database.db.selectFrom('jobs').select('id').execute()).map(({ id }) => id);

function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    eraser.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}

/** Runs until it has looked once more at what is left to do. */
async function look(): Promise<void> {
  if (!vi.isFakeTimers()) fakeClock();
  eraser.start();
  await vi.advanceTimersByTimeAsync(10_000);
  await passTurns();
  // The database answers in real time; then the next look is scheduled.
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { timeout: 5_000 });
}

describe('PersonEraser', () => {
  it('cancels what is queued in this process, erases what has ended, and says what is in progress', async () => {
    await insertJob('ended', { state: 'delivered', ended_at: 5 });
    await insertJob('waiting');
    await insertJob('just submitted');
    await insertJob('elsewhere', { claimed_by: database.processId + 1 });
    await insertJob('rendering', { state: 'submitted' });
    await insertJob('being closed', { state: 'delivered' });
    await insertJob('theirs', { requester_id: OTHER_ID });
    expect(await eraser.erase(MEMBER_ID)).toEqual({ cancelled: 1, inProgress: 3 });
    expect(cancelled).toEqual(['waiting', 'just submitted']);
    expect(await jobIds()).not.toContain('ended');
    expect([files, vi.mocked(scrub).mock.calls.length]).toEqual([1, 1]);
    expect(JSON.stringify(logged.lines)).not.toContain(MEMBER_ID);
  });

  it('erases the rest when it has ended, also after a restart, and what another program asked for', async () => {
    await insertJob('rendering', { state: 'submitted' });
    await eraser.erase(MEMBER_ID);
    await insertJob('late');
    await end('rendering');
    await insertJob('waiting', { requester_id: OTHER_ID });
    await requestErasure(database, OTHER_ID);
    await look();
    expect(await jobIds()).toEqual(['late', 'waiting']);
    // What was requested after the erasure is not cancelled.
    expect(cancelled).toEqual(['waiting']);
    expect(vi.mocked(scrub).mock.calls).toHaveLength(1);
  });

  it('touches no file while there is nothing to erase', async () => {
    await eraser.erase(MEMBER_ID);
    await look();
    expect([files, vi.mocked(scrub).mock.calls.length]).toEqual([0, 0]);
  });

  it('empties the files later when another program reads them', async () => {
    fakeClock();
    await insertJob('ended', { ended_at: 5 });
    vi.mocked(scrub).mockRejectedValueOnce(new DatabaseBusy());
    await eraser.erase(MEMBER_ID);
    expect(logged.lines.map(({ msg }) => msg)).toContain('erased data not yet gone from the files');
    vi.advanceTimersByTime(60_000);
    await look();
    expect(vi.mocked(scrub).mock.calls).toHaveLength(2);
    await eraser.erase(MEMBER_ID);
    expect(vi.mocked(scrub).mock.calls).toHaveLength(2);
  });

  it('empties the files once a minute at most, whoever erases, and then of everything', async () => {
    fakeClock();
    const eraseOne = async (memberId: string) => {
      await insertJob(`of ${memberId}`, { requester_id: memberId, ended_at: 5 });
      await eraser.erase(memberId);
    };
    await eraseOne(MEMBER_ID);
    await eraseOne(OTHER_ID);
    await look();
    expect(await jobIds()).toEqual([]);
    expect(vi.mocked(scrub).mock.calls).toHaveLength(1);
    vi.advanceTimersByTime(50_000);
    await eraser.erase(MEMBER_ID);
    expect([files, vi.mocked(scrub).mock.calls.length]).toEqual([2, 2]);
  });

  it('empties the files again of what is erased while it does so', async () => {
    fakeClock();
    await insertJob('ended', { ended_at: 5 });
    await insertJob('theirs', { requester_id: OTHER_ID, ended_at: 5 });
    vi.mocked(scrub).mockImplementationOnce(async () => {
      await eraser.erase(OTHER_ID);
    });
    await eraser.erase(MEMBER_ID);
    expect(vi.mocked(scrub).mock.calls).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    await look();
    expect(vi.mocked(scrub).mock.calls).toHaveLength(2);
  });
});
