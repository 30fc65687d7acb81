import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import type { Actor, Channel, Message } from '../../sandbox/discord/index.ts';
import { imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
let logChannel: Channel;
afterEach(() => bed.close());

async function open(options: Parameters<typeof openTestBed>[0] = {}): Promise<void> {
  bed = await openTestBed(options);
  logChannel = bed.discord.guild.createChannel({ name: 'mod-log' });
  const invocation = await moderator().command('timeless-config', { channel: logChannel.id }, { subcommand: 'log' });
  await invocation.waitForReply((message) => textOf(message).includes('Log channel'));
}

const moderator = (): Actor => bed.discord.actor('moderator', logChannel);
const idOf = (name: string) => bed.discord.user(name).id;
const paint = async (prompt: string, options: object = {}, name = 'bob') =>
  imageReply(await bed.member(name).command('timeless', { prompt, ...options }));
/** The member sees an image before it is stored as delivered. */
const delivered = (count: number) =>
  bed.discord.waitFor(() => bed.bot.log.filter(({ msg }) => msg === 'delivered').length >= count);
const linkTo = ({ channelId, id }: Message, host = 'discord.com') =>
  `https://${host}/channels/${bed.discord.guild.id}/${channelId}/${id}`;

/** A private answer with this text. */
async function answerTo(invocation: Awaited<ReturnType<Actor['command']>>, actor: Actor, text: string) {
  const answer = await invocation.waitForReply((reply) => textOf(reply).includes(text));
  expect(answer.ephemeralFor).toBe(actor.user.id);
  return answer;
}
const find = async (options: object, text: string, actor = moderator()) =>
  answerTo(await actor.command('timeless-config', { ...options }, { subcommand: 'find' }), actor, text);
const press = async (message: Message, label: string, text: string) => {
  const actor = moderator();
  return answerTo(await actor.press(message, label), actor, text);
};

const logged = (text: string) =>
  bed.discord.waitFor(() => bed.discord.messages(logChannel).find((message) => textOf(message).includes(text)), 12_000);
const previews = () =>
  bed.discord
    .messages(logChannel)
    .flatMap(({ attachments }) => attachments.filter(({ filename }) => filename.endsWith('.webp')));

describe('a preview in the log channel', () => {
  it('shows a public image small, also after the image is deleted', async () => {
    await open();
    const [image] = await Promise.all([
      paint('a red rose', { samples: 2 }),
      paint('a hidden tulip', { private: true }, 'alice'),
    ]);
    const entry = await logged('a red rose');
    await logged('a hidden tulip');
    expect(previews()).toMatchObject([{ filename: expect.stringMatching(/^[12]\.webp$/), spoiler: false }]);
    const { format, width, height } = await sharp(previews()[0]?.bytes).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 512, height: 256 });
    const label = labelsOf(entry).find((text) => text.startsWith('Delete')) ?? '';
    const question = await press(entry, label, 'a red rose');
    await press(question, 'Delete image', 'I deleted the image');
    expect(image.deleted).toBe(true);
    expect(previews()).toHaveLength(1);
  });

  it('is hidden where the server hides images', { tags: 'slow' }, async () => {
    await open({ settings: { safety: { spoilers: true } } });
    await paint('a red rose');
    await logged('a red rose');
    expect(previews()).toMatchObject([{ filename: 'SPOILER_1.webp', spoiler: true }]);
  });
});

