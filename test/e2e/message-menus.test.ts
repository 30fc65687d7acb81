import sharp from 'sharp';
import { afterEach, expect, it } from 'vitest';
import type { Actor, Message } from '../../sandbox/discord/index.ts';
import { imageReply, labelsOf, openTestBed, storedReply, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

/** Uses a command in the menu of a message, and returns the private answer. */
async function use(actor: Actor, name: string, message: Message): Promise<Message> {
  const answer = await (await actor.menu(name, message)).waitForReply();
  expect(answer.ephemeralFor).toBe(actor.user.id);
  return answer;
}

it('the menu of an image shows its details and reports it to the log channel, also after a restart', async () => {
  bed = await openTestBed();
  const logChannel = bed.discord.guild.createChannel({ name: 'mod-log' });
  const moderator = bed.discord.actor('moderator', logChannel);
  const bob = bed.member('bob');
  const image = await storedReply(
    bed,
    await bed.member('alice').command('timeless', { prompt: 'a red rose', seed: 7 }),
  );
  await bed.restart();

  expect(textOf(await use(bob, 'Image details', image))).toContain('/timeless prompt:a red rose');
  expect((await use(bob, 'Report image', image)).content).toContain('Send one of them a link to this message.');

  const set = await moderator.command('timeless-config', { channel: logChannel.id }, { subcommand: 'log' });
  await set.waitForReply((message) => textOf(message).includes('Log channel'));
  const opened = await bed.discord.waitFor(() =>
    bed.discord.messages(logChannel).find(({ ephemeralFor }) => ephemeralFor === undefined),
  );
  for (const name of ['Image details', 'Report image'])
    expect((await use(moderator, name, opened)).content).toContain('This message has none of my images');

  expect((await use(bob, 'Report image', image)).content).toContain("I sent your report to this server's moderators.");
  expect((await use(bob, 'Report image', image)).content).toBe("You've already reported this image.");
  await use(bed.member('moderator'), 'Report image', image);
  // In one entry, or in two when the log was just about to be posted.
  const report = await bed.discord.waitFor(() => {
    const reports = bed.discord.messages(logChannel).filter((message) => textOf(message).includes('Reported by'));
    const text = reports.map(textOf).join();
    return [bob, moderator].every(({ user }) => text.includes(`<@${user.id}>`)) ? reports[0] : undefined;
  }, 12_000);
  expect(textOf(report)).toContain(`/${image.channelId}/${image.id})`);
  expect(report.attachments).toMatchObject([{ filename: '1.webp', spoiler: false }]);
  expect((await sharp(report.attachments[0]?.bytes).metadata()).format).toBe('webp');
  expect(report.mentions).toEqual([]);
  expect(labelsOf(report)).toEqual(['Delete image', 'Block member']);
  const question = await (await moderator.press(report, 'Delete image')).waitForReply();
  await moderator.press(question, 'Delete image');
  await bed.discord.waitFor(() => image.deleted);
});

it('Remix image opens the form to edit, as the server lets members use Reroll', async () => {
  bed = await openTestBed();
  const bob = bed.member('bob');
  const image = await imageReply(await bed.member('alice').command('timeless', { prompt: 'a red rose', seed: 7 }));
  const opened = await bob.menu('Remix image', image);
  const remix = await imageReply(await bob.submitModal(opened, { prompt: 'a blue rose' }));
  expect(textOf(remix)).toContain('a blue rose');
  expect(textOf(remix)).toContain(`Requested by <@${bob.user.id}>`);
  expect(bed.segmind.submits.at(-1)?.body).toMatchObject({ prompt: 'a blue rose', seed: 7 });

  const button = { button: 'reroll', who: 'requester' };
  await (await bed.member('moderator').command('timeless-config', button, { subcommand: 'buttons' })).waitForReply();
  expect((await use(bob, 'Remix image', image)).content).toContain('can edit it.');
  expect((await use(bob, 'Image details', image)).content).toContain('can see its details.');
});
