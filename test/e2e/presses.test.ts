import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, buttonsOf, type Message } from '../../sandbox/discord/index.ts';
import { ended, type House, labelsOf, openHouse, painted, textOf } from './house.ts';

const MIB = 1024 * 1024;
const GONE = 'no longer has the record of this picture';

let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
});
afterAll(() => house.close());

const submitsOf = (prompt: string) => house.segmind.submits.filter(({ body }) => body['prompt'] === prompt);

function idOf(message: Message): string {
  return buttonsOf(message)[0]?.customId?.split(':')[1] ?? '';
}

/** Presses every button there is for a job, by ids made up from its own. */
async function pressAll(actor: Actor, jobId: string): Promise<Message[]> {
  const replies: Message[] = [];
  for (const action of ['reroll', 'new-seed', 'cancel', 'delete']) {
    replies.push(await (await actor.pressCustomId(`${action}:${jobId}`)).waitForReply());
  }
  return replies;
}

function expectGone(replies: readonly Message[], actor: Actor): void {
  expect(replies).toHaveLength(4);
  for (const reply of replies) {
    expect(textOf(reply)).toContain(GONE);
    expect(reply.ephemeralFor).toBe(actor.user.id);
  }
}

describe('who may press', () => {
  it('lets nobody but its requester at a private picture', async () => {
    const options = { prompt: 'a private pond', private: true };
    const message = await painted(await house.member('alice').command('timeless', options));
    for (const name of ['mallory', 'moderator', 'admin']) {
      const actor = house.member(name);
      expectGone(await pressAll(actor, idOf(message)), actor);
    }
    expect(submitsOf(options.prompt)).toHaveLength(1);
    expect(message.deleted).toBe(false);
    const again = await painted(await house.member('alice').press(message, 'Reroll'));
    expect(again.ephemeralFor).toBe(house.discord.user('alice').id);
  });

  it('lets nobody at a picture from another server or another channel, whoever they are there', async () => {
    const message = await painted(await house.member('alice').command('timeless', { prompt: 'a public pond' }));
    const elsewhere = house.discord.createGuild();
    const visitor = house.discord.createUser('visitor');
    elsewhere.join(visitor, { administrator: true });
    const actors = [
      house.discord.actor(visitor, elsewhere.channel('general')),
      house.discord.actor('moderator', house.discord.guild.channel('art')),
      house.discord.actor('mallory', 'dm'),
    ];
    for (const actor of actors) expectGone(await pressAll(actor, idOf(message)), actor);
    expect(submitsOf('a public pond')).toHaveLength(1);
    expect(message.deleted).toBe(false);
  });

  it('lets the requester press wherever the message came to', async () => {
    const message = await painted(await house.member('alice').command('timeless', { prompt: 'a travelling pond' }));
    const direct = house.discord.actor('alice', 'dm');
    const again = await painted(await direct.pressCustomId(`reroll:${idOf(message)}`));
    expect(again.channelId).toBe(direct.channel.id);
  });
});

describe('a stale Cancel', () => {
  it('says what has become of the job', async () => {
    house.segmind.hold();
    const first = await house.member('alice').command('timeless', { prompt: 'first' });
    await first.waitForReply((message) => textOf(message).includes('Submitted'));
    const second = await house.member('alice').command('timeless', { prompt: 'second' });
    const waiting = await second.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const secondId = idOf(waiting);
    const pressed = async (jobId: unknown) => {
      const invocation = await house.member('alice').pressCustomId(`cancel:${jobId}`, waiting);
      return textOf(await invocation.waitForReply());
    };
    const [accepted] = house.bot.log.filter(({ msg, interaction }) => msg === 'accepted' && interaction === first.id);
    expect(await pressed(accepted?.['job'])).toContain('submitted already and can no longer be stopped');
    await house.member('alice').press(waiting, 'Cancel');
    await ended(second);
    expect(await pressed(secondId)).toContain('ended already');
    house.segmind.release();
    const painting = await painted(first);
    await house.discord.waitFor(() =>
      house.bot.log.some(({ msg, job }) => msg === 'delivered' && job === idOf(painting)),
    );
    expect(await pressed(idOf(painting))).toContain('ended already');
  });
});

