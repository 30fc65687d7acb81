import * as spec from 'discord-api-spec/zod';
import * as z from 'zod/mini';
import type { Correction } from './make-strict.ts';

/** A bit set, which is a string of digits in JSON because it is too large for a double. */
const permissions = z.nullish(z.string().check(z.regex(/^\d{1,20}$/)));

const commandKeys = {
  // Discord's OpenAPI document says number; the API returns and accepts a string. @see application-commands.mdx, Application Command Object
  default_member_permissions: permissions,
  // Documented for a command, missing in the request schemas. @see application-commands.mdx, Age-Restricted Commands
  nsfw: z.nullish(z.boolean()),
};

/** discord.js writes these values into every message body, although Discord documents them neither for edits nor for webhooks. */
const discordJsDefaults = {
  tts: z.nullish(z.literal(false)),
  enforce_nonce: z.nullish(z.literal(false)),
};

/** The limit of 4000 is for paying members; an application has 2000. @see resources/message.mdx, Create Message */
const content = z.nullish(z.string().check(z.maxLength(2_000)));

/**
 * Corrections for schemas of Discord's OpenAPI document that are wrong, too narrow or too wide for a bot.
 * The other files of this folder have the rules that schemas can't express.
 */
export const CORRECTIONS: readonly Correction[] = [
  { schema: spec.ApplicationCommandCreateRequestSchema, keys: commandKeys },
  { schema: spec.ApplicationCommandUpdateRequestSchema, keys: commandKeys },
  { schema: spec.ApplicationCommandPatchRequestPartialSchema, keys: commandKeys },
  {
    // A member's answer can have 6000 characters, but a choice's value only 100. @see application-commands.mdx, Option Choice Structure
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
