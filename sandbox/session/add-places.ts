import type { DiscordSandbox } from '../discord/index.ts';

/** Adds what the page and the terminal offer beside the initial server: a channel for the bot's log, and a second server. */
export function addPlaces(discord: DiscordSandbox): void {
  discord.guild.createChannel({ name: 'mod-log' });
  const second = discord.createGuild({ name: 'Workshop' });
  for (const name of ['alice', 'bob', 'moderator', 'admin']) {
    const member = discord.guild.members.get(discord.user(name).id);
    const permissions = member?.roles.reduce((all, role) => all | role.permissions, 0n) ?? 0n;
    second.join(discord.user(name), { permissions });
  }
}
