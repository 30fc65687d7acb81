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

describe('/timeless-config find', () => {
  it('finds a request by its reference, its message or its member, with the buttons of the log', async () => {
    await open();
    const image = await paint('a red rose');
    const found = await find({ message: linkTo(image, 'ptb.discord.com') }, '“a red rose”');
    expect(textOf(found)).toContain(`<@${idOf('bob')}> in <#${image.channelId}>`);
    expect(textOf(found)).toContain(`[Jump to image](${linkTo(image)})`);
    expect(labelsOf(found)).toEqual(['Delete image', 'Block member']);
    const [reference = ''] = /[0-9a-z]{13}$/.exec(found.embeds[0]?.footer?.text ?? '') ?? [];
    await find({ message: image.id }, '“a red rose”');
    await find({ reference: reference.toUpperCase() }, '“a red rose”');
    await paint('a hidden tulip', { private: true });
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
