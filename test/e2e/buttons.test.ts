import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, buttonsOf, type Message } from '../../sandbox/discord/index.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const MIB = 1024 * 1024;
const GONE = 'no longer have a record of this image';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
});
afterAll(() => bed.close());

const submitsOf = (prompt: string) => bed.segmind.submits.filter(({ body }) => body['prompt'] === prompt);

function idOf(message: Message): string {
  return buttonsOf(message)[0]?.customId?.split(':')[1] ?? '';
}

/** Presses every kind of button for a job, with forged custom ids. */
async function pressAll(actor: Actor, jobId: string): Promise<Message[]> {
  const replies: Message[] = [];
  for (const action of ['reroll', 'new-seed', 'details', 'cancel', 'delete']) {
    replies.push(await (await actor.pressCustomId(`${action}:${jobId}`)).waitForReply());
  }
  return replies;
}

function expectGone(replies: readonly Message[], actor: Actor): void {
  expect(replies).toHaveLength(5);
  for (const reply of replies) {
    expect(textOf(reply)).toContain(GONE);
    expect(reply.ephemeralFor).toBe(actor.user.id);
  }
}

describe('permissions', () => {
  it('give only the requester access to a private image', async () => {
    const options = { prompt: 'a private pond', private: true };
    const message = await imageReply(await bed.member('alice').command('timeless', options));
    for (const name of ['mallory', 'moderator', 'admin']) {
      const actor = bed.member(name);
      expectGone(await pressAll(actor, idOf(message)), actor);
    }
    expect(submitsOf(options.prompt)).toHaveLength(1);
    expect(message.deleted).toBe(false);
    const again = await imageReply(await bed.member('alice').press(message, 'Reroll'));
    expect(again.ephemeralFor).toBe(bed.discord.user('alice').id);
  });

  it('give nobody access from another server or channel, not even moderators', async () => {
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'a public pond' }));
    const elsewhere = bed.discord.createGuild();
    const visitor = bed.discord.createUser('visitor');
    elsewhere.join(visitor, { administrator: true });
    const actors = [
      bed.discord.actor(visitor, elsewhere.channel('general')),
      bed.discord.actor('moderator', bed.discord.guild.channel('art')),
      bed.discord.actor('mallory', 'dm'),
    ];
    for (const actor of actors) expectGone(await pressAll(actor, idOf(message)), actor);
    expect(submitsOf('a public pond')).toHaveLength(1);
    expect(message.deleted).toBe(false);
  });

  it('let the requester press in whatever channel the message arrived', async () => {
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'a travelling pond' }));
    const direct = bed.discord.actor('alice', 'dm');
    const again = await imageReply(await direct.pressCustomId(`reroll:${idOf(message)}`));
    expect(again.channelId).toBe(direct.channel.id);
  });
});

describe('a stale Cancel', () => {
  it('says what happened to the job', async () => {
    bed.segmind.hold();
    const first = await bed.member('alice').command('timeless', { prompt: 'first' });
    await first.waitForReply((message) => textOf(message).includes('Sent'));
    const second = await bed.member('alice').command('timeless', { prompt: 'second' });
    const waiting = await second.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const secondId = idOf(waiting);
    const pressed = async (jobId: unknown) => {
      const invocation = await bed.member('alice').pressCustomId(`cancel:${jobId}`, waiting);
      return textOf(await invocation.waitForReply());
    };
    const [accepted] = bed.bot.log.filter(({ msg, interaction }) => msg === 'accepted' && interaction === first.id);
    expect(await pressed(accepted?.['job'])).toContain('Too late to cancel: this is already at Segmind.');
    await bed.member('alice').press(waiting, 'Cancel');
    await ended(second);
    expect(await pressed(secondId)).toContain('already finished');
    bed.segmind.release();
    const painting = await imageReply(first);
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg, job }) => msg === 'delivered' && job === idOf(painting)));
    expect(await pressed(idOf(painting))).toContain('already finished');
  });
});

describe('Delete', () => {
  it('removes only a message that has this button, whatever job the custom id names', async () => {
    const hers = await imageReply(await bed.member('alice').command('timeless', { prompt: 'hers' }));
    const his = await imageReply(await bed.member('bob').command('timeless', { prompt: 'his' }));
    const refused = await (await bed.member('alice').pressCustomId(`delete:${idOf(hers)}`, his)).waitForReply();
    expect(textOf(refused)).toContain(GONE);
    expect([hers.deleted, his.deleted]).toEqual([false, false]);
  });

  /** Images so large that no two fit into one message. */
  const large = () => bed.segmind.script({ on: 'submit', largeImages: 13 * MIB });
  const extra = { attachmentSizeLimit: 14 * MIB };

  it('removes the rest when one of several messages is already deleted', { tags: 'slow' }, async () => {
    large();
    const options = { prompt: 'scattered', samples: 3 };
    const invocation = await bed.member('alice').command('timeless', options, extra);
    const first = await imageReply(invocation, 25_000);
    const [second, third] = await bed.discord.waitFor(
      () => invocation.followUps().length === 2 && invocation.followUps(),
    );
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg, job }) => msg === 'delivered' && job === idOf(first)));
    if (!second || !third) throw new Error('there are two further messages');
    bed.discord.deleteMessage(second);
    const pressed = await bed.member('alice').press(first, 'Delete');
    await bed.discord.waitFor(() => first.deleted && third.deleted);
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg, job }) => msg === 'deleted' && job === idOf(first)));
    expect(pressed.followUps()).toEqual([]);
  });

  it('removes all messages of a private image that came by direct message', { tags: 'slow' }, async () => {
    // Two of three such images fit into one message.
    bed.segmind.script({ on: 'submit', largeImages: 9 * MIB });
    bed.segmind.hold();
    const options = { prompt: 'sent home', private: true, samples: 3 };
    const invocation = await bed.member('alice').command('timeless', options);
    await invocation.waitForReply((message) => textOf(message).includes('Sent'));
    invocation.expireToken();
    bed.segmind.release();
    const direct = bed.discord.directMessages('alice');
    const [first, second] = await bed.discord.waitFor(() => {
      const sent = bed.discord.messages(direct).filter(({ attachments }) => attachments[0]?.size === 9 * MIB);
      return sent.length === 2 && sent;
    }, 25_000);
    if (!first || !second) throw new Error('there are two messages');
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg, job }) => msg === 'delivered' && job === idOf(first)));
    await bed.discord.actor('alice', direct).press(first, 'Delete');
    await bed.discord.waitFor(() => first.deleted && second.deleted);
  });
});

