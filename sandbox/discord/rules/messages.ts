import { checkAttachmentReferences, checkAttachments } from './attachments.ts';
import { checkMessageComponents, listComponentMedia } from './components.ts';
import type { BodyContext } from './context.ts';
import { checkEmbeds, listEmbedMedia } from './embeds.ts';
import { checkFlags, FLAGS } from './flags.ts';
import { checkAllowedMentions } from './mentions.ts';
import type { MessageBody } from './shapes.ts';

export interface MessageRules {
  isEdit: boolean;
  /** The bits that the body may set. */
  allowedFlags: number;
}

const NOT_WITH_V2 = ['content', 'embeds', 'poll', 'sticker_ids'] as const;
/** discord.js writes these into every body; by themselves they change nothing. */
const CHANGES_NOTHING = new Set(['tts', 'enforce_nonce', 'allowed_mentions']);

function hasText(text: string | null | undefined): boolean {
  return (text ?? '').trim() !== '';
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) || typeof value === 'string' ? value.length > 0 : value !== null && value !== undefined;
}

/** Whether a message made from this body alone would show anything. */
function showsSomething(body: MessageBody, context: BodyContext): boolean {
  return (
    hasText(body.content) ||
    (context.files?.length ?? 0) > 0 ||
    [body.embeds, body.components, body.poll, body.sticker_ids, body.message_reference, body.shared_client_theme].some(
      isFilled,
    )
  );
}

/** An edit doesn't change missing keys, so it empties a message only when it contains every part. */
function checkEmptiness(body: MessageBody, isEdit: boolean, context: BodyContext): string[] {
  const isFresh = !isEdit || context.deferred === true;
  if (isFresh) return showsSomething(body, context) ? [] : ['body: empty, the message would show nothing'];
  const namesNothing = Object.keys(body).every((key) => CHANGES_NOTHING.has(key)) && !context.files?.length;
  if (namesNothing) return ['body: empty, the edit changes nothing'];
  const parts = ['content', 'embeds', 'components', 'attachments'] as const;
  const keepsNothing =
    parts.every((key) => key in body) && !isFilled(body.attachments) && !showsSomething(body, context);
  return keepsNothing ? ['body: empty, the edit leaves nothing to show'] : [];
}

function checkNonce(body: MessageBody): string[] {
  if (body.enforce_nonce && !isFilled(body.nonce)) return ['enforce_nonce: needs a nonce'];
  if (typeof body.nonce === 'number' && !Number.isInteger(body.nonce)) return ['nonce: must be an integer or a string'];
  return [];
}

/** Lists what Discord would refuse in a message, beyond its schema. */
export function checkMessage(body: MessageBody, rules: MessageRules, context: BodyContext): string[] {
  const { isEdit, allowedFlags } = rules;
  const currentFlags = isEdit ? (context.currentFlags ?? 0) : 0;
  const isV2 = (((body.flags ?? 0) | currentFlags) & FLAGS.isComponentsV2) !== 0;
  const embeds = body.embeds ?? [];
  const components = body.components ?? [];
  const notWithV2 = isV2 ? NOT_WITH_V2.filter((key) => isFilled(body[key])) : [];

  return [
    ...checkEmptiness(body, isEdit, context),
    ...checkFlags(body.flags, allowedFlags, currentFlags),
    ...notWithV2.map((key) => `${key}: not together with the flag IS_COMPONENTS_V2`),
    ...checkNonce(body),
    ...checkAllowedMentions(body.allowed_mentions),
    ...checkEmbeds(embeds),
    ...checkMessageComponents(components, isV2),
    ...checkAttachments(body, isEdit, context),
    ...checkAttachmentReferences([...listEmbedMedia(embeds), ...listComponentMedia(components)], body, isEdit, context),
  ];
}
