import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, type CommandExtra, DiscordSandbox, type Invocation } from '../../sandbox/discord/index.ts';
import { call, identified } from '../support/discord/raw-client.ts';

const OPTION = { subcommand: 1, group: 2, string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8 };
const [MENTIONABLE, NUMBER] = [9, 10];
const UNKNOWN_ID = '123456789012345678';

const describedAs = (name: string) => ({ name, description: name });
const text = (name: string, rest = {}) => ({ type: OPTION.string, ...describedAs(name), ...rest });

const COMMAND = {
  type: 1,
  ...describedAs('set'),
  options: [
    {
      type: OPTION.subcommand,
      ...describedAs('any'),
      options: [
        { type: OPTION.user, ...describedAs('user') },
        { type: OPTION.role, ...describedAs('role') },
        { type: OPTION.channel, ...describedAs('channel') },
        { type: OPTION.channel, ...describedAs('place'), channel_types: [0, 4] },
        { type: MENTIONABLE, ...describedAs('whom') },
      ],
    },
    {
      type: OPTION.subcommand,
      ...describedAs('limits'),
      options: [
        { type: OPTION.integer, ...describedAs('images'), required: true, min_value: 0, max_value: 10 },
        { type: NUMBER, ...describedAs('budget'), min_value: 0.5 },
        text('mode', { choices: [{ name: 'Fast', value: 'fast' }] }),
        text('reason', { min_length: 2, max_length: 5, autocomplete: true }),
      ],
    },
    {
      type: OPTION.group,
      ...describedAs('filter'),
      options: [
        {
          type: OPTION.subcommand,
          ...describedAs('remove'),
          options: [
            text('word', { required: true, autocomplete: true }),
            { type: OPTION.role, ...describedAs('role') },
          ],
        },
      ],
    },
  ],
};

interface Sent {
  options?: { name: string; type: number; value?: unknown; focused?: boolean; options?: Sent['options'] }[];
  resolved?: Record<'users' | 'members' | 'roles' | 'channels', Record<string, Record<string, unknown>> | undefined>;
}

let discord: DiscordSandbox;
let alice: Actor;

beforeEach(async () => {
  discord = await DiscordSandbox.start();
  const path = `/applications/${discord.applicationId}/commands`;
  expect((await call(discord, 'POST', path, { authorized: true, body: COMMAND })).status).toBe(201);
  alice = discord.actor('alice', discord.guild.channel('general'));
});

afterEach(async () => {
  await discord.close();
});

function dataOf({ interaction }: Invocation): Sent {
  // Safe cast: the sandbox built this payload from a command.
  return interaction.payload.data as Sent;
}

async function sent(options: Record<string, string | number>, extra: CommandExtra = {}): Promise<Sent> {
  return dataOf(await alice.command('set', options, { subcommand: 'any', ...extra }));
}

