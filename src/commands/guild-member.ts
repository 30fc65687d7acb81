import { type APIGuildMember, type REST, Routes } from 'discord.js';

/** A member of a server as Discord knows them now. */
export interface FoundMember {
  readonly roleIds: readonly string[];
  /** What the server calls them. */
  readonly name: string;
}

/** Asks Discord for a member of a server. @throws DiscordAPIError 10007 when there is none, and whatever else goes wrong */
export async function fetchMember(
  rest: Pick<REST, 'get'>,
  guildId: string,
  userId: string,
  signal: AbortSignal,
): Promise<FoundMember> {
  // Safe cast: this route answers with a member.
  const { nick, user, roles } = (await rest.get(Routes.guildMember(guildId, userId), { signal })) as APIGuildMember;
  return { roleIds: roles, name: nick ?? user.global_name ?? user.username };
}
