import type { AllowedMentions } from './message-body.ts';

const PARSE_DEFAULTS = {
  /** Interactions and webhooks. */
  interaction: ['users'],
  channel: ['users', 'roles', 'everyone'],
} as const;

/**
 * Lists whom a text pings. It ignores code blocks and backslashes, so it rather finds too many.
 * @param source decides the defaults when `allowed_mentions` is missing
 * @see https://discord.com/developers/docs/resources/message#allowed-mentions-object
 */
export function findPings(
  text: string,
  allowed: AllowedMentions | null | undefined,
  source: 'interaction' | 'channel',
) {
  const parse: readonly string[] = allowed ? (allowed.parse ?? []) : PARSE_DEFAULTS[source];
  const users = [...text.matchAll(/<@!?(\d{17,19})>/g)].map(([, id = '']) => id);
  const roles = [...text.matchAll(/<@&(\d{17,19})>/g)].map(([, id = '']) => id);
  const everyone = [...text.matchAll(/@(everyone|here)/g)].map(([, word = '']) => word);
  return [
    ...users.filter((id) => parse.includes('users') || allowed?.users?.includes(id)),
    ...roles.filter((id) => parse.includes('roles') || allowed?.roles?.includes(id)),
    ...(parse.includes('everyone') ? everyone : []),
  ];
}
