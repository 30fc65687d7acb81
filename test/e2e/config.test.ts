import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buttonsOf, type Channel, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed({ settings: {} });
});
afterEach(() => bed.close());

type Options = Readonly<Record<string, string | number | boolean>>;

/** Uses `/timeless-config`; `path` is a subcommand, after its group if it has one. */
async function config(who: string, path: string, options: Options = {}, force = false): Promise<Message> {
  const [first = '', second] = path.split(' ');
  const place = second === undefined ? { subcommand: first } : { group: first, subcommand: second };
  const actor = bed.member(who);
  const invocation = await actor.command('timeless-config', options, { ...place, force });
  const reply = await invocation.waitForReply();
  expect(reply.ephemeralFor).toBe(actor.user.id);
  return reply;
}

const answer = async (path: string, options: Options = {}, who = 'moderator') =>
  textOf(await config(who, path, options));

/** The answer to a member who requests an image. */
async function refusal(options: Options = {}): Promise<string> {
  const invocation = await bed.member('alice').command('timeless', { prompt: 'a pond', ...options });
  const reply = await invocation.waitForReply();
  expect(reply.ephemeralFor).toBe(bed.discord.user('alice').id);
  return textOf(reply);
}

async function image(options: Options = {}): Promise<Message> {
  return imageReply(await bed.member('alice').command('timeless', { prompt: 'a pond', ...options }));
}

const lastSubmit = () => bed.segmind.submits.at(-1)?.body ?? {};

describe('permissions', () => {
  it('refuse members, even with a forged command', async () => {
    await expect(bed.member('alice').command('timeless-config', {}, { subcommand: 'view' })).rejects.toThrow();
    for (const path of ['view', 'limits', 'reset', 'history', 'moderators list']) {
      expect(textOf(await config('mallory', path, {}, true))).toContain('Only moderators can do this');
    }
    const pressed = await bed.member('mallory').pressCustomId(`reset-confirmed:${bed.discord.guild.id}`);
    expect(textOf(await pressed.waitForReply())).toContain('Only moderators can do this');
    expect(await answer('history')).toContain('No changes yet');
  });

  it('are checked at every command', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    expect(await answer('view')).toContain('Server settings');
    guild.ownRole(bed.discord.user('moderator')).permissions = 0n;
    expect(textOf(await config('moderator', 'pause', { reason: 'mine' }, true))).toContain('Only moderators');
  });
});

describe('view', () => {
  it('shows all settings and marks the defaults', async () => {
    const text = await answer('view');
    expect(text).toContain('Images per day: 50 (default)');
  });

  it('warns until there is a budget', async () => {
    expect(await answer('view')).toMatch(/Needs attention.*No budget is set/s);
    expect(await answer('budget', { day: '2' })).not.toContain('No budget is set');
    expect(await answer('view')).not.toContain('Needs attention');
    expect(await answer('budget', { day: 'clear' })).toContain('⚠️ No budget is set');
  });

  it('names the permissions that the bot lacks in this channel', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    const bot = guild.ownRole(bed.discord.user(bed.discord.botUserId));
    bot.permissions &= ~PERMISSIONS.attachFiles;
    guild.everyone.permissions &= ~PERMISSIONS.attachFiles;
    const text = await answer('view');
    expect(text).toMatch(/missing permissions .*Attach Files/);
  });
});

