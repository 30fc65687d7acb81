import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressEditor } from '../../src/delivery/progress-editor.ts';
import type { DeliveryRoute } from '../../src/jobs/delivery-route.ts';
import type { Job } from '../../src/jobs/job.ts';
import { brokenConnection, makeJob, recordedLog, refusal } from '../support/job-fixtures.ts';

interface Edit {
  readonly jobId: string;
  readonly atMs: number;
  readonly text: string;
  readonly by: 'reply' | 'message';
}

/** An editor between fake routes that take 50 ms for an edit, and fail as `fail` says. */
function open(fail: (edit: Edit, nth: number) => Error | undefined = () => undefined) {
  const edits: Edit[] = [];
  const known: string[] = [];
  const refused: DeliveryRoute[][] = [];
  let mostAtOnce = 0;
  const underWay: string[] = [];
  let isTokenAlive = true;
  const send = (by: Edit['by']) => async (job: Job, text: string) => {
    const edit = { jobId: job.id, atMs: Date.now(), text, by };
    edits.push(edit);
    underWay.push(job.id);
    mostAtOnce = Math.max(mostAtOnce, underWay.filter((id) => id === job.id).length);
    await new Promise((resolve) => setTimeout(resolve, 50));
    underWay.splice(underWay.indexOf(job.id), 1);
    const error = fail(edit, edits.length);
    if (error) throw error;
    return { id: `message of ${job.id}` };
  };
  const jobOfMessage = new Map<string, Job>();
  const byReply = send('reply');
  const byMessage = send('message');
  const editor = new ProgressEditor({
    log: recordedLog().log,
    onMessages: async (job, [id = '']) => {
      known.push(`${job.id}: ${id}`);
    },
    onRefused: async (_job, routes) => {
      refused.push([...routes]);
    },
    routes: {
      isTokenAlive: () => isTokenAlive,
      editReply: (job, { body }) => byReply(job, body.embeds?.[0]?.description ?? ''),
      editMessage: (_channel, messageId, { body }) =>
        byMessage(jobOfMessage.get(messageId) ?? makeJob(), body.embeds?.[0]?.description ?? ''),
    },
  });
  return {
    editor,
    edits,
    known,
    refused,
    of: (jobId: string) => edits.filter((edit) => edit.jobId === jobId),
    mostAtOnce: () => mostAtOnce,
    expireTokens: () => {
      isTokenAlive = false;
    },
    remember: (job: Job) => jobOfMessage.set(job.messageIds[0] ?? '', job),
  };
}

const waitingAt = (place: number, waiting = 200) => ({ phase: 'queued' as const, place, waiting, aboutMinutes: 1 });
const jobNumber = (number: number) => makeJob({ id: String(number).padStart(13, '0'), messageIds: [] });
const gaps = (edits: readonly Edit[]) => edits.slice(1).map(({ atMs }, index) => atMs - (edits[index]?.atMs ?? 0));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('ProgressEditor with many waiting jobs', () => {
  it.each([
    [200, 1_000],
    [200, 100],
    [50, 4_000],
    [20, 1_000],
    [10, 900],
  ])(
    'edits the messages of %i jobs that change every %i ms, none too seldom, none too often',
    async (jobs, refreshMs) => {
      const { editor, edits, of, mostAtOnce } = open();
      const minutes = 4;
      for (let round = 0; round * refreshMs < minutes * 60_000; round += 1) {
        for (let number = 1; number <= jobs; number += 1) {
          editor.show(jobNumber(number), waitingAt(number + (round % 7), jobs));
        }
        await vi.advanceTimersByTimeAsync(refreshMs);
      }
      const startMs = Date.now() - minutes * 60_000;
      for (let number = 1; number <= jobs; number += 1) {
        const mine = of(jobNumber(number).id);
        const times = [startMs, ...mine.map(({ atMs }) => atMs), Date.now()];
        expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeLessThanOrEqual(
          25_000,
        );
        expect(Math.min(...gaps(mine))).toBeGreaterThanOrEqual(10_000);
      }
      for (const { atMs } of edits) {
        expect(edits.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length).toBeLessThanOrEqual(10);
      }
      expect(mostAtOnce()).toBe(1);
    },
    60_000,
  );

  it('shows at once that a job is submitted', async () => {
    const { editor, of } = open();
    for (let number = 1; number <= 200; number += 1) editor.show(jobNumber(number), waitingAt(number));
    await vi.advanceTimersByTimeAsync(1_000);
    const last = jobNumber(200);
    expect(of(last.id)).toEqual([]);
    editor.show(last, { phase: 'submitting' });
    await vi.advanceTimersByTimeAsync(1);
    expect(of(last.id).map(({ text }) => text)).toEqual([expect.stringContaining('Sending your prompt')]);
  });
});

