import { afterEach, describe, expect, it } from 'vitest';
import { type Channel, DiscordSandbox, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { identified, type RawGateway } from '../support/discord/raw-client.ts';

const GUILDS = 1;
const open: DiscordSandbox[] = [];

afterEach(async () => {
  for (const discord of open.splice(0)) await discord.close();
});

async function start(): Promise<DiscordSandbox> {
  const discord = await DiscordSandbox.start();
  open.push(discord);
  return discord;
}

/** The member and channel in the next interaction of a member. */
async function seen(discord: DiscordSandbox, user: string, channel: Channel) {
  const { interaction } = await discord.actor(user, channel).rawInteraction({ data: {} });
  // Safe cast: the sandbox itself built this payload.
  const payload = interaction.payload as unknown as {
    member: { roles: string[]; permissions: string };
    channel: { parent_id: string | null; nsfw?: boolean };
  };
  return { ...payload, permissions: BigInt(payload.member.permissions) };
}

async function event(discord: DiscordSandbox, gateway: RawGateway, name: string) {
  const payload = await discord.waitFor(() => gateway.find(name));
  return payload.d;
}

describe('the next interaction shows', () => {
  it('a role that was just given or taken', async () => {
    const discord = await start();
    const { guild } = discord;
    const [alice, artists] = [discord.user('alice'), guild.role('artists')];
    const general = guild.channel('general');
    expect((await seen(discord, 'bob', general)).member.roles).toEqual([artists.id]);
    guild.grant(alice, artists);
    guild.grant(alice, artists);
    expect((await seen(discord, 'alice', general)).member.roles).toEqual([artists.id]);
    guild.revoke(alice, artists);
    expect((await seen(discord, 'alice', general)).member.roles).toEqual([]);
    expect(() => guild.revoke(alice, artists)).toThrow("doesn't have the role");
    expect(() => guild.grant(alice, guild.everyone)).toThrow("can't be given");
    expect(() => guild.grant(discord.createUser('stranger'), artists)).toThrow("isn't a member");
  });

  it('that a member is no longer a moderator', async () => {
    const discord = await start();
    const { guild } = discord;
    const moderator = discord.user('moderator');
    const general = guild.channel('general');
    const before = await seen(discord, 'moderator', general);
    expect(before.permissions & PERMISSIONS.moderateMembers).not.toBe(0n);
    guild.revoke(moderator, guild.ownRole(moderator));
    const after = await seen(discord, 'moderator', general);
    expect(after.permissions & PERMISSIONS.moderateMembers).toBe(0n);
    expect(after.member.roles).toEqual([]);
    expect(() => guild.ownRole(discord.user('alice'))).toThrow('was given no permissions when joining');
  });

  it('that a role was deleted, with its overwrites', async () => {
    const discord = await start();
    const { guild } = discord;
    const [artists, art] = [guild.role('artists'), guild.channel('art')];
    art.overwrites.push({ id: artists.id, type: 'role', allow: PERMISSIONS.manageMessages, deny: 0n });
    expect((await seen(discord, 'bob', art)).permissions & PERMISSIONS.manageMessages).not.toBe(0n);
    guild.deleteRole(artists);
    const after = await seen(discord, 'bob', art);
    expect([after.permissions & PERMISSIONS.manageMessages, after.member.roles]).toEqual([0n, []]);
    expect(art.overwrites).toEqual([]);
    expect(() => guild.role('artists')).toThrow('no role artists');
    expect(() => guild.grant(discord.user('bob'), artists)).toThrow("can't be given");
    expect(() => guild.deleteRole(guild.everyone)).toThrow("can't be deleted");
  });

  it('the new category of a moved channel', async () => {
    const discord = await start();
    const { guild } = discord;
    const [art, studio] = [guild.channel('art'), guild.channel('studio')];
    const attic = guild.createChannel({ name: 'attic', type: 4 });
    expect((await seen(discord, 'alice', art)).channel.parent_id).toBe(studio.id);
    guild.moveChannel(art, attic);
    expect((await seen(discord, 'alice', art)).channel.parent_id).toBe(attic.id);
    guild.moveChannel(art, undefined);
    expect((await seen(discord, 'alice', art)).channel.parent_id).toBe(null);
    guild.moveChannel(art, attic);
    discord.deleteChannel(attic);
    expect((await seen(discord, 'alice', art)).channel.parent_id).toBe(null);
    expect(() => guild.moveChannel(guild.channel('sketches'), studio)).toThrow("can't be moved");
    expect(() => guild.moveChannel(studio, undefined)).toThrow("can't be moved");
    expect(() => guild.moveChannel(art, guild.channel('general'))).toThrow("isn't a category");
  });

  it('that a channel became age-restricted, but not in its threads', async () => {
    const discord = await start();
    const { guild } = discord;
    const [art, sketches] = [guild.channel('art'), guild.channel('sketches')];
    expect((await seen(discord, 'alice', art)).channel.nsfw).toBe(false);
    guild.setAgeRestricted(art, true);
    expect((await seen(discord, 'alice', art)).channel.nsfw).toBe(true);
    const inThread = (await seen(discord, 'alice', sketches)).channel;
    expect(inThread).not.toHaveProperty('nsfw');
    expect(inThread.parent_id).toBe(art.id);
    expect(guild.isAgeRestricted(sketches)).toBe(true);
    guild.setAgeRestricted(art, false);
    expect((await seen(discord, 'alice', art)).channel.nsfw).toBe(false);
    expect(() => guild.setAgeRestricted(sketches, true)).toThrow('no such setting');
  });
});

describe('a session with the Guilds intent gets events', () => {
  it('for a moved and for a restricted channel', async () => {
    const discord = await start();
    const gateway = await identified(discord, { intents: GUILDS });
    const art = discord.guild.channel('art');
    discord.guild.moveChannel(art, undefined);
    expect(await event(discord, gateway, 'CHANNEL_UPDATE')).toMatchObject({ id: art.id, parent_id: null, nsfw: false });
    gateway.received.length = 0;
    discord.guild.setAgeRestricted(art, true);
    expect(await event(discord, gateway, 'CHANNEL_UPDATE')).toMatchObject({ id: art.id, nsfw: true });
  });

  it('for the channels of a deleted category', async () => {
    const discord = await start();
    const gateway = await identified(discord, { intents: GUILDS });
    discord.deleteChannel(discord.guild.channel('studio'));
    const art = discord.guild.channel('art');
    expect(await event(discord, gateway, 'CHANNEL_UPDATE')).toMatchObject({ id: art.id, parent_id: null });
  });

  it('for a deleted role', async () => {
    const discord = await start();
    const gateway = await identified(discord, { intents: GUILDS });
    const { id } = discord.guild.role('artists');
    discord.guild.deleteRole(discord.guild.role('artists'));
    const told = await event(discord, gateway, 'GUILD_ROLE_DELETE');
    expect(told).toEqual({ guild_id: discord.guild.id, role_id: id });
  });

  it('for the roles of the bot itself, but not of other members', async () => {
    const discord = await start();
    const { guild } = discord;
    const gateway = await identified(discord, { intents: GUILDS });
    const artists = guild.role('artists');
    guild.grant(discord.user('alice'), artists);
    guild.grant(discord.user(discord.botUserId), artists);
    const told = await event(discord, gateway, 'GUILD_MEMBER_UPDATE');
    expect(told).toMatchObject({ guild_id: guild.id, user: { id: discord.botUserId } });
    expect(gateway.received.filter(({ t }) => t === 'GUILD_MEMBER_UPDATE')).toHaveLength(1);
  });
});

it('sends none of this to a session without intents', async () => {
  const discord = await start();
  const { guild } = discord;
  const gateway = await identified(discord);
  guild.moveChannel(guild.channel('art'), undefined);
  guild.deleteRole(guild.role('artists'));
  await discord.actor('alice', guild.channel('general')).rawInteraction({ data: {} });
  await event(discord, gateway, 'INTERACTION_CREATE');
  expect(gateway.received.map(({ t }) => t).filter((name) => name !== null)).toEqual(['READY', 'INTERACTION_CREATE']);
});