describe('limits', () => {
  it('sets and clears them for everyone and for a role', async () => {
    expect(await answer('limits', { max_steps: '25', max_samples: '1' })).toContain(
      'Max steps for everyone: no limit (default) → 25',
    );
    expect(await refusal({ steps: 26 })).toContain('25');
    await image({ steps: 25 });
    const artists = bed.discord.guild.createRole({ name: 'artists' });
    bed.discord.guild.grant(bed.discord.user('alice'), artists);
    expect(await answer('limits', { role: artists.id, max_steps: '-1' })).toContain('no limit');
    await image({ steps: 40 });
    expect(await answer('limits', { role: artists.id })).toContain('Max samples: same as everyone, 1');
    expect(await answer('limits')).toContain(`<@&${artists.id}> · Max steps: no limit`);
    expect(await answer('limits', { role: artists.id, max_steps: 'Clear' })).toContain('same as everyone');
    expect(await refusal({ steps: 40 })).toContain('25');
    await answer('limits', { max_steps: 'clear', max_samples: 'clear' });
    expect(await answer('limits')).toContain('Max steps: no limit (default)');
  });

  it('treats the role @everyone as everyone, and warns of a limit that allows nothing', { tags: 'slow' }, async () => {
    const text = await answer('limits', { role: bed.discord.guild.id, images_per_day: '0' });
    expect(text).toContain('Images per day for everyone: 50 (default) → 0 (blocked)');
    expect(text).toContain('Nobody can request images');
    expect(await refusal()).toContain("You weren't charged");
  });

  it('refuses invalid values and says what is allowed', { tags: 'slow' }, async () => {
    const text = await answer('limits', { max_steps: '20', images_per_day: 'many' });
    expect(text).toContain("`images_per_day`: “many” isn't allowed");
    expect(text).toContain('from 0 (blocked) to 100,000');
    expect(text).toContain('Nothing changed');
    expect(await answer('limits', { cooldown: '1.5' })).toContain('whole number of seconds');
    const foreign = bed.discord.createGuild().createRole({ name: 'foreign' });
    const forged = await config('moderator', 'limits', { role: foreign.id, max_steps: '20' }, true);
    expect(textOf(forged)).toContain('This server has no such role. Nothing changed.');
    expect(await answer('history')).toContain('No changes yet');
  });

  it('drops the limits of deleted roles', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    const [old, young] = [guild.createRole({ name: 'old' }), guild.createRole({ name: 'young' })];
    await answer('limits', { role: old.id, max_steps: '30' });
    guild.deleteRole(old);
    expect(await answer('limits', { role: young.id, max_steps: '40' })).toContain(`Limits for <@&${old.id}>`);
    expect(await answer('limits')).not.toContain(old.id);
  });
});

describe('safety', () => {
  it('sets each option and applies it', { tags: 'slow' }, async () => {
    expect(await answer('safety')).toContain('Spoilers on all images: off (default)');
    const text = await answer('safety', { spoilers: true, private_images: false, negative_prompt: 'gore' });
    expect(text).toContain('Negative prompt for every request: none (default) → “gore”');
    const message = await image();
    expect(message.attachments[0]?.spoiler).toBe(true);
    expect(lastSubmit()['negative_prompt']).toBe('gore');
    expect(await refusal({ private: true })).toContain('rivate');
    await answer('safety', { only_age_restricted: true });
    expect(await refusal()).toContain('age-restricted');
    await answer('safety', { only_age_restricted: false, spoilers: false, negative_prompt: 'CLEAR' });
    await image();
    expect(lastSubmit()['negative_prompt']).toBeUndefined();
    expect(await answer('safety', { spoilers: false })).toContain('it was already set like this');
    expect(await answer('safety', { negative_prompt: '\u200b' })).toContain('visible characters');
  });
});

describe('defaults', () => {
  it('sets and clears the values of omitted options', { tags: 'slow' }, async () => {
    expect(await answer('defaults')).toContain('Size: 1024×1024 (default)');
    const given = { size: '768x1344', steps: 22, guidance: 3.5, scheduler: 'DDIM', samples: 2 };
    expect(await answer('defaults', given)).toContain('Default size: 1024×1024 (default) → 768×1344');
    await image();
    expect(lastSubmit()).toMatchObject({
      img_width: 768,
      img_height: 1344,
      num_inference_steps: 22,
      guidance_scale: 3.5,
      scheduler: 'DDIM',
      samples: 2,
    });
    await answer('defaults', { clear: 'all', steps: 21 });
    await image();
    expect(lastSubmit()).toMatchObject({
      img_width: 1024,
      num_inference_steps: 21,
      scheduler: 'DPM2 Karras',
      samples: 1,
    });
    const forged = textOf(await config('moderator', 'defaults', { steps: 500 }, true));
    expect(forged).toContain('`steps` must be from 20 to 100. Nothing changed.');
  });
});