describe('ProgressEditor', () => {
  it('shows a lone job at once, and reports the id of its message', async () => {
    const { editor, edits, known } = open();
    editor.show(jobNumber(1), waitingAt(1, 1));
    await vi.advanceTimersByTimeAsync(1);
    expect(edits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(known).toEqual(['0000000000001: message of 0000000000001']);
    expect((await editor.end(jobNumber(1))).messageIds).toEqual(['message of 0000000000001']);
  });

  it('keeps 2 s between edits of a job that is under way, and sends only the latest', async () => {
    const { editor, edits } = open();
    for (let step = 0; step < 99; step += 1) {
      editor.show(jobNumber(1), { phase: 'rendering', sinceMs: 0, estimateSeconds: step, isOverdue: false });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(edits).toHaveLength(5);
    expect(gaps(edits)).toEqual([2_000, 2_000, 2_000, 2_000]);
    expect(edits.at(-1)?.text).toContain('usually about 1 min 19 s');
  });

  it('shows a download only if it takes long, so that no edit delays the final message', async () => {
    const { editor, edits } = open();
    const rendering = { phase: 'rendering', sinceMs: 0, estimateSeconds: 5, isOverdue: false } as const;
    for (const number of [1, 2]) editor.show(jobNumber(number), { ...rendering, phase: 'accepted' });
    await vi.advanceTimersByTimeAsync(500);
    // Due after 2 s, when the image is already being downloaded.
    for (const number of [1, 2]) editor.show(jobNumber(number), rendering);
    await vi.advanceTimersByTimeAsync(1_400);
    for (const number of [1, 2]) editor.show(jobNumber(number), { phase: 'downloading', sinceMs: 0 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(edits).toHaveLength(2);
    void editor.end(jobNumber(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(edits).toHaveLength(3);
    expect(edits[2]).toMatchObject({ jobId: jobNumber(2).id, text: expect.stringContaining('uploading') });
  });

  it('sends no edit that changes nothing', async () => {
    const { editor, edits } = open();
    for (let step = 0; step < 60; step += 1) {
      editor.show(jobNumber(1), waitingAt(3));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(edits).toHaveLength(1);
  });

  it('retries a failed edit with growing pauses, even if nothing changes', async () => {
    const { editor, edits } = open((_, nth) => (nth <= 4 ? brokenConnection() : undefined));
    editor.show(jobNumber(1), { phase: 'submitting' });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(edits).toHaveLength(5);
    expect(gaps(edits)).toEqual([2_050, 4_050, 8_050, 16_050]);
  });

  it('corrects an edit that was applied although its answer was lost', async () => {
    const { editor, edits } = open((_, nth) => (nth === 2 ? brokenConnection() : undefined));
    editor.show(jobNumber(1), waitingAt(1));
    await vi.advanceTimersByTimeAsync(10_000);
    editor.show(jobNumber(1), waitingAt(2));
    await vi.advanceTimersByTimeAsync(20);
    editor.show(jobNumber(1), waitingAt(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(edits.map(({ text }) => /You're (next|2nd)/.exec(text)?.[1])).toEqual(['next', '2nd', 'next']);
  });

  it.each([
    [401, 50_027],
    [404, 10_015],
    [404, 10_062],
    [404, 10_008],
  ])('continues with the bot’s token when the interaction’s is refused with %i %i', async (status, code) => {
    const { editor, edits, refused, remember } = open(({ by }) => (by === 'reply' ? refusal(status, code) : undefined));
    const job = { ...jobNumber(1), messageIds: ['5'] };
    remember(job);
    editor.show(job, { phase: 'submitting' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(edits.map(({ by }) => by)).toEqual(['reply', 'message']);
    expect(refused).toEqual([['reply']]);
    // The final message must not use a token that is gone either.
    expect((await editor.end(job)).refusedRoutes).toEqual(['reply']);
  });

  it('gives up when both routes are gone', async () => {
    const { editor, edits, remember } = open(() => refusal(404, 10_008));
    const job = { ...jobNumber(1), messageIds: ['5'] };
    remember(job);
    for (let step = 0; step < 60; step += 1) {
      editor.show(job, waitingAt(step + 1));
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(edits.map(({ by }) => by)).toEqual(['reply', 'message']);
  });

  it('never edits a private message with the bot’s token', async () => {
    const { editor, edits, expireTokens } = open();
    expireTokens();
    editor.show({ ...jobNumber(1), messageIds: ['5'], isPrivate: true }, { phase: 'submitting' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(edits).toEqual([]);
  });

  it('edits one message of a channel at a time with the bot’s token, so that a final message gets through', async () => {
    const { editor, edits, expireTokens, remember } = open();
    expireTokens();
    const jobs = Array.from({ length: 20 }, (_, index) => ({ ...jobNumber(index), messageIds: [`m${index}`] }));
    for (const job of jobs) {
      remember(job);
      editor.show(job, { phase: 'submitting' });
    }
    await vi.advanceTimersByTimeAsync(20);
    expect(edits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(new Set(edits.map(({ jobId }) => jobId)).size).toBe(20);
  });

  it('sends nothing after a job has ended, and lets the edit under way finish first', async () => {
    const { editor, edits } = open();
    editor.show(jobNumber(1), waitingAt(1));
    await vi.advanceTimersByTimeAsync(10);
    editor.show(jobNumber(1), waitingAt(2));
    let isSettled = false;
    void editor.end(jobNumber(1)).then(() => {
      isSettled = true;
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isSettled).toBe(true);
    expect(edits).toHaveLength(1);
  });
});
