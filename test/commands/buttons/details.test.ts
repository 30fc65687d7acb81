import { MessageFlags } from 'discord.js';
import { beforeEach, expect, it } from 'vitest';
import { details } from '../../../src/commands/buttons/details.ts';
import { showCommand } from '../../../src/commands/buttons/show-command.ts';
import { customId } from '../../../src/replies/custom-id.ts';
import { en } from '../../../src/texts/en.ts';
import { createCommandParts } from '../../support/command-parts.ts';
import { makeJob, refusal } from '../../support/job-fixtures.ts';
import { CHANNEL_ID, ELSEWHERE_ID, GUILD_ID, MEMBER_ID, OTHER_ID, ROLES } from '../../support/settings-fixtures.ts';

let parts: Awaited<ReturnType<typeof createCommandParts>>;
const job = makeJob({ requesterId: MEMBER_ID, guildId: GUILD_ID, channelId: CHANNEL_ID });
const longPrompt = { ...job.parameters, prompt: 'long '.repeat(700) };

beforeEach(async () => {
  parts = await createCommandParts();
});

const press = (stored = job, userId = OTHER_ID) => {
  parts.jobs.set(job.id, stored);
  return details.execute(parts.interaction, job.id, parts.context, parts.invokedBy({ ...parts.invoker, userId }));
};

it('shows others privately what they see anyway', async () => {
  await press();
  const shown = { content: expect.stringContaining('/timeless prompt:a red rose'), flags: MessageFlags.Ephemeral };
  expect(parts.replies).toEqual([expect.objectContaining(shown)]);
});

it.each([
  ['a private one', { ...job, isPrivate: true }],
  ['one of another channel', { ...job, channelId: ELSEWHERE_ID }],
])('shows others nothing of %s, and its requester all', async (_, stored) => {
  await press(stored);
  expect(parts.replies).toEqual([{ content: en.refusal.imageForgotten, flags: MessageFlags.Ephemeral }]);
  await press(stored, MEMBER_ID);
  expect(parts.replies[1]?.content).toContain('a red rose');
});

it('is for its requester and for those who may use Reroll', async () => {
  await parts.set({ buttons: { reroll: { who: 'role', roleId: ROLES[0] } } });
  await press();
  expect(parts.replies[0]?.content).toContain(en.buttonRefusal.details.role(`<@&${ROLES[0]}>`));
  await press(job, MEMBER_ID);
  expect(parts.replies[1]?.content).toContain('a red rose');
  const artist = { ...parts.invoker, userId: OTHER_ID, roleIds: [ROLES[0]] };
  await details.execute(parts.interaction, job.id, parts.context, parts.invokedBy(artist));
  expect(parts.replies[2]?.content).toContain('a red rose');
});

it('has a button that shows the command alone, to the same members', async () => {
  await press();
  const custom_id = customId('command', job.id);
  expect(parts.replies[0]?.components).toMatchObject([{ components: [{ custom_id, label: 'Command only' }] }]);
  const pressCommand = (userId: string) =>
    showCommand.execute(parts.interaction, job.id, parts.context, parts.invokedBy({ ...parts.invoker, userId }));
  await pressCommand(OTHER_ID);
  const flags = [MessageFlags.Ephemeral, MessageFlags.SuppressEmbeds];
  expect(parts.replies[1]).toEqual({ content: expect.stringMatching(/^\/timeless prompt:a red rose .*\d$/), flags });
  await parts.set({ buttons: { reroll: { who: 'requester' } } });
  await pressCommand(OTHER_ID);
  expect(parts.replies[2]?.content).toContain(en.buttonRefusal.details.requester);
});

it('comes without files where Discord rejects them', async () => {
  const { interaction } = parts;
  const reply = async (message: { content: string; files: readonly object[] }) => {
    if (message.files.length > 0) throw refusal(403, 400_001);
    parts.replies.push(message);
  };
  Object.assign(interaction, { reply });
  await press({ ...job, parameters: longPrompt });
  expect(parts.replies).toMatchObject([{ content: expect.stringContaining('rejected the rest'), files: [] }]);
});

it('does not hide any other failure', async () => {
  const failure = refusal(404, 10_062);
  const answers = [Promise.reject(failure), Promise.resolve()];
  Object.assign(parts.interaction, { reply: () => answers.shift() });
  await expect(press({ ...job, parameters: longPrompt })).rejects.toBe(failure);
});
