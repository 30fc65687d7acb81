import { afterEach, describe, expect, it } from 'vitest';
import { type Actor, type Channel, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { ended, type House, labelsOf, openHouse, painted, textOf } from './house.ts';

let house: House;
afterEach(() => house.close());

const channel = (name: string): Channel => house.discord.guild.channel(name);
const at = (place: string, name = 'alice'): Actor => house.discord.actor(name, channel(place));
const ask = (options: object = {}, actor = house.member('alice')) =>
  actor.command('timeless', { prompt: 'a red rose', ...options });
const answerTo = async (options: object = {}, actor?: Actor) => (await ask(options, actor)).waitForReply();
const bodies = () => house.segmind.submits.filter(({ status }) => status === 200).map(({ body }) => body);

/** Sets something as a moderator does, and gives the answer. */
async function set(subcommand: string, options: Record<string, string | number | boolean>, group?: string) {
  const path = { subcommand, ...(group === undefined ? {} : { group }) };
  const invocation = await house.member('moderator').command('timeless-config', options, path);
  const answer = await invocation.waitForReply();
  expect(answer.ephemeralFor).toBe(house.discord.user('moderator').id);
  return textOf(answer);
}

function expectRefused(message: Message, text: string): void {
  expect(textOf(message)).toContain(text);
  expect(message.ephemeralFor).toBeDefined();
}

describe('channels', () => {
  it('follow what a moderator sets and an administrator moves, threads with their channel and its category', async () => {
    house = await openHouse();
    const { guild } = house.discord;
    await set('deny', { channel: channel('studio').id }, 'channels');
    expectRefused(await answerTo({}, at('art')), `Pictures can't be made in <#${channel('studio').id}>`);
    expectRefused(await answerTo({}, at('sketches')), `Pictures can't be made in <#${channel('studio').id}>`);
    await painted(await ask({}, at('general')));
    guild.moveChannel(channel('art'), undefined);
    await painted(await ask({}, at('art')));
    await painted(await ask({}, at('sketches')));
    guild.moveChannel(channel('art'), channel('studio'));
    expectRefused(await answerTo({}, at('sketches')), "can't be made in");
    await set('allow', { channel: channel('general').id }, 'channels');
    expectRefused(await answerTo({}, at('nsfw')), `They can be made in: <#${channel('general').id}>`);
    await painted(await ask({}, at('general')));
  });

  it('are refused where a rule exists and Discord does not say what a thread hangs in', async () => {
    house = await openHouse({ expectedViolations: ['bot can view'] });
    await set('deny', { channel: channel('studio').id }, 'channels');
    house.discord.faults.add({
      method: 'GET',
      path: /\/channels\/\d+$/,
      respond: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
    });
    expectRefused(await answerTo({}, at('sketches')), "the bot can't find out which channel or category");
  });

  it('may have to be age-restricted, a thread as its channel', async () => {
    house = await openHouse({ settings: { safety: { onlyAgeRestricted: true } } });
    const { guild } = house.discord;
    expectRefused(await answerTo({}, at('art')), 'only be made in age-restricted channels');
    expectRefused(await answerTo({}, at('sketches')), 'only be made in age-restricted channels');
    await painted(await ask({}, at('nsfw')));
    guild.setAgeRestricted(channel('art'), true);
    await painted(await ask({}, at('sketches')));
  });
});

describe('safety', () => {
  it('hides pictures, and adds a negative prompt once, also to a reroll', async () => {
    house = await openHouse();
    await set('safety', { spoilers: true, negative_prompt: 'gore' });
    const picture = await painted(await ask({ negative_prompt: 'rain' }));
    expect(picture.attachments.map(({ spoiler }) => spoiler)).toEqual([true]);
    expect(textOf(picture)).toContain('rain\nNegative prompt (this server)\ngore');
    await painted(await house.member('alice').press(picture, 'Reroll'));
    await painted(await ask());
    expect(bodies().map((body) => body['negative_prompt'])).toEqual(['rain, gore', 'rain, gore', 'gore']);
  });

  it('may forbid private pictures', async () => {
    house = await openHouse();
    await painted(await ask({ private: true }));
    await set('safety', { private_images: false });
    expectRefused(await answerTo({ private: true }), 'Private pictures are not allowed');
  });
});

describe('words', () => {
  it('of the filter are refused without being repeated, whatever they are dressed up as, and count towards nothing', async () => {
    house = await openHouse({ settings: { filterWords: ['kid', 'blood'], limits: { everyone: { imagesPerDay: 2 } } } });
    for (const prompt of ['a kid', 'a k1d', 'b l o o d everywhere', 'a КID', 'a k\u200bid', 'BLÓOD']) {
      const refused = await answerTo({ prompt });
      expectRefused(refused, "a word or phrase that this server's filter doesn't allow");
      expect(textOf(refused).toLowerCase()).not.toMatch(/kid|blood/);
    }
    expectRefused(await answerTo({ negative_prompt: 'blood' }), 'The negative prompt has a word');
    await painted(await ask({ prompt: 'a kidney of Scunthorpe, bloodless' }));
    await set('add', { word: 'bloodless' }, 'filter');
    expectRefused(await answerTo({ prompt: 'bloodless' }), 'The prompt has a word');
    await painted(await ask({ prompt: 'kidneys' }));
  });
});

describe('blocks', () => {
  it('refuse a member, and end what waits', async () => {
    house = await openHouse({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    house.segmind.hold();
    const under = await ask();
    await under.waitForReply((message) => textOf(message).includes('Submitted'));
    const waiting = await ask();
    await waiting.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const others = await ask({}, house.member('bob'));
    await others.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const options = { member: house.discord.user('alice').id, duration: '2h', reason: 'too many roses' };
    expect(await set('add', options, 'block')).toMatch(/1 waiting/);
    expect(textOf(await ended(waiting))).toContain('Nothing was charged');
    expectRefused(await answerTo(), 'Moderators have blocked you');
    expectRefused(await answerTo(), 'too many roses');
    house.segmind.release();
    const picture = await painted(under);
    await painted(others);
    const pressed = await house.member('alice').press(picture, 'New seed');
    expectRefused(await pressed.waitForReply((message) => message.id !== picture.id), 'Moderators have blocked you');
    const path = { group: 'block', subcommand: 'remove' };
    const [choice] = await house.member('moderator').autocomplete('timeless-config', 'blocked', 'ali', {}, path);
    await set('remove', { blocked: String(choice?.value) }, 'block');
    await painted(await ask());
  });

  it('refuse a role, and end what its members wait for', async () => {
    house = await openHouse({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    const { guild } = house.discord;
    house.segmind.hold();
    const under = await ask({}, house.member('mallory'));
    await under.waitForReply((message) => textOf(message).includes('Submitted'));
    const role = guild.createRole({ name: 'guests' });
    guild.grant(house.discord.user('bob'), role);
    const guests = await ask({}, house.member('bob'));
    const members = await ask({}, house.member('alice'));
    await members.waitForReply((message) => labelsOf(message).includes('Cancel'));
    expect(await set('add', { role: role.id }, 'block')).toMatch(/1 waiting/);
    await ended(guests);
    expectRefused(await answerTo({}, house.member('bob')), 'blocked one of your roles');
    house.segmind.release();
    await painted(members);
  });
});

describe('buttons', () => {
  it('obey the server, and moderators always may', async () => {
    house = await openHouse({ settings: { buttons: { reroll: { who: 'requester' }, delete: { who: 'anyone' } } } });
    const picture = await painted(await ask());
    const refused = await (await house.member('mallory').press(picture, 'Reroll')).waitForReply();
    expectRefused(refused, 'Only who asked for this picture, or a moderator, can repeat it.');
    await painted(await house.member('mallory').press(picture, 'New seed'));
    await painted(await house.member('moderator').press(picture, 'Reroll'));
    await painted(await house.member('alice').press(picture, 'Reroll'));
    await house.member('mallory').press(picture, 'Delete');
    await house.discord.waitFor(() => picture.deleted);
  });
});

describe('a pause', () => {
  it('refuses with its reason, lets accepted jobs run on, and ends', async () => {
    house = await openHouse();
    house.segmind.hold();
    const accepted = await ask();
    await accepted.waitForReply();
    await set('pause', { reason: 'exam week' });
    expectRefused(await answerTo(), 'exam week');
    house.segmind.release();
    await painted(accepted);
    await set('resume', {});
    await painted(await ask());
  });
});

describe('defaults', () => {
  it('are what members get who say nothing', async () => {
    house = await openHouse();
    await set('defaults', { size: '768x1344', steps: 40, guidance: 9, scheduler: 'Euler', samples: 2 });
    await painted(await ask());
    await painted(await ask({ steps: 20, samples: 1, width: 512 }));
    expect(bodies()[0]).toMatchObject({ img_width: 768, img_height: 1344, num_inference_steps: 40, samples: 2 });
    expect(bodies()[0]).toMatchObject({ guidance_scale: 9, scheduler: 'Euler' });
    expect(bodies()[1]).toMatchObject({ img_width: 512, img_height: 1344, num_inference_steps: 20, samples: 1 });
  });
});

describe('who may set things', () => {
  const forged = (actor: Actor) =>
    actor.command('timeless-config', { reason: 'mine now' }, { subcommand: 'pause', force: true });

  it('is asked anew with every command, press and autocomplete', async () => {
    house = await openHouse({ settings: { filterWords: ['secret'] } });
    const { guild } = house.discord;
    await expect(house.member('mallory').command('timeless-config', {}, { subcommand: 'view' })).rejects.toThrow(
      'lacks',
    );
    expectRefused(await (await forged(house.member('mallory'))).waitForReply(), 'Only moderators may do this');
    const path = { group: 'filter', subcommand: 'remove', force: true };
    expect(await house.member('mallory').autocomplete('timeless-config', 'word', 's', {}, path)).toEqual([]);
    expect(await house.member('moderator').autocomplete('timeless-config', 'word', 's', {}, path)).toHaveLength(1);

    const moderator = house.discord.user('moderator');
    const reset = await house.member('moderator').command('timeless-config', {}, { subcommand: 'reset' });
    const question = await reset.waitForReply();
    guild.revoke(moderator, guild.ownRole(moderator));
    const pressed = await house.member('moderator').press(question, 'Reset');
    expectRefused(await pressed.waitForReply((message) => message.id !== question.id), 'Only moderators may do this');
    expectRefused(await (await forged(house.member('moderator'))).waitForReply(), 'Only moderators may do this');
    await painted(await ask());
    expectRefused(await answerTo({ prompt: 'secret' }), "this server's filter");
  });

  it('is extended to a role by administrators alone', async () => {
    house = await openHouse();
    const { guild } = house.discord;
    const role = guild.createRole({ name: 'curators', permissions: 0n });
    const path = { group: 'moderators', subcommand: 'add' };
    const refused = await house.member('moderator').command('timeless-config', { role: role.id }, path);
    expectRefused(await refused.waitForReply(), 'dministrator');
    await (await house.member('admin').command('timeless-config', { role: role.id }, path)).waitForReply();
    guild.grant(house.discord.user('mallory'), role);
    // Discord's client shows the command to them once an administrator has allowed it there.
    await (await forged(house.member('mallory'))).waitForReply();
    expectRefused(await answerTo(), 'mine now');
    guild.revoke(house.discord.user('mallory'), role);
    expectRefused(await (await forged(house.member('mallory'))).waitForReply(), 'Only moderators may do this');
  });

  it('are not the moderators of another server, nor anybody in direct messages', async () => {
    house = await openHouse();
    const direct = house.discord.actor('moderator', 'dm');
    expectRefused(await (await forged(direct)).waitForReply(), 'Only moderators may do this');
    const elsewhere = house.discord.createGuild();
    elsewhere.join(house.discord.user('mallory'), { permissions: PERMISSIONS.moderateMembers });
    const abroad = house.discord.actor('mallory', elsewhere.channel('general'));
    await (await forged(abroad)).waitForReply();
    await painted(await ask());
  });
});
