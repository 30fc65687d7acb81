import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscordSandbox, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { call, identified, type RawAnswer } from '../support/discord/raw-client.ts';

let discord: DiscordSandbox;

beforeEach(async () => {
  discord = await DiscordSandbox.start();
});

afterEach(async () => {
  await discord.close();
});

function get(path: string, authorized = true): Promise<RawAnswer> {
  return call(discord, 'GET', path, { authorized });
}

const UNKNOWN_ID = '123456789012345678';

describe('a bot looks up', () => {
  it('the roles of a server, @everyone among them', async () => {
    const { status, body } = await get(`/guilds/${discord.guild.id}/roles`);
    expect(status).toBe(200);
    expect(body).toEqual(
      discord.guild.roles.map(({ id, name, permissions }) =>
        expect.objectContaining({ id, name, permissions: String(permissions) }),
      ),
    );
    expect(body).toContainEqual(expect.objectContaining({ id: discord.guild.id, name: '@everyone', position: 0 }));
  });

  it('the channels of a server, hidden ones too, without threads and deleted ones', async () => {
    const { guild } = discord;
    const hidden = guild.createChannel({ name: 'hidden', denyBot: true });
    discord.deleteChannel(guild.createChannel({ name: 'gone' }));
    const { body } = await get(`/guilds/${guild.id}/channels`);
    const ids = ['general', 'studio', 'art', 'nsfw'].map((name) => guild.channel(name).id);
    expect(body).toEqual([...ids, hidden.id].map((id) => expect.objectContaining({ id })));
    const art = { name: 'art', parent_id: guild.channel('studio').id, nsfw: false };
    expect(body).toContainEqual(expect.objectContaining(art));
  });

  it('a member with roles, and 10007 for a non-member', async () => {
    const { guild } = discord;
    const bob = discord.user('bob');
    expect(await get(`/guilds/${guild.id}/members/${bob.id}`)).toMatchObject({
      status: 200,
      body: { user: { id: bob.id, username: 'bob' }, roles: [guild.role('artists').id] },
    });
    const unknown = { status: 404, body: { code: 10007, message: 'Unknown Member' } };
    expect(await get(`/guilds/${guild.id}/members/${UNKNOWN_ID}`)).toMatchObject(unknown);
    expect(await get(`/guilds/${guild.id}/members/${discord.createUser('stranger').id}`)).toMatchObject(unknown);
    expect(discord.violations).toEqual([]);
  });

  it('a user, member or not, and 10013 for an unknown id', async () => {
    const stranger = discord.createUser('stranger');
    expect(await get(`/users/${stranger.id}`)).toMatchObject({ status: 200, body: { username: 'stranger' } });
    expect(await get('/users/@me')).toMatchObject({ status: 200, body: { id: discord.botUserId } });
    const unknown = { status: 404, body: { code: 10013, message: 'Unknown User' } };
    expect(await get(`/users/${UNKNOWN_ID}`)).toMatchObject(unknown);
    expect(discord.violations).toEqual([]);
  });

  it('a category, a thread and a direct message, like any channel', async () => {
    const { guild } = discord;
    const [studio, sketches] = [guild.channel('studio'), guild.channel('sketches')];
    expect(await get(`/channels/${studio.id}`)).toMatchObject({ status: 200, body: { type: 4, parent_id: null } });
    const thread = await get(`/channels/${sketches.id}`);
    expect(thread).toMatchObject({ status: 200, body: { type: 11, parent_id: guild.channel('art').id } });
    expect(thread.body).not.toHaveProperty('nsfw');
    expect((await get(`/channels/${discord.directMessages('alice').id}`)).status).toBe(200);
  });
});

const GUILD_PATHS = ['roles', 'channels', `members/${UNKNOWN_ID}`];