describe('Delete', () => {
  it('removes no message that has not this very button, whose ever job it names', async () => {
    const hers = await painted(await house.member('alice').command('timeless', { prompt: 'hers' }));
    const his = await painted(await house.member('bob').command('timeless', { prompt: 'his' }));
    const refused = await (await house.member('alice').pressCustomId(`delete:${idOf(hers)}`, his)).waitForReply();
    expect(textOf(refused)).toContain(GONE);
    expect([hers.deleted, his.deleted]).toEqual([false, false]);
  });

  /** Pictures of which no two fit into one message. */
  const large = () => house.segmind.script({ on: 'submit', largeImages: 13 * MIB });
  const extra = { attachmentSizeLimit: 14 * MIB };

  it('removes what is left when one of several messages is gone already', async () => {
    large();
    const options = { prompt: 'scattered', samples: 3 };
    const invocation = await house.member('alice').command('timeless', options, extra);
    const first = await painted(invocation, 25_000);
    const [second, third] = await house.discord.waitFor(
      () => invocation.followUps().length === 2 && invocation.followUps(),
    );
    await house.discord.waitFor(() => house.bot.log.some(({ msg, job }) => msg === 'delivered' && job === idOf(first)));
    if (!second || !third) throw new Error('there are two further messages');
    house.discord.deleteMessage(second);
    const pressed = await house.member('alice').press(first, 'Delete');
    await house.discord.waitFor(() => first.deleted && third.deleted);
    await house.discord.waitFor(() => house.bot.log.some(({ msg, job }) => msg === 'deleted' && job === idOf(first)));
    expect(pressed.followUps()).toEqual([]);
  });

  it('removes all messages of a private picture that came by direct message', async () => {
    // Of three such pictures two fit into one message.
    house.segmind.script({ on: 'submit', largeImages: 9 * MIB });
    house.segmind.hold();
    const options = { prompt: 'sent home', private: true, samples: 3 };
    const invocation = await house.member('alice').command('timeless', options);
    await invocation.waitForReply((message) => textOf(message).includes('Submitted'));
    invocation.expireToken();
    house.segmind.release();
    const direct = house.discord.directMessages('alice');
    const [first, second] = await house.discord.waitFor(() => {
      const sent = house.discord.messages(direct).filter(({ attachments }) => attachments[0]?.size === 9 * MIB);
      return sent.length === 2 && sent;
    }, 25_000);
    if (!first || !second) throw new Error('there are two messages');
    await house.discord.waitFor(() => house.bot.log.some(({ msg, job }) => msg === 'delivered' && job === idOf(first)));
    await house.discord.actor('alice', direct).press(first, 'Delete');
    await house.discord.waitFor(() => first.deleted && second.deleted);
  });
});

describe('an acknowledgement that Discord took and whose answer got lost', () => {
  const loseAnswer = () => house.discord.faults.add({ path: /callback/, reset: true, after: true });

  it.each([false, true])('says that something broke, and starts nothing (private: %s)', async (isPrivate) => {
    loseAnswer();
    const options = { prompt: `lost ${isPrivate}`, private: isPrivate };
    const invocation = await house.member('alice').command('timeless', options);
    const reply = await invocation.waitForReply();
    expect(textOf(reply)).toContain(
      `Something broke in the bot. The operator can find it in the log. Reference ${invocation.id}`,
    );
    expect(reply.ephemeralFor).toBe(isPrivate ? house.discord.user('alice').id : undefined);
    await house.discord.waitFor(() => house.bot.log.some(({ interaction }) => interaction === invocation.id));
    await painted(await house.member('alice').command('timeless', { prompt: 'found' }));
    expect(submitsOf(options.prompt)).toEqual([]);
  });

  it('says so soon when the answer never comes', async () => {
    house.discord.faults.add({ path: /callback/, delayMs: 30_000, after: true });
    const invocation = await house.member('alice').command('timeless', { prompt: 'in limbo' });
    expect(textOf(await invocation.waitForReply(undefined, 15_000))).toContain('Something broke in the bot');
    expect(submitsOf('in limbo')).toEqual([]);
  });

  it('leaves the message alone whose button was pressed', async () => {
    const message = await painted(await house.member('alice').command('timeless', { prompt: 'untouched' }));
    const before = textOf(message);
    loseAnswer();
    const pressed = await house.member('alice').press(message, 'Delete');
    const [told] = await house.discord.waitFor(() => pressed.followUps().length === 1 && pressed.followUps());
    expect(told?.content).toContain('Something broke in the bot');
    expect(told?.ephemeralFor).toBe(house.discord.user('alice').id);
    expect(textOf(message)).toBe(before);
    expect(message.deleted).toBe(false);
  });
});

describe('what the bot has no answer to', () => {
  const carrier = () => ({
    id: '1000000000000000001',
    channel_id: house.discord.guild.channel('general').id,
    author: { id: house.discord.botUserId, username: 'timeless' },
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
    ['a modal', () => ({ type: 5, data: { custom_id: 'edit:0000000000001', components: [] } })],
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
    const mallory = house.member('mallory');
    const reply = await (await mallory.rawInteraction(payload())).waitForReply();
    expect(textOf(reply)).toContain('does not know this command or button');
    expect(reply.ephemeralFor).toBe(mallory.user.id);
  });

  it('logs choices that did not reach the member, and goes on', async () => {
    house.discord.faults.add({ path: /callback/, respond: { status: 500, body: {} } });
    const logged = () => house.bot.log.filter(({ msg }) => msg === 'an interaction broke').length;
    const before = logged();
    house
      .member('alice')
      .autocomplete('timeless', 'width', '10')
      .catch(() => {});
    await house.discord.waitFor(() => logged() === before + 1);
    expect(await house.member('alice').autocomplete('timeless', 'width', '1024')).not.toEqual([]);
  });
});