describe('an acknowledgement that Discord accepted but whose answer got lost', () => {
  const loseAnswer = () => bed.discord.faults.add({ path: /callback/, reset: true, after: true });

  it.each([false, true])('shows an error and starts nothing (private: %s)', async (isPrivate) => {
    loseAnswer();
    const options = { prompt: `lost ${isPrivate}`, private: isPrivate };
    const invocation = await bed.member('alice').command('timeless', options);
    const reply = await invocation.waitForReply();
    expect(textOf(reply)).toContain(
      `Something went wrong on my side. Try again, and tell the bot's operator if it keeps happening. Reference ${invocation.id}`,
    );
    expect(reply.ephemeralFor).toBe(isPrivate ? bed.discord.user('alice').id : undefined);
    await bed.discord.waitFor(() => bed.bot.log.some(({ interaction }) => interaction === invocation.id));
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'found' }));
    expect(submitsOf(options.prompt)).toEqual([]);
  });

  it('shows an error soon when the answer never comes', { tags: 'slow' }, async () => {
    bed.discord.faults.add({ path: /callback/, delayMs: 30_000, after: true });
    const invocation = await bed.member('alice').command('timeless', { prompt: 'in limbo' });
    expect(textOf(await invocation.waitForReply(undefined, 15_000))).toContain('Something went wrong on my side');
    expect(submitsOf('in limbo')).toEqual([]);
  });

  it('does not change the message whose button was pressed', async () => {
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'untouched' }));
    const before = textOf(message);
    loseAnswer();
    const pressed = await bed.member('alice').press(message, 'Delete');
    const [told] = await bed.discord.waitFor(() => pressed.followUps().length === 1 && pressed.followUps());
    expect(told?.content).toContain('Something went wrong on my side');
    expect(told?.ephemeralFor).toBe(bed.discord.user('alice').id);
    expect(textOf(message)).toBe(before);
    expect(message.deleted).toBe(false);
  });
});

describe('an unknown interaction', () => {
  const carrier = () => ({
    id: '1000000000000000001',
    channel_id: bed.discord.guild.channel('general').id,
    author: { id: bed.discord.botUserId, username: 'timeless' },
    content: 'a message with a menu',
    components: [],
    embeds: [],
    attachments: [],
    mentions: [],
    mention_roles: [],
    timestamp: new Date(0).toISOString(),
    type: 0,
    flags: 0,
  });
  const user = { id: '1000000000000000002', username: 'someone', discriminator: '0', avatar: null };

  it.each([
    ['a modal', () => ({ type: 5, data: { custom_id: 'rename:0000000000001', components: [] } })],
    [
      'a select menu',
      () => ({ type: 3, data: { component_type: 3, custom_id: 'style', values: ['a'] }, message: carrier() }),
    ],
    [
      'a menu of users',
      () => ({ type: 3, data: { component_type: 5, custom_id: 'who', values: [user.id] }, message: carrier() }),
    ],
    [
      'a command on a user',
      () => ({
        type: 2,
        data: { id: '1', type: 2, name: 'Paint', target_id: user.id, resolved: { users: { [user.id]: user } } },
      }),
    ],
  ])('is answered privately: %s', async (_, payload) => {
    const mallory = bed.member('mallory');
    const reply = await (await mallory.rawInteraction(payload())).waitForReply();
    expect(textOf(reply)).toContain("don't know this command or button");
    expect(reply.ephemeralFor).toBe(mallory.user.id);
  });

  it('logs suggestions that did not reach the member, and keeps working', async () => {
    bed.discord.faults.add({ path: /callback/, respond: { status: 500, body: {} } });
    const logged = () => bed.bot.log.filter(({ msg }) => msg === 'interaction failed').length;
    const before = logged();
    bed
      .member('alice')
      .autocomplete('timeless', 'width', '10')
      .catch(() => {});
    await bed.discord.waitFor(() => logged() === before + 1);
    expect(await bed.member('alice').autocomplete('timeless', 'width', '1024')).not.toEqual([]);
  });
});