describe('a purge of a blocked member', () => {
  it('removes their public images in this server, and counts', async () => {
    await open();
    const bobs = await Promise.all(['one', 'two', 'three', 'four'].map((prompt) => paint(prompt)));
    await delivered(4);
    const [gone, locked] = bobs;
    const [alices, hidden] = await Promise.all([paint('a lily', {}, 'alice'), paint('hidden', { private: true })]);
    if (!gone || !locked) throw new Error('there are four');
    await bed.member('bob').press(gone, 'Delete');
    await bed.discord.waitFor(() => gone.deleted);
    bed.discord.faults.add({
      method: 'DELETE',
      path: new RegExp(`/messages/${locked.id}$`),
      respond: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
    });
    const entry = await find({ message: locked.id }, '“two”');
    const question = await press(entry, 'Block member', 'Block <@');
    const blocked = await press(question, 'Block for a day', 'Blocked <@');
    const answer = await press(blocked, 'Purge last day', 'Removed 2 messages.');
    expect(textOf(answer)).toContain("1 was already gone. I couldn't reach the channel of 1:");
    expect(bobs.map(({ deleted }) => deleted)).toEqual([true, false, true, true]);
    expect([alices.deleted, hidden.deleted]).toEqual([false, false]);
    await logged(`> purged 2 messages of <@${idOf('bob')}> from the last day`);
    await press(answer, 'Purge last hour', 'Removed 1 message. 3 were already gone.');
    expect(bobs.every(({ deleted }) => deleted)).toBe(true);
  });

  it('shows how far it is, runs once at a time, and goes on when its answer can no longer be edited', {
    tags: 'slow',
  }, async () => {
    await open();
    const images = await Promise.all(['one', 'two', 'three'].map((prompt) => paint(prompt)));
    await delivered(3);
    const customId = `log-purge:${idOf('bob')}.hour`;
    bed.discord.faults.add({ method: 'DELETE', path: /\/messages\/\d+$/, delayMs: 2_500, times: 3 });
    const actor = moderator();
    const purge = await actor.pressCustomId(customId);
    await answerTo(purge, actor, 'Removed 1 of 3 messages...');
    await answerTo(await actor.pressCustomId(customId), actor, `already removing images of <@${idOf('bob')}>`);
    purge.expireToken();
    await logged('purged 3 messages');
    expect(images.every(({ deleted }) => deleted)).toBe(true);
  });

  it('is for moderators, of their own server', { tags: 'slow' }, async () => {
    await open();
    const image = await paint('a red rose');
    const elsewhere = bed.discord.createGuild();
    const visitor = bed.discord.createUser('visitor');
    elsewhere.join(visitor, { administrator: true });
    const stranger = bed.discord.actor(visitor, elsewhere.channel('general'));
    const customId = `log-purge:${idOf('bob')}.week`;
    await answerTo(await stranger.pressCustomId(customId), stranger, 'I found no public images of');
    const bob = bed.member('bob');
    await answerTo(await bob.pressCustomId(customId), bob, 'Only moderators can do this');
    expect(image.deleted).toBe(false);
  });
});

describe('/timeless-config find', () => {
  it('finds a request by its reference, its message or its member, with the buttons of the log', async () => {
    await open();
    const image = await paint('a red rose');
    await delivered(1);
    const found = await find({ message: linkTo(image, 'ptb.discord.com') }, '“a red rose”');
    expect(textOf(found)).toContain(`<@${idOf('bob')}> in <#${image.channelId}>`);
    expect(textOf(found)).toContain(`[Jump to image](${linkTo(image)})`);
    expect(labelsOf(found)).toEqual(['Delete image', 'Block member']);
    expect(found.attachments).toMatchObject([{ filename: '1.webp', spoiler: false }]);
    expect((await sharp(found.attachments[0]?.bytes).metadata()).format).toBe('webp');
    const [reference = ''] = /[0-9a-z]{13}$/.exec(found.embeds[0]?.footer?.text ?? '') ?? [];
    await find({ message: image.id }, '“a red rose”');
    await find({ reference: reference.toUpperCase() }, '“a red rose”');
    const hiding = await moderator().command('timeless-config', { spoilers: true }, { subcommand: 'safety' });
    await answerTo(hiding, moderator(), 'Spoilers on all images');
    const { attachments } = await find({ message: image.id }, '“a red rose”');
    expect(attachments).toMatchObject([{ filename: 'SPOILER_1.webp', spoiler: true }]);
    await paint('a hidden tulip', { private: true });
    await delivered(2);
    const list = textOf(await find({ member: idOf('bob') }, 'The latest requests'));
    expect(list).toMatch(/\*\*Delivered\*\* · <t:\d+:R> · private · “a hidden tulip” · `[0-9a-z]{13}`\n.*“a red rose”/);
    expect(list.match(/Jump to image/g)).toHaveLength(1);
    const question = await press(found, 'Delete image', 'a red rose');
    await press(question, 'Delete image', 'I deleted the image');
    expect(image.deleted).toBe(true);
  });

  it('says what it needs, and knows nothing of other servers', { tags: 'slow' }, async () => {
    await open();
    const image = await paint('a red rose');
    const member = idOf('bob');
    await find({}, 'What should I look for?');
    await find({ message: image.id, member }, 'Give only one');
    await find({ message: 'the last one' }, 'must be the link or id of a message');
    await find({ reference: '0'.repeat(13) }, 'I found no request with this reference here.');
    await find({ member: idOf('alice') }, `I found no requests of <@${idOf('alice')}> here.`);
    const found = await find({ message: image.id }, '“a red rose”');
    const reference = found.embeds[0]?.footer?.text.slice(-13);
    const elsewhere = bed.discord.createGuild();
    const visitor = bed.discord.createUser('visitor');
    elsewhere.join(visitor, { administrator: true });
    const stranger = bed.discord.actor(visitor, elsewhere.channel('general'));
    await find({ reference }, 'I found no request with this reference here.', stranger);
    await find({ message: image.id }, 'I found no request with this message here.', stranger);
    await find({ member }, 'I found no requests of', stranger);
  });
});
