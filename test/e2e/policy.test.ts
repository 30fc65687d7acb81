import { afterEach, describe, expect, it } from 'vitest';
import { type Actor, type Channel, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

const channel = (name: string): Channel => bed.discord.guild.channel(name);
const at = (place: string, name = 'alice'): Actor => bed.discord.actor(name, channel(place));
const ask = (options: object = {}, actor = bed.member('alice')) =>
  actor.command('timeless', { prompt: 'a red rose', ...options });
const answerTo = async (options: object = {}, actor?: Actor) => (await ask(options, actor)).waitForReply();
const bodies = () => bed.segmind.submits.filter(({ status }) => status === 200).map(({ body }) => body);

/** Changes a setting as a moderator, and returns the answer. */
async function set(subcommand: string, options: Record<string, string | number | boolean>, group?: string) {
  const path = { subcommand, ...(group === undefined ? {} : { group }) };
  const invocation = await bed.member('moderator').command('timeless-config', options, path);
  const answer = await invocation.waitForReply();
  expect(answer.ephemeralFor).toBe(bed.discord.user('moderator').id);
  return textOf(answer);
}

function expectRefused(message: Message, text: string): void {
  expect(textOf(message)).toContain(text);
  expect(message.ephemeralFor).toBeDefined();
}

describe('channels', () => {
  it('follow the moderator’s lists and an administrator’s moves, and threads follow their channel and its category', {
    tags: 'slow',
  }, async () => {
    bed = await openTestBed();
    const { guild } = bed.discord;
    await set('deny', { channel: channel('studio').id }, 'channels');
    expectRefused(await answerTo({}, at('art')), `Images are turned off in <#${channel('studio').id}>`);
    expectRefused(await answerTo({}, at('sketches')), `Images are turned off in <#${channel('studio').id}>`);
    await imageReply(await ask({}, at('general')));
    guild.moveChannel(channel('art'), undefined);
    await imageReply(await ask({}, at('art')));
    await imageReply(await ask({}, at('sketches')));
    guild.moveChannel(channel('art'), channel('studio'));
    expectRefused(await answerTo({}, at('sketches')), 'Images are turned off in');
    await set('allow', { channel: channel('general').id }, 'channels');
    expectRefused(
      await answerTo({}, at('nsfw')),
      `Images are turned off in this channel. You weren't charged. Try <#${channel('general').id}>.`,
    );
    await imageReply(await ask({}, at('general')));
  });

  it('are refused when there are lists and Discord does not report the channel of a thread', {
    tags: 'slow',
  }, async () => {
    bed = await openTestBed({ expectedViolations: ['bot can view'] });
    await set('deny', { channel: channel('studio').id }, 'channels');
    bed.discord.faults.add({
      method: 'GET',
      path: /\/channels\/\d+$/,
      respond: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
    });
    expectRefused(await answerTo({}, at('sketches')), "I can't tell whether images are allowed here");
  });

  it('are looked up at most once a minute when the bot cannot see them', {
    tags: 'slow',
  }, async () => {
    bed = await openTestBed();
    const { botUserId, requests } = bed.discord;
    await set('deny', { channel: channel('studio').id }, 'channels');
    channel('art').overwrites.push({ id: botUserId, type: 'member', allow: 0n, deny: PERMISSIONS.viewChannel });
    const refused = () => requests.filter(({ status }) => [401, 403, 404].includes(status));
    for (let count = 0; count < 30; count += 1)
      expectRefused(await answerTo({}, at('sketches')), "I can't tell whether images are allowed here");
    expect(refused().map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /channels/${channel('art').id}`]);
    // Visible channels are always looked up again, so that a channel that was just moved counts.
    const found = bed.discord.guild.createChannel({ name: 'plain', type: 11, parent: channel('general') });
    const actor = bed.discord.actor('alice', found);
    for (const _ of [1, 2]) await imageReply(await ask({}, actor));
    expect(requests.filter(({ path }) => path === `/channels/${channel('general').id}`)).toHaveLength(2);
  });

  it('can be required to be age-restricted, and a thread follows its channel', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: { safety: { onlyAgeRestricted: true } } });
    const { guild } = bed.discord;
    expectRefused(
      await answerTo({}, at('art')),
      `This server allows images only in age-restricted channels. You weren't charged. Try <#${channel('nsfw').id}>.`,
    );
    expectRefused(
      await answerTo({}, at('sketches')),
      `This server allows images only in age-restricted channels. You weren't charged. Try <#${channel('nsfw').id}>.`,
    );
    await imageReply(await ask({}, at('nsfw')));
    guild.setAgeRestricted(channel('art'), true);
    await imageReply(await ask({}, at('sketches')));
  });
});

describe('safety', () => {
  it('adds spoilers, and a negative prompt once, also to a reroll', async () => {
    bed = await openTestBed();
    await set('safety', { spoilers: true, negative_prompt: 'gore' });
    const image = await imageReply(await ask({ negative_prompt: 'rain' }));
    expect(image.attachments.map(({ spoiler }) => spoiler)).toEqual([true]);
    const details = await bed.member('alice').press(image, 'Details');
    expect(textOf(await details.waitForReply())).toContain('rain\nNegative prompt (this server)\ngore');
    await imageReply(await bed.member('alice').press(image, 'Reroll'));
    await imageReply(await ask());
    expect(bodies().map((body) => body['negative_prompt'])).toEqual(['rain, gore', 'rain, gore', 'gore']);
  });

  it('can forbid private images', { tags: 'slow' }, async () => {
    bed = await openTestBed();
    await imageReply(await ask({ private: true }));
    await set('safety', { private_images: false });
    expectRefused(await answerTo({ private: true }), "This server doesn't allow private images");
  });
});

describe('filtered words', () => {
  it('are refused in any disguise without being repeated, and do not count towards limits', async () => {
    bed = await openTestBed({ settings: { filterWords: ['kid', 'blood'], limits: { everyone: { imagesPerDay: 2 } } } });
    for (const prompt of ['a kid', 'a k1d', 'b l o o d everywhere', 'a КID', 'a k\u200bid', 'BLÓOD']) {
      const refused = await answerTo({ prompt });
      expectRefused(refused, "a word or phrase that this server's filter blocks");
      expect(textOf(refused).toLowerCase()).not.toMatch(/kid|blood/);
    }
    expectRefused(await answerTo({ negative_prompt: 'blood' }), 'Your negative prompt has a word');
    await imageReply(await ask({ prompt: 'a kidney of Scunthorpe, bloodless' }));
    await set('add', { word: 'bloodless' }, 'filter');
    expectRefused(await answerTo({ prompt: 'bloodless' }), 'Your prompt has a word');
    await imageReply(await ask({ prompt: 'kidneys' }));
  });
});

describe('blocks', () => {
  it('refuse a member, and cancel their queued requests', async () => {
    bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    bed.segmind.hold();
    const under = await ask();
    await under.waitForReply((message) => textOf(message).includes('Sent'));
    const waiting = await ask();
    await waiting.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const others = await ask({}, bed.member('bob'));
    await others.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const options = { member: bed.discord.user('alice').id, duration: '2h', reason: 'too many roses' };
    expect(await set('add', options, 'block')).toMatch(/cancelled 1 request/);
    expect(textOf(await ended(waiting))).toContain("You weren't charged.");
    expectRefused(await answerTo(), 'Moderators have blocked you');
    expectRefused(await answerTo(), 'too many roses');
    bed.segmind.release();
    const image = await imageReply(under);
    await imageReply(others);
    const pressed = await bed.member('alice').press(image, 'New seed');
    expectRefused(await pressed.waitForReply((message) => message.id !== image.id), 'Moderators have blocked you');
    const path = { group: 'block', subcommand: 'remove' };
    const [choice] = await bed.member('moderator').autocomplete('timeless-config', 'blocked', 'ali', {}, path);
    await set('remove', { blocked: String(choice?.value) }, 'block');
    await imageReply(await ask());
  });

  it('refuse a role, and cancel its members’ queued requests', { tags: 'slow' }, async () => {
    bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    const { guild } = bed.discord;
    bed.segmind.hold();
    const under = await ask({}, bed.member('mallory'));
    await under.waitForReply((message) => textOf(message).includes('Sent'));
    const role = guild.createRole({ name: 'guests' });
    guild.grant(bed.discord.user('bob'), role);
    const guests = await ask({}, bed.member('bob'));
    const members = await ask({}, bed.member('alice'));
    await members.waitForReply((message) => labelsOf(message).includes('Cancel'));
    expect(await set('add', { role: role.id }, 'block')).toMatch(/cancelled 1 request/);
    await ended(guests);
    expectRefused(await answerTo({}, bed.member('bob')), 'blocked one of your roles');
    bed.segmind.release();
    await imageReply(members);
  });
});

describe('buttons', () => {
  it('follow the server’s settings, except for moderators', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: { buttons: { reroll: { who: 'requester' }, delete: { who: 'anyone' } } } });
    const image = await imageReply(await ask());
    const refused = await (await bed.member('mallory').press(image, 'Reroll')).waitForReply();
    expectRefused(refused, 'Only the person who requested this image, or a moderator, can repeat it.');
    for (const [label, what] of [
      ['Edit', 'edit it'],
      ['Details', 'see its details'],
    ] as const) {
      const denied = await (await bed.member('mallory').press(image, label)).waitForReply();
      expect(denied.content).toBe(`Only the person who requested this image, or a moderator, can ${what}.`);
      expect(denied.ephemeralFor).toBe(bed.discord.user('mallory').id);
    }
    await imageReply(await bed.member('mallory').press(image, 'New seed'));
    await imageReply(await bed.member('moderator').press(image, 'Reroll'));
    await imageReply(await bed.member('alice').press(image, 'Reroll'));
    await bed.member('mallory').press(image, 'Delete');
    await bed.discord.waitFor(() => image.deleted);
  });
});

