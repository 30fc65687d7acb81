import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/jobs/delivery.ts';
import { progressMessage } from '../../src/replies/progress.ts';
import { makeJob } from '../delivery/parts.ts';

const waiting: Progress = { phase: 'waiting', place: 1, waiting: 2, aboutMinutes: 3 };

describe('the message of a job that has not ended', () => {
  it.each<Progress>([waiting, { phase: 'submitting' }, { phase: 'downloading', sinceMs: 0 }])(
    'says from the start who sees what of a private job: %j',
    (progress) => {
      const [embed] = progressMessage(makeJob({ isPrivate: true }), progress).embeds;
      expect(embed?.footer?.text).toBe("Only you can see this; this server's moderators may see its prompt.");
      expect(progressMessage(makeJob(), progress).embeds[0]).not.toHaveProperty('footer');
    },
  );

  it('can be cancelled only while it waits', () => {
    expect(progressMessage(makeJob(), waiting).components).toHaveLength(1);
    expect(progressMessage(makeJob(), { phase: 'submitting' }).components).toEqual([]);
  });
});
