import { inspect } from 'node:util';
import pino from 'pino';

export type Log = pino.Logger;

const SECRETS =
  /SG_[0-9a-zA-Z]+|(?<=\/(?:webhooks|interactions)\/\d+\/)[^/?\s"\\]+|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}|(?<=:\/\/[^:/@\s"]*:)[^/@\s"\\]+(?=@)/g;

/** Errors whose `detail` is about the operator's account, key or model, and never about what a member wrote. */
const ABOUT_THE_ACCOUNT = new Set([
  'Unauthorized',
  'InsufficientCredits',
  'SpendLimitReached',
  'ModelForbidden',
  'ModelNotFound',
  'ModelRetired',
  'InvalidContentType',
  'CreditsNotFound',
]);

const CENSOR = '[redacted]';

/** `text` without Segmind keys, bot tokens, the interaction tokens that stand in Discord's URLs, and passwords in URLs. */
export function redact(text: string): string {
  return text.replace(SECRETS, CENSOR);
}

/** The part of an error's text that may quote a prompt: what Segmind says of a request, and what V8 shows of a row's JSON. */
function quotationIn(error: Error): string {
  if (error instanceof SyntaxError) return error.message;
  const detail: unknown = Reflect.get(error, 'detail');
  return typeof detail === 'string' && !ABOUT_THE_ACCOUNT.has(error.name) ? detail : '';
}

/**
 * What a log may keep of an error. A DiscordAPIError carries the interaction token in `url`, the prompt and the images in
 * `requestBody`: so an error is never logged whole, only these fields of it.
 * @param logPrompts keeps also what may quote a prompt; default false
 */
export function errorFacts(error: unknown, logPrompts = false): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const quotation = logPrompts ? '' : quotationIn(error);
  const clean = (text: string) => redact(quotation === '' ? text : text.replaceAll(quotation, CENSOR));
  const facts: Record<string, unknown> = { name: error.name, message: clean(error.message) };
  for (const field of ['code', 'status', 'method', 'requestId', 'detail', 'phase', 'reason', 'issues']) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string') facts[field] = clean(value);
    else if (typeof value === 'number') facts[field] = value;
    else if (Array.isArray(value)) {
      facts[field] = value.map((item) => clean(typeof item === 'string' ? item : inspect(item)));
    }
  }
  if (error.stack) facts['stack'] = clean(error.stack);
  if (error.cause) facts['cause'] = errorFacts(error.cause, logPrompts);
  return facts;
}

/**
 * JSON lines on stdout. Prompts, and what the image service says that may quote one, stay out of them unless `logPrompts` is
 * true; interaction tokens always do.
 * @param level pino's level, default `info`
 * @param destination default stdout
 */
export function createLog(options: { level: string; logPrompts: boolean }, destination?: pino.DestinationStream): Log {
  const prompts = ['prompt', 'negativePrompt', '*.prompt', '*.negativePrompt', 'failure.detail'];
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    // Whatever comes into a line by whatever way: the last look at it takes secrets out.
    hooks: { streamWrite: redact },
    serializers: { err: (error: unknown) => errorFacts(error, options.logPrompts) },
    redact: {
      paths: ['interactionToken', '*.interactionToken', ...(options.logPrompts ? [] : prompts)],
      censor: CENSOR,
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
