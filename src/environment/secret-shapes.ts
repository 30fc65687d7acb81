import { SNOWFLAKE } from '../snowflake.ts';

const COPY_TOKEN = 'copy the token from the Developer Portal (Bot > Reset Token)';

/** Values that people paste instead of the token, mostly from the Developer Portal. */
const MISTAKEN: readonly (readonly [pattern: RegExp, what: string])[] = [
  [SNOWFLAKE, 'is an id'],
  [/^[0-9a-f]{64}$/i, 'is the public key'],
  [/^[\w-]{32}$/, 'is the client secret'],
  [/^SG_/i, 'is a key of Segmind'],
];

/** The id of the bot, a time and a signature, each in base64url. */
const TOKEN = /^(?<id>[\w-]{23,28})\.[\w-]{6,7}\.[\w-]{27,}$/;

/** Why this can't be a bot's token; undefined when it can. @see https://discord.com/developers/docs/reference#authentication */
export function findTokenProblem(value: string): string | undefined {
  const id = TOKEN.exec(value)?.groups?.['id'];
  if (id !== undefined && SNOWFLAKE.test(Buffer.from(id, 'base64url').toString())) return undefined;
  const mistaken = MISTAKEN.find(([pattern]) => pattern.test(value))?.[1];
  return `${mistaken ?? 'is not a bot token, which has three parts with dots between them'}: ${COPY_TOKEN}`;
}

/** Why this can't be a key of Segmind; undefined when it can. */
export function findKeyProblem(value: string): string | undefined {
  if (/^SG_0{16}$/i.test(value)) return "is a placeholder: copy the key from Segmind's site";
  if (/^SG_[0-9a-f]{16}$/i.test(value)) return undefined;
  if (findTokenProblem(value) === undefined) return "is a bot token of Discord: copy the key from Segmind's site";
  return 'must be SG_ and 16 hexadecimal digits';
}