describe('a pause', () => {
  it('refuses new requests with its reason, completes accepted ones, and can be ended', async () => {
    bed = await openTestBed();
    bed.segmind.hold();
    const accepted = await ask();
    await accepted.waitForReply();
    await set('pause', { reason: 'exam week' });
    expectRefused(await answerTo(), 'exam week');
    bed.segmind.release();
    await imageReply(accepted);
    await set('resume', {});
    await imageReply(await ask());
  });
});

describe('defaults', () => {
  it('apply to omitted options', async () => {
    bed = await openTestBed();
    await set('defaults', { size: '768x1344', steps: 40, guidance: 9, scheduler: 'Euler', samples: 2 });
    await imageReply(await ask());
    await imageReply(await ask({ steps: 20, samples: 1, width: 512 }));
    expect(bodies()[0]).toMatchObject({ img_width: 768, img_height: 1344, num_inference_steps: 40, samples: 2 });
    expect(bodies()[0]).toMatchObject({ guidance_scale: 9, scheduler: 'Euler' });
    expect(bodies()[1]).toMatchObject({ img_width: 512, img_height: 1344, num_inference_steps: 20, samples: 1 });
  });
});

describe('moderators', () => {
  const forged = (actor: Actor) =>
    actor.command('timeless-config', { reason: 'mine now' }, { subcommand: 'pause', force: true });

  it('are checked at every command, press and autocomplete', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: { filterWords: ['secret'] } });
    const { guild } = bed.discord;
    await expect(bed.member('mallory').command('timeless-config', {}, { subcommand: 'view' })).rejects.toThrow('lacks');
    expectRefused(await (await forged(bed.member('mallory'))).waitForReply(), 'Only moderators can do this');
    const path = { group: 'filter', subcommand: 'remove', force: true };
    expect(await bed.member('mallory').autocomplete('timeless-config', 'word', 's', {}, path)).toEqual([]);
    expect(await bed.member('moderator').autocomplete('timeless-config', 'word', 's', {}, path)).toHaveLength(1);

    const moderator = bed.discord.user('moderator');
    const reset = await bed.member('moderator').command('timeless-config', {}, { subcommand: 'reset' });
    const question = await reset.waitForReply();
    guild.revoke(moderator, guild.ownRole(moderator));
    const pressed = await bed.member('moderator').press(question, 'Reset');
    expectRefused(await pressed.waitForReply((message) => message.id !== question.id), 'Only moderators can do this');
    expectRefused(await (await forged(bed.member('moderator'))).waitForReply(), 'Only moderators can do this');
    await imageReply(await ask());
    expectRefused(await answerTo({ prompt: 'secret' }), "this server's filter");
  });

  it('can be extended by a role only by administrators', { tags: 'slow' }, async () => {
    bed = await openTestBed();
    const { guild } = bed.discord;
    const role = guild.createRole({ name: 'curators', permissions: 0n });
    const path = { group: 'moderators', subcommand: 'add' };
    const refused = await bed.member('moderator').command('timeless-config', { role: role.id }, path);
    expectRefused(await refused.waitForReply(), 'dministrator');
    await (await bed.member('admin').command('timeless-config', { role: role.id }, path)).waitForReply();
    guild.grant(bed.discord.user('mallory'), role);
    // Discord shows them the command once an administrator has allowed it.
    await (await forged(bed.member('mallory'))).waitForReply();
    expectRefused(await answerTo(), 'mine now');
    guild.revoke(bed.discord.user('mallory'), role);
    expectRefused(await (await forged(bed.member('mallory'))).waitForReply(), 'Only moderators can do this');
  });

  it('have no rights in another server or in direct messages', { tags: 'slow' }, async () => {
    bed = await openTestBed();
    const direct = bed.discord.actor('moderator', 'dm');
    expectRefused(await (await forged(direct)).waitForReply(), 'Only moderators can do this');
    const elsewhere = bed.discord.createGuild();
    elsewhere.join(bed.discord.user('mallory'), { permissions: PERMISSIONS.moderateMembers });
    const abroad = bed.discord.actor('mallory', elsewhere.channel('general'));
    await (await forged(abroad)).waitForReply();
    await imageReply(await ask());
  });
});
