import type { AllowedMentions } from './shapes.ts';

/** Mentions of one kind can be allowed all (`parse`) or by a list of ids, never both. @see https://discord.com/developers/docs/resources/message#allowed-mentions-object */
export function checkAllowedMentions(mentions: AllowedMentions | null | undefined): string[] {
  return (['users', 'roles'] as const)
    .filter((kind) => mentions?.parse?.includes(kind) && (mentions[kind]?.length ?? 0) > 0)
    .map((kind) => `allowed_mentions: "${kind}" in parse and a list of ${kind} exclude each other`);
}
