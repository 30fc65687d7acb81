/** The permissions that the bot needs in a server, with their names in Discord's settings. @see https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags */
const NEEDED: readonly (readonly [bit: bigint, name: string])[] = [
  [1n << 10n, 'View Channel'],
  [1n << 11n, 'Send Messages'],
  [1n << 14n, 'Embed Links'],
  [1n << 15n, 'Attach Files'],
  [1n << 16n, 'Read Message History'],
  [1n << 38n, 'Send Messages in Threads'],
];
const ADMINISTRATOR = 1n << 3n;

/** The link by which an administrator adds the bot to a server. */
export function inviteUrl(applicationId: string): string {
  const permissions = NEEDED.reduce((all, [bit]) => all | bit, 0n);
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: String(permissions),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

/** The permissions that the invite link asks for and that are not among `granted`. */
export function missingInvitePermissions(granted: bigint): string[] {
  if ((granted & ADMINISTRATOR) !== 0n) return [];
  return NEEDED.filter(([bit]) => (granted & bit) === 0n).map(([, name]) => name);
}
