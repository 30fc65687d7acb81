import * as spec from 'discord-api-spec/zod';
import * as z from 'zod/mini';
import type { Correction } from './make-strict.ts';

/** A bit set, which JSON carries as a string of digits because it outgrows a double. */
const permissions = z.nullish(z.string().check(z.regex(/^\d{1,20}$/)));

const commandKeys = {
  // Discord's OpenAPI document says number; the API answers and takes a string. @see application-commands.mdx, Application Command Object
  default_member_permissions: permissions,
  // Documented for a command, missing in the request schemas. @see application-commands.mdx, Age-Restricted Commands
  nsfw: z.nullish(z.boolean()),
};

/** Only these values: discord.js writes both into every message body, where Discord documents neither for edits nor for webhooks. */
const discordJsDefaults = {
  tts: z.nullish(z.literal(false)),
  enforce_nonce: z.nullish(z.literal(false)),
};

/** 4000 belongs to paying members; an application has 2000. @see resources/message.mdx, Create Message */
const content = z.nullish(z.string().check(z.maxLength(2_000)));

/**
 * Where the schemas made from Discord's OpenAPI document are wrong, too narrow or too wide for what a bot sends.
 * What they cannot say at all stands in the other files of this folder.
 */
export const CORRECTIONS: readonly Correction[] = [
  { schema: spec.ApplicationCommandCreateRequestSchema, keys: commandKeys },
  { schema: spec.ApplicationCommandUpdateRequestSchema, keys: commandKeys },
  { schema: spec.ApplicationCommandPatchRequestPartialSchema, keys: commandKeys },
  {
    // 6000 is the length of a member's answer; a choice's value has 100. @see application-commands.mdx, Option Choice Structure
    schema: spec.ApplicationCommandOptionStringChoiceSchema,
    keys: { value: z.string().check(z.minLength(1), z.maxLength(100)) },
  },
  {
    // A partial emoji has `animated`, and discord.js always sends it. @see components/reference.mdx, Button Structure
    schema: spec.ComponentEmojiForRequestSchema,
    keys: { animated: z.nullish(z.boolean()) },
  },
  { schema: spec.MessageCreateRequestSchema, keys: { content } },
  { schema: spec.MessageEditRequestPartialSchema, keys: { content, ...discordJsDefaults } },
  {
    schema: spec.IncomingWebhookInteractionRequestSchema,
    keys: { enforce_nonce: discordJsDefaults.enforce_nonce },
  },
  { schema: spec.IncomingWebhookRequestPartialSchema, keys: { enforce_nonce: discordJsDefaults.enforce_nonce } },
  { schema: spec.IncomingWebhookUpdateRequestPartialSchema, keys: discordJsDefaults },
  { schema: spec.IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema, keys: discordJsDefaults },
];
