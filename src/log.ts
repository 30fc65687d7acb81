import pino from 'pino';

export type Log = pino.Logger;

const SECRETS = /SG_[0-9a-zA-Z]+|(?<=\/(?:webhooks|interactions)\/\d+\/)[^/?\s]+|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}/g;

/** `text` without Segmind keys, bot tokens and the interaction tokens that stand in Discord's URLs. */
export function redact(text: string): string {
  return text.replace(SECRETS, '[redacted]');
}

/**
 * What a log may keep of an error. A DiscordAPIError carries the interaction token in `url`, the prompt and the images in
 * `requestBody`: so an error is never logged whole, only these fields of it.
 */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const facts: Record<string, unknown> = { name: error.name, message: redact(error.message) };
  for (const field of ['code', 'status', 'method', 'requestId', 'detail', 'phase', 'reason', 'issues']) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string') facts[field] = redact(value);
    else if (typeof value === 'number' || Array.isArray(value)) facts[field] = value;
  }
  if (error.stack) facts['stack'] = redact(error.stack);
  if (error.cause) facts['cause'] = errorFacts(error.cause);
  return facts;
}

/**
 * JSON lines on stdout. Prompts stay out of them unless `logPrompts` is true; interaction tokens always do.
 * @param level pino's level, default `info`
 */
export function createLog(options: { level: string; logPrompts: boolean }): Log {
  return pino({
    level: options.level,
    base: null,
    serializers: { err: errorFacts },
    redact: {
      paths: [
        'interactionToken',
        '*.interactionToken',
        ...(options.logPrompts ? [] : ['prompt', 'negativePrompt', '*.prompt', '*.negativePrompt']),
      ],
      censor: '[redacted]',
    },
  });
}
