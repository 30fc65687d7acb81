import { inspect } from 'node:util';
import pino from 'pino';

export type Log = pino.Logger;

const SECRETS =
  /SG_[0-9a-zA-Z]+|(?<=\/(?:webhooks|interactions)\/\d+\/)[^/?\s"\\]+|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}|(?<=:\/\/[^:/@\s"]*:)[^/@\s"\\]+(?=@)/g;

/** Every text that SECRETS matches also matches this, which takes a tenth of the time in each line of the log. Change both together. */
const SIGN_OF_A_SECRET = /SG_|\/(?:webhooks|interactions)\/|\.[\w-]{6}\.|:\/\//;

/** Errors whose `detail` is about the operator's account, key or model. Not a 403: Segmind also uses it for forbidden prompts. */
const ABOUT_THE_ACCOUNT = new Set([
  'Unauthorized',
  'InsufficientCredits',
  'SpendLimitReached',
  'ModelNotFound',
  'ModelRetired',
  'InvalidContentType',
  'CreditsNotFound',
]);

const CENSOR = '[redacted]';

/** `text` without Segmind keys, bot tokens, the interaction tokens in Discord's URLs, and passwords in URLs. */
export function redact(text: string): string {
  return SIGN_OF_A_SECRET.test(text) ? text.replace(SECRETS, CENSOR) : text;
}

/**
 * Characters that a terminal could treat as commands, or that change how a line reads: controls, Unicode line breaks, and
 * direction marks.
 */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** `text` without secrets, and with its controls escaped as in JSON, except line breaks. */
export function printable(text: string): string {
  return redact(text).replace(CONTROLS, (control) =>
    control === '\n' ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Matches a text that may quote a prompt; texts about the account usually don't. */
const MAY_QUOTE = /prompt|["`“”„«»]|(?<=^|[\s(:=[])['‘]/i;

/** The parts of an error's text that may quote a prompt: Segmind's or Discord's texts about a request, and V8's about invalid JSON. */
function quotationsIn(error: Error): string[] {
  if (error instanceof SyntaxError) return [error.message];
  const detail: unknown = Reflect.get(error, 'detail');
  const isQuotation = typeof detail === 'string' && (!ABOUT_THE_ACCOUNT.has(error.name) || MAY_QUOTE.test(detail));
  const rawError: unknown = Reflect.get(error, 'rawError');
  // Some errors repeat the message of their cause.
  const within = error.cause instanceof Error ? quotationsIn(error.cause) : [];
  return [...(isQuotation ? [detail] : []), ...textsIn(rawError), ...within];
}

/**
 * Discord's texts about the fields of a request, which may quote them; their path and code are kept.
 * @see https://discord.com/developers/docs/reference#error-messages
 */
function textsIn(rawError: unknown): string[] {
  const texts: string[] = [];
  const collect = (part: unknown) => {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      if (typeof value !== 'string') collect(value);
      else if (key !== 'code') texts.push(value.trim());
    }
  };
  if (typeof rawError === 'object' && rawError !== null) collect(Reflect.get(rawError, 'errors'));
  return texts;
}

/**
 * The fields of an error that may be logged. A DiscordAPIError has the interaction token in `url`, and the prompt and images in
 * `requestBody`, so an error is never logged whole.
 * @param logPrompts whether to keep texts that may quote a prompt; default false
 */
export function errorFacts(error: unknown, logPrompts = false): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  // The longest first: one may be a part of another.
  const quotations = logPrompts ? [] : quotationsIn(error).toSorted((a, b) => b.length - a.length);
  const clean = (text: string) =>
    redact(
      quotations.reduce((rest, quotation) => (quotation === '' ? rest : rest.replaceAll(quotation, CENSOR)), text),
    );
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
 * A log of JSON lines. Prompts, and texts that may quote one, are left out unless `logPrompts` is true; interaction tokens always are.
 * @param level pino's level, default `info`
 * @param destination default stdout
 */
export function createLog(options: { level: string; logPrompts: boolean }, destination?: pino.DestinationStream): Log {
  const prompts = ['prompt', 'negativePrompt', '*.prompt', '*.negativePrompt', 'failure.detail', '*.failure.detail'];
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    // Removes secrets and controls from the finished line, however they got there.
    hooks: { streamWrite: printable },
    serializers: { err: (error: unknown) => errorFacts(error, options.logPrompts) },
    redact: {
      paths: ['interactionToken', '*.interactionToken', ...(options.logPrompts ? [] : prompts)],
      censor: CENSOR,
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