describe('a server that authorised only the commands', () => {
  it('is not among the bot’s servers and sends it no events, but its members can use the bot', async () => {
    const guild = discord.createGuild({ name: 'Bazaar', commandsOnly: true });
    guild.join(discord.user('alice'));
    const general = guild.channel('general');
    expect((await get('/users/@me/guilds')).body).toEqual([expect.objectContaining({ id: discord.guild.id })]);
    for (const path of [`/guilds/${guild.id}/roles`, `/channels/${general.id}`])
      expect(await get(path)).toMatchObject({ status: 403, body: { code: 50001 } });
    const commands = `/applications/${discord.applicationId}/guilds/${guild.id}/commands`;
    const body = [{ name: 'paint', description: 'Paints' }];
    expect(await call(discord, 'PUT', commands, { authorized: true, body })).toMatchObject({ status: 200 });
    const gateway = await identified(discord, { intents: 1 });
    await discord.waitFor(() => gateway.find('GUILD_CREATE'));
    const used = await discord.actor('alice', general).command('paint');
    const payload = {
      guild_id: guild.id,
      app_permissions: '0',
      authorizing_integration_owners: { 0: guild.id },
    };
    expect(await discord.waitFor(() => gateway.find('INTERACTION_CREATE'))).toMatchObject({ d: payload });
    const answer = { type: 4, data: { content: 'here' } };
    await call(discord, 'POST', `/interactions/${used.id}/${used.token}/callback`, { body: answer });
    expect(used.reply()?.content).toBe('here');
    expect(gateway.find('GUILD_CREATE')).toMatchObject({ d: { id: discord.guild.id } });
    guild.createChannel({ name: 'unheard' });
    discord.kickBot(guild);
    await expect(discord.actor('alice', general).command('paint')).rejects.toThrow('not in this server');
    discord.guild.createChannel({ name: 'heard' });
    await discord.waitFor(() => gateway.find('CHANNEL_CREATE'));
    expect(gateway.find('CHANNEL_CREATE')).toMatchObject({ d: { name: 'heard' } });
    expect(gateway.find('GUILD_DELETE')).toBeUndefined();
    expect(discord.violations).toEqual([]);
  });
});

describe.each(GUILD_PATHS)('/guilds/{guild}/%s', (path) => {
  it('answers 10004 for an unknown server, and 50001 when the bot is not in it', async () => {
    const foreign = discord.createGuild();
    discord.kickBot(foreign);
    expect(await get(`/guilds/${UNKNOWN_ID}/${path}`)).toMatchObject({ status: 404, body: { code: 10004 } });
    expect(await get(`/guilds/${foreign.id}/${path}`)).toMatchObject({ status: 403, body: { code: 50001 } });
    expect(discord.violations).toEqual([]);
  });

  it('needs the token', async () => {
    expect((await get(`/guilds/${discord.guild.id}/${path}`, false)).status).toBe(401);
    expect(discord.violations).toMatchObject([{ rule: 'authorization' }]);
  });

  it('has its own rate limit', async () => {
    const { headers } = await get(`/guilds/${discord.guild.id}/${path}`);
    expect(headers.get('x-ratelimit-remaining')).toBe('49');
  });
});

it.each(['/users/bob', '/guilds/gallery/roles', '/channels/general'])('%s is not an id: 50035', async (path) => {
  expect(await get(path)).toMatchObject({ status: 400, body: { code: 50035 } });
  expect(discord.violations).toMatchObject([{ rule: 'request body' }]);
});

describe('a bot deletes', () => {
  it('its own messages if it can view the channel', async () => {
    const general = discord.guild.channel('general');
    const path = `/channels/${general.id}/messages`;
    const posted = await call(discord, 'POST', path, { authorized: true, body: { content: 'mine' } });
    const { id } = posted.body;
    expect((await call(discord, 'DELETE', `${path}/${id}`, { authorized: true })).status).toBe(204);
    expect(discord.messages(general)).toEqual([]);
    const again = await call(discord, 'DELETE', `${path}/${id}`, { authorized: true });
    expect(again).toMatchObject({ status: 404, body: { code: 10008 } });
  });

  it('its own answers to a command, except ephemeral ones', async () => {
    const general = discord.guild.channel('general');
    const answer = async (flags: number) => {
      const used = await discord.actor('alice', general).command('paint', {}, { force: true });
      const body = { type: 4, data: { content: 'here', flags } };
      await call(discord, 'POST', `/interactions/${used.id}/${used.token}/callback`, { body });
      const path = `/channels/${general.id}/messages/${used.reply()?.id}`;
      return await call(discord, 'DELETE', path, { authorized: true });
    };
    expect((await answer(0)).status).toBe(204);
    expect(await answer(64)).toMatchObject({ status: 404, body: { code: 10008 } });
  });

  it("others' messages with Manage Messages only", async () => {
    const { guild } = discord;
    const general = guild.channel('general');
    const message = discord.say('alice', general, 'hello');
    const path = `/channels/${general.id}/messages/${message.id}`;
    const refused = await call(discord, 'DELETE', path, { authorized: true });
    expect(refused).toMatchObject({ status: 403, body: { code: 50013 } });
    const cleaner = guild.createRole({ name: 'cleaner', permissions: PERMISSIONS.manageMessages });
    guild.grant(discord.user(discord.botUserId), cleaner);
    expect((await call(discord, 'DELETE', path, { authorized: true })).status).toBe(204);
    expect(message.deleted).toBe(true);
  });
});