describe('an option that refers to something', () => {
  it('sends a user with the member, whose partial object has neither user nor deaf nor mute', async () => {
    const bob = discord.user('bob');
    const { options, resolved } = await sent({ user: bob.id });
    const values = [{ name: 'user', type: OPTION.user, value: bob.id }];
    expect(options).toEqual([{ name: 'any', type: OPTION.subcommand, options: values }]);
    expect(resolved).toEqual({
      users: { [bob.id]: expect.objectContaining({ id: bob.id, username: 'bob' }) },
      members: {
        [bob.id]: expect.objectContaining({
          roles: [discord.guild.role('artists').id],
          permissions: String(discord.guild.permissions(bob, alice.channel)),
        }),
      },
    });
    for (const key of ['user', 'deaf', 'mute']) expect(resolved?.members?.[bob.id]).not.toHaveProperty(key);
  });

  it('sends a non-member without a member', async () => {
    const stranger = discord.createUser('stranger');
    expect(Object.keys((await sent({ user: stranger.id })).resolved ?? {})).toEqual(['users']);
  });

  it('sends a role, @everyone too', async () => {
    const { guild } = discord;
    const artists = guild.role('artists');
    const position = guild.roles.indexOf(artists);
    expect((await sent({ role: artists.id })).resolved).toEqual({
      roles: { [artists.id]: expect.objectContaining({ name: 'artists', permissions: '0', position }) },
    });
    expect((await sent({ role: guild.id })).resolved?.roles?.[guild.id]?.['name']).toBe('@everyone');
  });

  it("sends a partial channel with the member's permissions there", async () => {
    const { guild } = discord;
    const [art, studio] = [guild.channel('art'), guild.channel('studio')];
    const channel = (await sent({ channel: art.id })).resolved?.channels?.[art.id];
    expect(channel).toEqual({
      id: art.id,
      name: 'art',
      type: 0,
      guild_id: guild.id,
      parent_id: studio.id,
      permissions: String(guild.permissions(alice.user, art)),
      nsfw: false,
      topic: null,
      position: 0,
      flags: 0,
      last_message_id: null,
      rate_limit_per_user: 0,
    });
  });

  it('sends a thread with its metadata and without an age restriction', async () => {
    const sketches = discord.guild.channel('sketches');
    const thread = (await sent({ channel: sketches.id })).resolved?.channels?.[sketches.id];
    expect(thread).toMatchObject({ type: 11, parent_id: discord.guild.channel('art').id });
    expect(thread).toHaveProperty('thread_metadata');
    expect(thread).not.toHaveProperty('nsfw');
  });

  it('takes a user or a role in a mentionable option', async () => {
    const [bob, artists] = [discord.user('bob'), discord.guild.role('artists')];
    expect(Object.keys((await sent({ whom: bob.id })).resolved ?? {})).toEqual(['users', 'members']);
    expect(Object.keys((await sent({ whom: artists.id })).resolved ?? {})).toEqual(['roles']);
  });

  it('resolves several references', async () => {
    const { guild } = discord;
    const [bob, artists, art] = [discord.user('bob'), guild.role('artists'), guild.channel('art')];
    const { resolved } = await sent({ user: bob.id, role: artists.id, channel: art.id, whom: alice.user.id });
    expect(Object.keys(resolved?.users ?? {})).toEqual([bob.id, alice.user.id]);
    expect(Object.keys(resolved ?? {})).toEqual(['users', 'members', 'roles', 'channels']);
  });

  it.each([
    ['user', () => UNKNOWN_ID, 'no such user'],
    ['user', () => 'bob', 'must be an id'],
    ['user', () => discord.guild.role('artists').id, 'no such user'],
    ['role', () => discord.user('bob').id, 'no such role'],
    ['role', () => discord.createGuild().createRole({ name: 'foreign' }).id, 'no such role'],
    ['channel', () => UNKNOWN_ID, 'no such channel'],
    ['channel', () => discord.createGuild().channel('general').id, 'no such channel'],
    ['whom', () => discord.guild.channel('art').id, 'no such user or role'],
    ['place', () => discord.guild.channel('sketches').id, 'has type 11, but only 0, 4 are offered'],
  ])('refuses a reference for %s: %s', async (option, id, message) => {
    await expect(sent({ [option]: id() })).rejects.toThrow(message);
  });

  it('offers only existing channels that the member sees', async () => {
    const { guild } = discord;
    const cellar = guild.createChannel({ name: 'cellar' });
    cellar.overwrites.push({ id: alice.user.id, type: 'member', allow: 0n, deny: 1n << 10n });
    await expect(sent({ channel: cellar.id })).rejects.toThrow("alice can't see #cellar");
    discord.deleteChannel(cellar);
    await expect(sent({ channel: cellar.id })).rejects.toThrow('no such channel');
    expect((await sent({ place: guild.channel('studio').id })).resolved?.channels).toBeDefined();
  });

  it('resolves nothing for a forged id', async () => {
    const forged = await sent({ role: UNKNOWN_ID, place: discord.guild.channel('sketches').id }, { force: true });
    expect(Object.keys(forged.resolved ?? {})).toEqual(['channels']);
  });
});

describe('a subcommand', () => {
  const limits = (options: Record<string, string | number>) =>
    alice.command('set', options, { subcommand: 'limits' }).then(dataOf);

  it('sends numbers, choices and text below its name', async () => {
    expect((await limits({ images: '3', budget: '0.5', mode: 'Fast', reason: 'abc' })).options).toEqual([
      {
        name: 'limits',
        type: OPTION.subcommand,
        options: [
          { name: 'images', type: OPTION.integer, value: 3 },
          { name: 'budget', type: NUMBER, value: 0.5 },
          { name: 'mode', type: OPTION.string, value: 'fast' },
          { name: 'reason', type: OPTION.string, value: 'abc' },
        ],
      },
    ]);
  });

  it.each([
    [{}, 'images is required'],
    [{ images: -1 }, 'at least 0'],
    [{ images: 11 }, 'at most 10'],
    [{ images: 1.5 }, 'whole number'],
    [{ images: 1, budget: 0.4 }, 'at least 0.5'],
    [{ images: 1, mode: 'slow' }, 'one of Fast'],
    [{ images: 1, reason: 'a' }, 'at least 2'],
    [{ images: 1, reason: 'abcdef' }, 'at most 5'],
    [{ images: 1, word: 'x' }, 'no option word'],
  ])('refuses %j', async (options, message) => {
    await expect(limits(options)).rejects.toThrow(message);
  });

  it('in a group is nested twice', async () => {
    const removed = await alice.command('set', { word: 'x' }, { group: 'filter', subcommand: 'remove' });
    const inner = [{ name: 'word', type: OPTION.string, value: 'x' }];
    expect(dataOf(removed).options).toEqual([
      {
        name: 'filter',
        type: OPTION.group,
        options: [{ name: 'remove', type: OPTION.subcommand, options: inner }],
      },
    ]);
  });

  it.each([
    [{}, 'needs one of any, limits, filter'],
    [{ group: 'filter' }, 'needs one of remove'],
    [{ subcommand: 'remove' }, 'has no remove'],
    [{ group: 'limits' }, 'has no limits'],
    [{ group: 'filter', subcommand: 'limits' }, 'has no limits'],
  ])('must match its registration: %j', async (path, message) => {
    await expect(alice.command('set', {}, path)).rejects.toThrow(message);
  });

  it('can be forged where none exists', async () => {
    const forged = await alice.command('set', { x: 1 }, { group: 'a', subcommand: 'b', force: true });
    const inner = [{ name: 'x', type: OPTION.integer, value: 1 }];
    expect(dataOf(forged).options).toEqual([
      { name: 'a', type: OPTION.group, options: [{ name: 'b', type: OPTION.subcommand, options: inner }] },
    ]);
  });
});

