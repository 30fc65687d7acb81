import { afterEach, describe, expect, it } from 'vitest';
import { type Actor, type Channel, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const GONE = 'no longer have a record of this image';
const MODERATORS_ONLY = 'Only moderators can do this';

let bed: TestBed;
let logChannel: Channel;
afterEach(() => bed.close());

async function open(options: Parameters<typeof openTestBed>[0] = {}): Promise<void> {
  bed = await openTestBed(options);
  logChannel = bed.discord.guild.createChannel({ name: 'mod-log' });
  const invocation = await bed
    .member('moderator')
    .command('timeless-config', { channel: logChannel.id }, { subcommand: 'log' });
  await invocation.waitForReply((message) => textOf(message).includes('Log channel'));
}

const moderator = (): Actor => bed.discord.actor('moderator', logChannel);
const ask = (prompt: string, options: object = {}, name = 'alice') =>
  bed.member(name).command('timeless', { prompt, ...options });
const logged = (text: string): Promise<Message> =>
  bed.discord.waitFor(() => bed.discord.messages(logChannel).find((message) => textOf(message).includes(text)), 12_000);

/** Presses a button and waits for a private answer with this text. */
async function press(actor: Actor, message: Message, label: string, text: string): Promise<Message> {
  const invocation = await actor.press(message, label);
  const answer = await invocation.waitForReply((reply) => textOf(reply).includes(text));
  expect(answer.ephemeralFor).toBe(actor.user.id);
  return answer;
}

async function forge(actor: Actor, customId: string, text: string): Promise<void> {
  const answer = await (await actor.pressCustomId(customId)).waitForReply((reply) => textOf(reply).includes(text));
  expect(answer.ephemeralFor).toBe(actor.user.id);
}

const jobIdOf = (message: Message) => /Reference ([0-9a-z]{13})/.exec(textOf(message))?.[1] ?? '';

describe('the log channel', () => {
  it('gets finished images, counted refusals, denials and changes, and can delete an image after a confirmation', async () => {
    await open({ settings: { filterWords: ['gore'] } });
    await logged('Log channel');
    await Promise.all([1, 2, 3].map(async () => (await ask('much gore')).waitForReply()));
    await forge(bed.member('mallory'), `log-delete:${'0'.repeat(13)}`, MODERATORS_ONLY);
    // A grapheme of 1,501 characters, all of which Discord counts, and more words than fit into an entry.
    const long = `e${'\u0301'.repeat(1_500)} a hidden rose${' among *many* roses'.repeat(120)}`;
    const hidden = await imageReply(await ask(long, { private: true }));
    expect(textOf(hidden)).toContain('a hidden rose among');
    expect(hidden.attachments[0]?.description).toContain('a hidden rose among');
    const image = await imageReply(await ask('a red rose'));
    const message = await logged('a red rose');
    const { attachments } = await logged('a hidden rose among');
    expect(attachments[0]?.filename).toMatch(/^(SPOILER_)?prompts\.txt$/);
    expect(attachments[0]?.bytes.toString()).toContain(`Prompt:\n${long}\n`);
    await logged('(3 times)');
    await logged(`**Denied**: <@${bed.discord.user('mallory').id}>`);
    const log = bed.discord.messages(logChannel);
    expect(log.flatMap(labelsOf).filter((label) => label.startsWith('Delete image'))).toHaveLength(1);
    expect(log.map(textOf).join()).not.toContain(hidden.id);
    const { guild } = bed.discord;
    expect(textOf(message)).toContain(`https://discord.com/channels/${guild.id}/${image.channelId}/${image.id}`);
    const question = await press(moderator(), message, 'Delete image', 'a red rose');
    expect(image.deleted).toBe(false);
    await press(moderator(), question, 'Delete image', 'I deleted the image');
    expect(image.deleted).toBe(true);
    const again = await press(moderator(), message, 'Delete image', 'a red rose');
    await press(moderator(), again, 'Delete image', 'I found nothing to delete');
  });

  it('can block a member after a confirmation, which cancels their queued requests; members cannot', {
    tags: 'slow',
  }, async () => {
    await open({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    await imageReply(await ask('the first', {}, 'bob'));
    const message = await logged('the first');
    bed.segmind.hold();
    const running = await ask('running', {}, 'alice');
    await running.waitForReply((reply) => textOf(reply).includes('Sent'));
    const waiting = await ask('waiting', {}, 'bob');
    await waiting.waitForReply((reply) => labelsOf(reply).includes('Cancel'));
    const bob = bed.discord.user('bob');
    await forge(bed.member('bob'), `log-block-confirmed:${bed.discord.user('alice').id}.0`, MODERATORS_ONLY);
    const question = await press(moderator(), message, 'Block member', `Block <@${bob.id}>`);
    expect(labelsOf(question)).toEqual(['Block for a day', 'Block for a week', 'Block until lifted']);
    const done = await press(moderator(), question, 'Block for a week', 'I cancelled 1 request');
    expect(labelsOf(done)).toEqual(['Purge last hour', 'Purge last day', 'Purge last week']);
    await waiting.waitForReply((reply) => textOf(reply).includes('Cancelled'));
    const refused = await (await ask('more', {}, 'bob')).waitForReply();
    expect(textOf(refused)).toContain('blocked');
    await logged('Blocks: added');
    await forge(moderator(), `log-block-confirmed:${bed.discord.botUserId}.0`, "That's me");
    bed.segmind.release();
    await imageReply(running);
  });

  it('checks again who presses after the confirmation', { tags: 'slow' }, async () => {
    await open();
    const image = await imageReply(await ask('a tulip'));
    const message = await logged('a tulip');
    const actor = moderator();
    const questions = [
      await press(actor, message, 'Delete image', 'a tulip'),
      await press(actor, message, 'Block member', 'Block <@'),
    ];
    const { guild } = bed.discord;
    guild.revoke(actor.user, guild.ownRole(actor.user));
    for (const [index, label] of ['Delete image', 'Block until lifted'].entries()) {
      const question = questions[index];
      if (!question) throw new Error('each button has asked');
      await press(actor, question, label, MODERATORS_ONLY);
    }
    expect(image.deleted).toBe(false);
    await imageReply(await ask('still allowed'));
  });

  it('gives no access to images of another server or private ones', { tags: 'slow' }, async () => {
    await open();
    await imageReply(await ask('public'));
    await imageReply(await ask('secret', { private: true }));
    await logged('secret');
    const embeds = bed.discord.messages(logChannel).flatMap((message) => message.embeds);
    const idOf = (prompt: string) =>
      embeds.find(({ description = '' }) => description.includes(`“${prompt}”`))?.footer?.text.slice(-13) ?? '';
    const elsewhere = bed.discord.createGuild();
    const visitor = bed.discord.createUser('visitor');
    elsewhere.join(visitor, { administrator: true });
    const stranger = bed.discord.actor(visitor, elsewhere.channel('general'));
    expect([idOf('public'), idOf('secret')].join()).toMatch(/^[0-9a-z]{13},[0-9a-z]{13}$/);
    for (const action of ['log-delete', 'log-delete-confirmed']) {
      await forge(stranger, `${action}:${idOf('public')}`, GONE);
      await forge(moderator(), `${action}:${idOf('secret')}`, GONE);
    }
  });

  it('says so when the bot can no longer reach the image', { tags: 'slow' }, async () => {
    await open({ expectedViolations: ['bot can view'] });
    const image = await imageReply(await ask('a locked rose'));
    const message = await logged('a locked rose');
    const question = await press(moderator(), message, 'Delete image', 'a locked rose');
    bed.discord.faults.add({
      method: 'DELETE',
      path: new RegExp(`/messages/${image.id}$`),
      respond: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
    });
    const answer = await press(moderator(), question, 'Delete image', 'Give me View Channel there');
    expect(labelsOf(answer)).toEqual(['Delete image']);
    await press(moderator(), answer, 'Delete image', 'I deleted the image');
    expect(image.deleted).toBe(true);
  });

  it('gets jobs that finish right after a restart', { tags: 'slow' }, async () => {
    await open({ segmind: { renderMs: 2_000 } });
    const invocation = await ask('over a restart');
    await invocation.waitForReply((message) => textOf(message).includes('Sent'));
    await bed.restart();
    await imageReply(invocation);
    await logged('over a restart');
  });

  it('gets pending entries when the bot is stopped', async () => {
    await open();
    const image = await imageReply(await ask('the last one'));
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'delivered'));
    await bed.bot.stop();
    expect(jobIdOf(await logged('the last one'))).not.toBe('');
    expect(image.deleted).toBe(false);
  });

  it('gets delayed entries later, and moderators read why they were delayed', { tags: 'slow' }, async () => {
    await open({ expectedViolations: ['bot can view', 'bot has the permissions'] });
    bed.discord.faults.add({
      method: 'POST',
      path: new RegExp(`/channels/${logChannel.id}/messages$`),
      respond: { status: 403, body: { code: 50_013, message: 'Missing Permissions' } },
      // With its preview, and without.
      times: 2,
    });
    await imageReply(await ask('unseen'));
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'mod log message dropped'), 12_000);
    const invocation = await moderator().command('timeless-config', {}, { subcommand: 'view' });
    const page = await invocation.waitForReply((message) => message.embeds.length > 0);
    expect(textOf(page)).toContain(`can't post in the log channel <#${logChannel.id}>`);
  });

  it('gets entries without their file when the bot may not attach files, and a note about it', {
    tags: 'slow',
  }, async () => {
    await open();
    logChannel.overwrites.push({
      id: bed.discord.botUserId,
      type: 'member',
      allow: 0n,
      deny: PERMISSIONS.attachFiles,
    });
    await imageReply(await ask(`many roses ${'and more of them '.repeat(200)}`));
    const message = await logged('many roses');
    expect(message.attachments).toEqual([]);
    expect(message.content).toContain('Check my');
    expect(labelsOf(message)).toEqual(['Delete image', 'Block member']);
  });

  it('gets one warning when 80 % of a budget is used', { tags: 'slow' }, async () => {
    await open({ settings: { budget: { dayUsd: 0.05 }, limits: { everyone: { jobsAtOnce: -1 } } } });
    for (const prompt of ['one', 'two', 'three']) await imageReply(await ask(prompt));
    await logged('three');
    const warnings = () =>
      bed.discord.messages(logChannel).filter((message) => textOf(message).includes("**Today's budget**"));
    expect(warnings()).toEqual([]);
    await imageReply(await ask('four'));
    await logged('four');
    await logged("**Today's budget**");
    expect(warnings()).toHaveLength(1);
  });
});
