import {
  ApplicationCommandCreateRequestSchema,
  ApplicationCommandPatchRequestPartialSchema,
  ApplicationCommandUpdateRequestSchema,
  CreatePrivateChannelRequestSchema,
  IncomingWebhookRequestPartialSchema,
  IncomingWebhookUpdateRequestPartialSchema,
  MessageCreateRequestSchema,
  MessageEditRequestPartialSchema,
} from 'discord-api-spec/zod';
import * as z from 'zod/mini';
import { callbackSchema, checkCallback } from './callbacks.ts';
import { checkCommand, checkCommands } from './commands.ts';
import type { BodyContext, BodyKind } from './context.ts';
import { CORRECTIONS } from './corrections.ts';
import { describeIssues } from './describe-issues.ts';
import { ALLOWED_FLAGS } from './flags.ts';
import { makeStrict } from './make-strict.ts';
import { checkMessage } from './messages.ts';
import type { Command, MessageBody } from './shapes.ts';

export type { BodyContext, BodyKind, UploadedFile } from './context.ts';

/** zod/mini ships without error messages. */
const english = z.locales.en().localeError;
const strict = makeStrict(CORRECTIONS);

const SCHEMAS: Record<Exclude<BodyKind, 'callback'>, z.ZodMiniType> = {
  commands: strict(z.array(ApplicationCommandUpdateRequestSchema).check(z.maxLength(130))),
  command: strict(ApplicationCommandCreateRequestSchema),
  commandEdit: strict(ApplicationCommandPatchRequestPartialSchema),
  webhookMessageCreate: strict(IncomingWebhookRequestPartialSchema),
  webhookMessageEdit: strict(IncomingWebhookUpdateRequestPartialSchema),
  channelMessageCreate: strict(MessageCreateRequestSchema),
  channelMessageEdit: strict(MessageEditRequestPartialSchema),
  createDm: strict(CreatePrivateChannelRequestSchema),
};

function findSchema(kind: BodyKind, body: unknown): z.ZodMiniType | undefined {
  if (kind !== 'callback') return SCHEMAS[kind];
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  const schema = callbackSchema(type);
  return schema && strict(schema);
}

function checkFollowUp(body: object, context: BodyContext): string[] {
  // Other webhooks have these keys; the webhook of an interaction doesn't. @see receiving-and-responding.mdx, Create Followup Message
  const unsupported = ['username', 'avatar_url', 'thread_name', 'applied_tags'].filter((key) => key in body);
  return [
    ...unsupported.map((key) => `${key}: not for the messages of an interaction`),
    ...checkMessage(body, { isEdit: false, allowedFlags: ALLOWED_FLAGS.interactionMessage }, context),
  ];
}

function checkBeyondSchema(kind: BodyKind, body: unknown, context: BodyContext): string[] {
  // Safe casts: the schema of this kind has accepted the body.
  switch (kind) {
    case 'commands':
      return checkCommands(body as Command[]);
    case 'command':
    case 'commandEdit':
      return checkCommand(body as Command, kind === 'commandEdit');
    case 'callback':
      return checkCallback(body as { type: number; data?: object | null }, context);
    case 'webhookMessageCreate':
      return checkFollowUp(body as MessageBody, context);
    case 'channelMessageCreate':
      return checkMessage(body as MessageBody, { isEdit: false, allowedFlags: ALLOWED_FLAGS.channelMessage }, context);
    case 'webhookMessageEdit':
    case 'channelMessageEdit':
      return checkMessage(body as MessageBody, { isEdit: true, allowedFlags: ALLOWED_FLAGS.edit }, context);
    case 'createDm':
      return (body as { recipient_id?: string | null }).recipient_id ? [] : ['recipient_id: required'];
    default:
      return kind satisfies never;
  }
}

/**
 * Lists what Discord would refuse in a request body, each with its path in front (`embeds[0].title: ...`); empty when the body is fine.
 * The schemas come first: the other rules check only a body of the right shape.
 */
export function checkBody(kind: BodyKind, body: unknown, context: BodyContext = {}): string[] {
  const schema = findSchema(kind, body);
  if (!schema) return ['type: Discord has no such callback'];
  const parsed = schema.safeParse(body, { error: english });
  return parsed.success ? checkBeyondSchema(kind, body, context) : describeIssues(parsed.error.issues);
}
