import { MessageFlags, MessageFlagsBitField } from 'discord.js';
import { expect, it } from 'vitest';
import { deleteImage } from '../../../src/commands/buttons/delete.ts';
import { createCommandParts } from '../../support/command-parts.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { CHANNEL_ID, GUILD_ID, MEMBER_ID } from '../../support/settings-fixtures.ts';

const MESSAGE_ID = '600000000000000007';

it.each([
  ['a public message is deleted', 0, 1],
  ['one of several private messages is', MessageFlags.Ephemeral, 0],
] as const)('Delete marks the images as deleted when %s: %i, %i times', async (_, flags, times) => {
  const parts = await createCommandParts();
  const place = { requesterId: MEMBER_ID, guildId: GUILD_ID, channelId: CHANNEL_ID };
  const job = makeJob({ ...place, isPrivate: flags !== 0, messageIds: [MESSAGE_ID] });
  parts.jobs.set(job.id, job);
  const marked: string[] = [];
  const memberImages = { markDeleted: async (ids: string[]) => void marked.push(...ids) };
  const removed: string[] = [];
  const interaction = Object.assign(parts.interaction, {
    component: {},
    message: { id: MESSAGE_ID, channelId: CHANNEL_ID, flags: new MessageFlagsBitField(flags) },
    deferUpdate: async () => undefined,
    deleteReply: async () => void removed.push(MESSAGE_ID),
  });
  // Safe cast: the button uses nothing else of these.
  const context = { ...parts.context, memberImages } as unknown as typeof parts.context;
  await deleteImage.execute(interaction as never, job.id, context, parts.invokedBy());
  expect(removed).toEqual([MESSAGE_ID]);
  expect(marked).toHaveLength(times);
});

it('Delete also removes the messages that are sent after it was pressed', async () => {
  const parts = await createCommandParts();
  const facts = { submittedAtMs: 0, renderedAtMs: 1, imageCount: 2, imageUrls: [], imageFiles: [] };
  const place = { requesterId: MEMBER_ID, guildId: GUILD_ID, channelId: CHANNEL_ID };
  const job = makeJob({ ...place, messageIds: [MESSAGE_ID], state: { name: 'delivering', ...facts } });
  parts.jobs.set(job.id, job);
  const marked: string[] = [];
  const removed: string[] = [];
  const interaction = Object.assign(parts.interaction, {
    component: {},
    guildId: GUILD_ID,
    message: { id: MESSAGE_ID, channelId: CHANNEL_ID, flags: new MessageFlagsBitField() },
    client: { rest: { delete: async (route: string) => void removed.push(route) } },
    deferUpdate: async () => undefined,
    deleteReply: async () => {
      removed.push(MESSAGE_ID);
      parts.jobs.set(job.id, { ...job, messageIds: [MESSAGE_ID, 'later'], state: { name: 'delivered', ...facts } });
    },
  });
  const memberImages = { markDeleted: async (ids: string[]) => void marked.push(...ids) };
  // Safe cast: the button uses nothing else of these.
  const context = { ...parts.context, memberImages } as unknown as typeof parts.context;
  await deleteImage.execute(interaction as never, job.id, context, parts.invokedBy());
  expect(removed).toEqual([MESSAGE_ID, `/channels/${CHANNEL_ID}/messages/later`]);
  expect(marked).toEqual([job.id]);
});
