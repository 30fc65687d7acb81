import type { StringSelectMenuInteraction } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/command.ts';
import type { Invoker } from '../../../src/commands/invoker.ts';
import { queueCancelMine, queueCancelServer } from '../../../src/commands/selects/queue-cancel.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { SILENT } from '../../support/silent-log.ts';

const MEMBER = '100000000000000003';
const MODERATOR = '100000000000000002';
const { guildId = '' } = makeJob();

const jobs = [
  makeJob({ id: 'mine' }),
  makeJob({ id: 'mine elsewhere', guildId: '100000000000000008' }),
  makeJob({ id: 'gone' }),
  makeJob({ id: 'theirs', requesterId: MODERATOR }),
  makeJob({ id: 'theirs elsewhere', requesterId: MODERATOR, guildId: '100000000000000008' }),
];

/** Chooses all of them, and one that nobody knows. */
async function chooseAll(select: typeof queueCancelMine, invoker: Pick<Invoker, 'userId' | 'guildId'>) {
  const cancelled: string[] = [];
  const answers: string[] = [];
  let left = 0;
  // Safe casts: the handler uses nothing else of them.
  const context = {
    jobs: {
      find: async (id: string) => jobs.find((job) => job.id === id),
      cancel: (id: string) => id !== 'gone' && cancelled.push(id) > 0,
      queuePlaces: new Map(),
    },
    jobFinder: { unfinished: async () => jobs.map((job) => ({ job, isElsewhere: false })) },
    log: SILENT,
  } as unknown as CommandContext;
  const interaction = {
    locale: 'en-US',
    values: [...jobs.map(({ id }) => id), 'forged'],
    message: { flags: { has: () => true } },
    deferUpdate: async () => {},
    editReply: async ({ content, embeds }: { content: string; embeds: { description: string }[] }) => {
      answers.push(content);
      left = embeds[0]?.description.split('\n').length ?? 0;
    },
  } as unknown as StringSelectMenuInteraction;
  await select.execute(interaction, '0', context, { ...invoker, permissions: 1n << 40n } as Invoker);
  return { cancelled, answers, left };
}

describe('Cancel requests', () => {
  it('cancels a member’s own requests, whatever is chosen, also from direct messages', async () => {
    const { cancelled, answers, left } = await chooseAll(queueCancelMine, { userId: MEMBER });
    // That the others are cancelled may not be stored yet.
    expect(left).toBe(3);
    expect(cancelled).toEqual(['mine', 'mine elsewhere']);
    expect(answers).toEqual([
      "I cancelled 2 requests. I couldn't cancel 4 requests: they have finished, or just gone to Segmind.",
    ]);
  });

  it('cancels requests of the moderator’s own server only', async () => {
    const { cancelled } = await chooseAll(queueCancelServer, { userId: MODERATOR, guildId });
    expect(cancelled).toEqual(['mine', 'theirs']);
    expect((await chooseAll(queueCancelServer, { userId: MODERATOR })).cancelled).toEqual([]);
    expect(queueCancelServer.forModerators).toBe(true);
  });
});