describe('budget', () => {
  it('sets a day and a month, shows the spending, and refuses beyond it', async () => {
    await image();
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'delivered'));
    const text = await answer('budget', { day: '$0.01', month: '5' });
    expect(text).toContain('Budget per day: no limit (default) → $0.01');
    expect(text).toMatch(
      /Today: \$0\.0\d spent, \$0\.00 reserved for requests in the queue or in progress; resets <t:\d+:R>/,
    );
    expect(await refusal()).toContain('budget');
    expect(await answer('budget')).toContain('Budget per month: **$5.00**');
    expect(await answer('budget', { day: '1,000' })).toContain('Use an amount in US$');
    await answer('budget', { day: 'clear', month: '-1' });
    await image();
  });
});

describe('log', () => {
  it('accepts a channel in which the bot can write, and announces itself there', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    const channel = guild.createChannel({ name: 'mod-log' });
    expect(await answer('log', { channel: channel.id })).toContain(`Log channel: none (default) → <#${channel.id}>`);
    expect(bed.discord.messages(channel).map(textOf).join()).toContain('This channel now gets my log');
    const other = guild.createChannel({ name: 'other-log' });
    await answer('log', { channel: other.id });
    expect(bed.discord.messages(channel).map(textOf).join()).toContain('stopped the log in this channel');
    expect(await answer('log')).toContain(`<#${other.id}>`);
    await answer('log', { off: true });
    expect(await answer('log')).toContain('none (default)');
  });

  it('refuses a channel in which the bot cannot write, and names the missing permissions', {
    tags: 'slow',
  }, async () => {
    const { guild } = bed.discord;
    const closed = guild.createChannel({ name: 'closed', denyBot: true });
    expect(await answer('log', { channel: closed.id })).toContain('Give me View Channel');
    const plain = guild.createChannel({ name: 'plain' });
    plain.overwrites.push({ id: bed.discord.botUserId, type: 'member', allow: 0n, deny: PERMISSIONS.embedLinks });
    expect(await answer('log', { channel: plain.id })).toContain('and Embed Links there');
    const elsewhere = bed.discord.createGuild().channel('general');
    const forged = textOf(await config('moderator', 'log', { channel: elsewhere.id }, true));
    expect(forged).toContain('of this server. Nothing changed.');
    expect(bed.discord.messages(elsewhere)).toEqual([]);
    expect(await answer('log', { channel: plain.id, off: true })).toContain('not both');
    expect(await answer('log')).toContain('none (default)');
  });

  it('refuses a channel in which the moderator cannot write, but accepts it from an administrator', async () => {
    const { guild, requests } = bed.discord;
    const { id } = bed.discord.user('moderator');
    const without = (deny: bigint, options: { name: string; type?: number; parent?: Channel }) => {
      const channel = guild.createChannel(options);
      (options.parent ?? channel).overwrites.push({ id, type: 'member', allow: 0n, deny });
      return channel;
    };
    const hidden = without(PERMISSIONS.viewChannel, { name: 'owners' });
    const closed = [
      hidden,
      without(PERMISSIONS.sendMessages, { name: 'announcements' }),
      without(PERMISSIONS.viewChannel, { name: 'owners-thread', type: 11, parent: guild.channel('nsfw') }),
      without(PERMISSIONS.sendMessagesInThreads, { name: 'reading', type: 11, parent: guild.channel('art') }),
      guild.createChannel({ name: 'secret-thread', type: 12, parent: guild.channel('general') }),
    ];
    const asked = requests.length;
    for (const channel of closed) {
      const text = textOf(await config('moderator', 'log', { channel: channel.id }, true));
      expect(text, channel.name).toContain(`You can't write in <#${channel.id}>, so you can't make it the log.`);
      expect(text).toContain('Nothing changed.');
    }
    expect(requests.slice(asked).filter(({ path }) => path.startsWith('/channels/'))).toEqual([]);
    for (const channel of closed) {
      expect(bed.discord.messages(channel)).toEqual([]);
      expect(await answer('log', { channel: channel.id }, 'admin'), channel.name).toContain('**Changed**');
    }
    expect(await answer('log', { channel: guild.channel('general').id })).toContain('**Changed**');
    guild.ownRole(bed.discord.user('moderator')).permissions |= PERMISSIONS.manageThreads;
    expect(await answer('log', { channel: closed.at(-1)?.id ?? '' })).toContain('**Changed**');
  });

  it('looks up an inaccessible channel at most once a minute', { tags: 'slow' }, async () => {
    const { guild, requests } = bed.discord;
    const closed = guild.createChannel({ name: 'closed', denyBot: true });
    const plain = guild.createChannel({ name: 'plain' });
    plain.overwrites.push({ id: bed.discord.botUserId, type: 'member', allow: 0n, deny: PERMISSIONS.embedLinks });
    for (let count = 0; count < 5; count += 1) {
      for (const { id } of [closed, plain])
        expect(await answer('log', { channel: id })).toContain('Then try again in a minute.');
    }
    expect(requests.filter(({ status }) => status === 403).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /channels/${closed.id}`,
      `POST /channels/${plain.id}/messages`,
    ]);
  });

  it('accepts a thread', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    const thread = guild.createChannel({ name: 'thread', type: 11, parent: guild.channel('general') });
    expect(await answer('log', { channel: thread.id })).toContain('**Changed**');
  });
});

describe('buttons', () => {
  it('sets who can press each button', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    expect(await answer('buttons')).toContain('Who can use Delete: requester only (default)');
    const role = guild.createRole({ name: 'painters' });
    await answer('buttons', { button: 'Reroll', who: 'A role', role: role.id });
    const message = await image();
    const refused = await (await bed.member('bob').press(message, 'Reroll')).waitForReply();
    expect(textOf(refused)).toContain('Only');
    guild.grant(bed.discord.user('bob'), role);
    await imageReply(await bed.member('bob').press(message, 'Reroll'));
    expect(await answer('buttons', { button: 'Delete', role: guild.id })).toContain('anyone');
    await bed.member('mallory').press(message, 'Delete');
    await bed.discord.waitFor(() => message.deleted);
    expect(await answer('buttons', { who: 'Anyone' })).toContain('Which button? Add `button`');
    expect(await answer('buttons', { button: 'Delete', who: 'A role' })).toContain('Which role? Add `role`');
    expect(await answer('buttons', { button: 'Delete' })).toContain('Add `who` (requester only, anyone or a role)');
    expect(await answer('buttons', { button: 'Reroll', who: 'Requester only' })).toContain('**Changed**');
    expect(await answer('buttons')).not.toContain(role.id);
  });
});

describe('pause and resume', () => {
  it('stops new images with a reason that members read', async () => {
    expect(await answer('resume')).toContain("This server isn't paused. Nothing changed.");
    expect(await answer('pause', { reason: 'Too *many* ducks' })).toContain('ducks');
    expect(await refusal()).toContain('ducks');
    expect(await answer('view')).toContain('Paused');
    expect(await answer('resume')).toContain('→ not paused (default)');
    await image();
    expect(await answer('pause', { reason: '\u200b' })).toContain('visible characters');
  });
});

describe('history', () => {
  it('shows who changed what, the latest first', { tags: 'slow' }, async () => {
    await answer('limits', { max_steps: '30' });
    await answer('safety', { spoilers: true }, 'admin');
    const text = await answer('history');
    const [spoilers, steps] = [text.indexOf('Spoilers on all images'), text.indexOf('Max steps for everyone')];
    expect(spoilers).toBeGreaterThan(0);
    expect(steps).toBeGreaterThan(spoilers);
    expect(text).toContain(`<@${bed.discord.user('admin').id}>`);
  });
});

describe('reset', () => {
  it('asks first, and resets everything except the moderator roles', { tags: 'slow' }, async () => {
    const role = bed.discord.guild.createRole({ name: 'stewards' });
    await answer('moderators add', { role: role.id }, 'admin');
    await answer('limits', { max_steps: '30' });
    await answer('pause', { reason: 'tea' });
    const question = await config('moderator', 'reset');
    expect(textOf(question)).toContain('The moderator roles stay');
    const before = await answer('limits');
    expect(before).toContain('Max steps: **30**');
    await bed.member('moderator').press(question, 'Reset');
    await bed.discord.waitFor(() => textOf(question).includes('**Changed**'));
    expect(buttonsOf(question)).toEqual([]);
    expect(await answer('limits')).toContain('Max steps: no limit (default)');
    expect(await answer('moderators list', {}, 'admin')).toContain(role.id);
    await image();
    expect(await answer('history')).toContain('→ not paused (default)');
  });

  it('also resets the moderator roles for an administrator', { tags: 'slow' }, async () => {
    const role = bed.discord.guild.createRole({ name: 'stewards' });
    await answer('moderators add', { role: role.id }, 'admin');
    const question = await config('admin', 'reset');
    expect(textOf(question)).toContain('it also clears the moderator roles');
    await bed.member('admin').press(question, 'Reset');
    await bed.discord.waitFor(() => textOf(question).includes('**Changed**'));
    expect(await answer('moderators list', {}, 'admin')).toContain('There are no moderator roles');
  });

  it('checks again who presses, and which server the question is for', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    await answer('limits', { max_steps: '30' });
    const question = await config('moderator', 'reset');
    const elsewhere = bed.discord.createGuild();
    const foreign = await bed.member('admin').pressCustomId(`reset-confirmed:${elsewhere.id}`);
    await foreign.waitForReply((message) => textOf(message).includes('from another server'));
    guild.ownRole(bed.discord.user('moderator')).permissions = 0n;
    const pressed = await bed.member('moderator').press(question, 'Reset');
    expect(textOf(await pressed.waitForReply())).toContain('Only moderators');
    expect(await answer('limits', {}, 'admin')).toContain('Max steps: **30**');
  });
});

describe('moderator roles', () => {
  it('are shown only to administrators, in view and in the history', async () => {
    const role = bed.discord.guild.createRole({ name: 'stewards' });
    expect(await answer('moderators add', { role: role.id }, 'admin')).toContain(role.id);
    for (const path of ['view', 'history']) {
      expect(await answer(path, {}, 'admin'), path).toContain(`<@&${role.id}>`);
      expect(await answer(path), path).not.toContain(role.id);
    }
    expect(await answer('view')).toContain('Roles: only administrators can see them');
    expect(await answer('history')).toContain('Moderator roles: changed');
  });

  it('are not named in the log channel', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    const logChannel = guild.createChannel({ name: 'mod-log' });
    await answer('log', { channel: logChannel.id });
    const role = guild.createRole({ name: 'stewards' });
    await answer('moderators add', { role: role.id }, 'admin');
    const logged = () => bed.discord.messages(logChannel).map(textOf).join();
    await bed.discord.waitFor(() => logged().includes('Moderator roles: changed'));
    expect(logged()).not.toContain(role.id);
  });
});

describe('moderators', () => {
  it('lets administrators add roles whose members become moderators', { tags: 'slow' }, async () => {
    const { guild } = bed.discord;
    const role = guild.createRole({ name: 'stewards' });
    guild.grant(bed.discord.user('bob'), role);
    expect(textOf(await config('bob', 'view', {}, true))).toContain('Only moderators');
    await answer('moderators add', { role: role.id }, 'admin');
    expect(textOf(await config('bob', 'view', {}, true))).toContain('Server settings');
    expect(textOf(await config('bob', 'moderators add', { role: role.id }, true))).toContain('Only administrators');
    expect(await answer('moderators add', { role: guild.id }, 'admin')).toContain(
      "@everyone can't be a moderator role",
    );
    const path = { group: 'moderators', subcommand: 'remove' };
    const offered = await bed.member('admin').autocomplete('timeless-config', 'role', 'stew', {}, path);
    expect(offered).toEqual([{ name: 'stewards', value: role.id }]);
    expect(await bed.member('moderator').autocomplete('timeless-config', 'role', '', {}, path)).toEqual([]);
    expect(await answer('moderators remove', { role: 'someone' }, 'admin')).toContain("isn't a moderator role");
    expect(await answer('moderators remove', { role: '@Stewards' }, 'admin')).toContain(`removed <@&${role.id}>`);
    expect(textOf(await config('bob', 'view', {}, true))).toContain('Only moderators');
  });

  it('refuses moderators who are not administrators', { tags: 'slow' }, async () => {
    for (const path of ['moderators add', 'moderators remove', 'moderators list']) {
      const text = textOf(await config('moderator', path, { role: bed.discord.guild.id }, true));
      expect(text).toContain('Only administrators');
    }
  });
});
