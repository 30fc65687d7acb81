import { DiscordAPIError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { ImagePurges } from '../../src/commands/image-purges.ts';
import { purgedText } from '../../src/replies/purged.ts';
import { en } from '../../src/texts/en.ts';
import { SILENT } from '../support/job-fixtures.ts';

const purge = { guildId: '1', memberId: '2', sinceMs: 3 };

/** @param codes what Discord answers to each deletion: 0 deletes, 503 is trouble that passes */
function createPurges(codes: readonly (number | undefined)[]) {
  const deleted: string[] = [];
  let attempts = 0;
  const finder = {
    imageMessages: async () =>
      codes.map((_, index) => ({ jobId: 'aabbc'[index] ?? '', channelId: '5', messageId: String(index) })),
  };
  const marked: string[] = [];
  const memberImages = { markDeleted: async (jobIds: readonly string[]) => void marked.push(...jobIds) };
  const rest = {
    async delete(route: string) {
      attempts += 1;
      const code = codes[Number(route.slice(-1))];
      if (code === 503 && attempts < 2) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      if (code !== undefined && code !== 503)
        throw new DiscordAPIError({ code, message: 'no' }, code, 403, 'DELETE', route, {});
      deleted.push(route);
    },
  };
  return { purges: new ImagePurges({ rest, finder, memberImages, log: SILENT }), deleted, marked };
}

describe('ImagePurges', () => {
  it('deletes one message after the other, reports each, and counts what became of them', async () => {
    const { purges, deleted, marked } = createPurges([503, 10_008, 50_001, 50_035, undefined]);
    const progress: string[] = [];
    const counts = await purges.run(purge, async (done, total) => {
      progress.push(`${done}/${total}`);
    });
    expect(counts).toEqual({ removed: 2, gone: 1, noAccess: 1, failed: 1 });
    expect(deleted).toEqual(['/channels/5/messages/0', '/channels/5/messages/4']);
    expect(progress).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    // Of b, messages are still there.
    expect(marked).toEqual(['a', 'c']);
  });

  it('runs once at a time for a member of a server', async () => {
    const { purges } = createPurges([undefined]);
    const report = async () => {};
    const both = [purges.run(purge, report), purges.run(purge, report), purges.run({ ...purge, guildId: '9' }, report)];
    const removed = (await Promise.all(both)).map((counts) => counts?.removed);
    expect(removed).toEqual([1, undefined, 1]);
    expect(await purges.run(purge, report)).toMatchObject({ removed: 1 });
  });
});

describe('purgedText', () => {
  const textOf = (counts: object) =>
    purgedText(
      { removed: 0, gone: 0, noAccess: 0, failed: 0, ...counts },
      { memberId: '1'.repeat(18), period: 'day' },
      en,
    );

  it('says how many messages are removed, were gone, and could not be removed', () => {
    expect(textOf({ removed: 78, gone: 2 })).toBe('Removed 78 messages. 2 were already gone.');
    expect(textOf({ removed: 1, noAccess: 3, failed: 1 })).toBe(
      "Removed 1 message. I couldn't reach the channel of 3: give me View Channel there and try again. Discord had trouble with 1: try again.",
    );
    expect(textOf({})).toBe(`I found no public images of <@${'1'.repeat(18)}> from the last day.`);
  });
});