describe('typing into an option', () => {
  /** The interaction that the bot gets; nobody answers it. */
  async function typed(option: string, value: string, others: Record<string, string>, extra: CommandExtra) {
    const gateway = await identified(discord);
    const waiting = alice.autocomplete('set', option, value, others, extra);
    waiting.catch(() => undefined);
    const event = await discord.waitFor(() => gateway.find('INTERACTION_CREATE'));
    return { type: event.d?.['type'], data: event.d?.['data'] as Sent };
  }

  it('sends the options filled in so far, in a subcommand too, with the focused one', async () => {
    const others = { images: '3', mode: 'Fast' };
    const { type, data } = await typed('reason', 'a', others, { subcommand: 'limits' });
    expect(type).toBe(4);
    expect(data.options).toEqual([
      {
        name: 'limits',
        type: OPTION.subcommand,
        options: [
          { name: 'images', type: OPTION.integer, value: 3 },
          { name: 'mode', type: OPTION.string, value: 'fast' },
          { name: 'reason', type: OPTION.string, value: 'a', focused: true },
        ],
      },
    ]);
  });

  it('sends the nested structure of a group, references as bare ids, and no option twice', async () => {
    const artists = discord.guild.role('artists').id;
    const others = { role: artists, word: 'old' };
    const { data } = await typed('word', 'ne', others, { group: 'filter', subcommand: 'remove' });
    expect(data.options?.[0]?.options?.[0]?.options).toEqual([
      { name: 'role', type: OPTION.role, value: artists },
      { name: 'word', type: OPTION.string, value: 'ne', focused: true },
    ]);
    expect(data).not.toHaveProperty('resolved');
  });

  it('sends invalid values as they are', async () => {
    const { data } = await typed('reason', '', { images: '99' }, { subcommand: 'limits' });
    expect(data.options?.[0]?.options).toContainEqual({ name: 'images', type: OPTION.integer, value: '99' });
  });

  it('works only for options with autocomplete, and next to existing options', async () => {
    const extra = { subcommand: 'limits' };
    await expect(alice.autocomplete('set', 'images', '1', {}, extra)).rejects.toThrow('no autocomplete');
    await expect(alice.autocomplete('set', 'reason', '', { x: '1' }, extra)).rejects.toThrow('no option x');
  });
});

describe('a select of users, roles or channels', () => {
  const SELECT = { user: 5, role: 6, mentionable: 7, channel: 8 } as const;

  async function carrier(type: number, rest = {}) {
    const used = await alice.command('set', {}, { subcommand: 'any' });
    const components = [{ type: 1, components: [{ type, custom_id: 'pick', ...rest }] }];
    const body = { type: 4, data: { content: 'pick', components } };
    const { status } = await call(discord, 'POST', `/interactions/${used.id}/${used.token}/callback`, { body });
    expect(status).toBe(204);
    return await used.waitForReply();
  }

  it.each([
    ['user', () => discord.user('bob').id, ['users', 'members']],
    ['role', () => discord.guild.role('artists').id, ['roles']],
    ['mentionable', () => discord.guild.role('artists').id, ['roles']],
    ['channel', () => discord.guild.channel('art').id, ['channels']],
  ] as const)('of kind %s sends what the value stands for', async (kind, id, resolved) => {
    const chosen = await alice.select(await carrier(SELECT[kind]), 'pick', [id()]);
    expect(Object.keys(dataOf(chosen).resolved ?? {})).toEqual(resolved);
  });

  it('refuses a channel of another type, and a role as a user', async () => {
    const channels = await carrier(SELECT.channel, { channel_types: [4] });
    const art = discord.guild.channel('art').id;
    await expect(alice.select(channels, 'pick', [art])).rejects.toThrow('only 4 are offered');
    const artists = discord.guild.role('artists').id;
    await expect(alice.select(await carrier(SELECT.user), 'pick', [artists])).rejects.toThrow('no such user');
  });
});
