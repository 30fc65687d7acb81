/** The bits of a message's flags. @see https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const FLAGS = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  suppressNotifications: 1 << 12,
  isVoiceMessage: 1 << 13,
  isComponentsV2: 1 << 15,
} as const;

const ALLOWED_ON_EDIT = FLAGS.suppressEmbeds | FLAGS.isComponentsV2;
const ALLOWED_IN_CHANNEL = ALLOWED_ON_EDIT | FLAGS.suppressNotifications | FLAGS.isVoiceMessage;

/** The flags that a body may set; `ephemeral` is only for answers to an interaction, and only on creation. */
export const ALLOWED_FLAGS = {
  defer: FLAGS.ephemeral,
  interactionMessage: ALLOWED_IN_CHANNEL | FLAGS.ephemeral,
  channelMessage: ALLOWED_IN_CHANNEL,
  edit: ALLOWED_ON_EDIT,
} as const;

/** Lists the problems of `flags`; bits that the edited message already has may be repeated. */
export function checkFlags(flags: number | null | undefined, allowed: number, currentFlags = 0): string[] {
  if (flags === null || flags === undefined) return [];
  if (!Number.isInteger(flags) || flags < 0) return ['flags: must be an integer, 0 or more'];
  const problems: string[] = [];
  const tooMuch = flags & ~(allowed | currentFlags);
  if (tooMuch !== 0) problems.push(`flags: the bits ${tooMuch} cannot be set here, only ${allowed} can`);
  if (currentFlags & FLAGS.isComponentsV2 && !(flags & FLAGS.isComponentsV2)) {
    problems.push('flags: IS_COMPONENTS_V2 cannot be removed from a message');
  }
  return problems;
}
