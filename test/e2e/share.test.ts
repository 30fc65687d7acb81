import { afterEach, describe, expect, it } from 'vitest';
import { type Channel, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { labelsOf, openTestBed, storedReply, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

const general = (): Channel => bed.discord.guild.channel('general');
const hidden = async (prompt = 'a hidden rose', options: object = {}): Promise<Message> =>
  storedReply(bed, await bed.member('alice').command('timeless', { prompt, private: true, ...options }));
/** The public messages with images. */
const shown = (): Message[] =>
  bed.discord
    .messages(general())
    .filter(({ attachments, ephemeralFor }) => attachments.length > 0 && ephemeralFor === undefined);
/** Presses Share, and waits for a private answer with this text. */
async function share(message: Message, text: string): Promise<Message> {
  const invocation = await bed.member('alice').press(message, 'Share');
  const answer = await invocation.waitForReply((reply) => textOf(reply).includes(text));
  expect(answer.ephemeralFor).toBe(bed.discord.user('alice').id);
  return answer;
}
const configure = async (options: object, path: object) => {
  await (await bed.member('moderator').command('timeless-config', { ...options }, path)).waitForReply();
};
const find = async (message: Message) => {
  const asked = await bed
    .member('moderator')
    .command('timeless-config', { message: message.id }, { subcommand: 'find' });
  return asked.waitForReply((reply) => reply.embeds.length > 0 || reply.content !== '');
};

describe('Share', () => {
  it('posts a private image once, also under two presses, without a ping, a charge or a limit', async () => {
    bed = await openTestBed({ settings: { limits: { everyone: { imagesPerDay: 1 } }, safety: { spoilers: true } } });
    await configure({ channel: bed.discord.guild.channel('art').id }, { subcommand: 'log' });
    const message = await hidden('a *hidden* rose');
    expect(labelsOf(message)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Share']);
    const presses = await Promise.all([1, 2].map(() => bed.member('alice').press(message, 'Share')));
    const answers = await Promise.all(
      presses.map(async (press) => textOf(await press.waitForReply((reply) => reply.content !== ''))),
    );
    const [image, ...others] = shown();
    if (!image) throw new Error('it was shared');
    expect(others).toEqual([]);
    expect(answers.toSorted()).toEqual(
      [expect.stringContaining('I shared your image: '), expect.stringMatching(/already shar/)].toSorted(),
    );
    expect(image.attachments[0]?.bytes.equals(message.attachments[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(image.attachments[0]).toMatchObject({ spoiler: true, description: 'a *hidden* rose' });
    expect(textOf(image)).toContain(`Shared by <@${bed.discord.user('alice').id}>`);
    expect(image.mentions).toEqual([]);
    expect(labelsOf(image)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Delete']);
    await share(message, `https://discord.com/channels/${image.guildId}/${image.channelId}/${image.id}`);
    expect(bed.segmind.submits).toHaveLength(1);

    // Others use it like any public image, and moderators know it.
    const details = await (await bed.member('bob').press(image, 'Details')).waitForReply();
    expect(textOf(details)).toContain('hidden');
    expect(textOf(await find(image))).toContain('Shared');
    const log = await bed.discord.waitFor(
      () => bed.discord.messages(bed.discord.guild.channel('art')).find((entry) => textOf(entry).includes('Shared')),
      12_000,
    );
    expect(textOf(log)).toContain(image.id);
    expect(log.attachments.map(({ filename }) => filename)).toContainEqual(expect.stringMatching(/webp$/));
    await bed.member('alice').press(image, 'Delete');
    await bed.discord.waitFor(() => image.deleted);
    await share(message, 'already shared');
  });

  it('is refused where the rules of now, or the bot’s permissions, don’t allow a public image', async () => {
    bed = await openTestBed();
    const message = await hidden();
    const other = await hidden('another one');
    bed.discord.guild.channel('general').overwrites.push({
      id: bed.discord.botUserId,
      type: 'member',
      allow: 0n,
      deny: PERMISSIONS.attachFiles,
    });
    await share(message, 'Attach Files');
    bed.discord.guild.channel('general').overwrites.length = 0;
    await configure({ word: 'rose' }, { group: 'filter', subcommand: 'add' });
    await share(message, "this server's filter blocks");
    await configure({ word: 'rose' }, { group: 'filter', subcommand: 'remove' });
    await configure({ channel: general().id }, { group: 'channels', subcommand: 'deny' });
    await share(message, `Images are turned off in <#${general().id}>`);
    expect(shown()).toEqual([]);

    // Nobody else gets at it, and no other message carries it.
    const id = /share:(\w+)/.exec(JSON.stringify(message.components))?.[1] ?? '';
    const forged = await (await bed.member('mallory').pressCustomId(`share:${id}`)).waitForReply();
    expect(textOf(forged)).toContain('no longer have a record of this image');
    const elsewhere = await (await bed.member('alice').pressCustomId(`share:${id}`, other)).waitForReply();
    expect(textOf(elsewhere)).toContain('only where you made it');
  });

  const POST = { method: 'POST', path: /^\/channels\/\d+\/messages$/ };

  it('survives a kill after Discord has the message: it is recorded, and never posted again', async () => {
    bed = await openTestBed();
    const message = await hidden();
    bed.discord.faults.add({ ...POST, after: true, delayMs: 60_000 });
    await bed.member('alice').press(message, 'Share');
    const [image] = await bed.discord.waitFor(() => shown().length > 0 && shown());
    await bed.restart();
    if (!image) throw new Error('it was shared');
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'private image shared'));
    expect(textOf(await find(image))).toContain('Shared');
    await share(message, 'already shared');
    expect(shown()).toHaveLength(1);
  });

  it('is finished and answered when the process stops meanwhile', async () => {
    bed = await openTestBed();
    const message = await hidden();
    // The rules of now count, not those of the request.
    await configure({ spoilers: true }, { subcommand: 'safety' });
    bed.discord.faults.add({ ...POST, delayMs: 1_500 });
    const press = await bed.member('alice').press(message, 'Share');
    await bed.discord.waitFor(() =>
      bed.discord.requests.some(({ method, path }) => method === 'POST' && POST.path.test(path)),
    );
    expect(await bed.bot.stop()).toBe(0);
    expect(textOf(await press.waitForReply())).toContain('I shared your image');
    const [image] = shown();
    expect(image?.attachments[0]).toMatchObject({ spoiler: true });
  });

  it('survives a kill before that: it can be shared again', async () => {
    bed = await openTestBed();
    const message = await hidden();
    bed.discord.faults.add({ ...POST, reset: true, delayMs: 60_000 });
    await bed.member('alice').press(message, 'Share');
    await bed.discord.waitFor(() =>
      bed.discord.requests.some(({ method, path }) => method === 'POST' && POST.path.test(path)),
    );
    await bed.restart();
    await share(message, 'I shared your image');
    expect(shown()).toHaveLength(1);
  });
});
