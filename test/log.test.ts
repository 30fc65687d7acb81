import { DiscordAPIError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { createLog, errorFacts, printable, redact } from '../src/log.ts';
import {
  BadRequest,
  CreditsNotFound,
  InferenceFailed,
  InsufficientCredits,
  InvalidContentType,
  ModelForbidden,
  ModelNotFound,
  ModelRetired,
  OutcomeUnknown,
  ParameterRejected,
  RequestNotFound,
  ServerError,
  SpendLimitReached,
  Unauthorized,
  UnexpectedStatus,
  UnreadableAnswer,
} from '../src/segmind/errors.ts';
import { BOT_TOKEN } from './support/bot-token.ts';

const TOKEN = 'aW50ZXJhY3Rpb246MTU3NDEwMjQ2Njc3';

describe('what the log keeps', () => {
  it('has no keys and no tokens', () => {
    const text = redact(
      `SG_0123456789abcdef https://x/webhooks/123456789012345678/${TOKEN}/messages/@original ${BOT_TOKEN}`,
    );
    expect(text).not.toMatch(/0123456789abcdef|aW50|GabcDE/);
    expect(text).toContain('/messages/@original');
  });

  it('has the code and status of an error of Discord, but neither its URL nor its body', () => {
    const error = new DiscordAPIError(
      { code: 10_008, message: 'Unknown Message' },
      10_008,
      404,
      'PATCH',
      `https://discord.com/api/v10/webhooks/1/${TOKEN}/messages/@original`,
      { body: { content: 'a secret prompt' }, files: [{ name: 'a.png', data: Buffer.from('x') }] },
    );
    const facts = errorFacts(error);
    expect(facts).toMatchObject({ code: 10_008, status: 404, method: 'PATCH', message: 'Unknown Message' });
    expect(JSON.stringify(facts)).not.toMatch(/secret prompt|aW50|a\.png/);
  });

  it('has the text of Segmind, without the key in it', () => {
    const facts = errorFacts(new Unauthorized('key SG_0123456789abcdef is invalid'));
    expect(facts).toMatchObject({ name: 'Unauthorized', status: 401 });
    expect(JSON.stringify(facts)).not.toContain('0123456789abcdef');
  });

  it('has no secret in any line, whatever way it came there', () => {
    const facts = { url: `https://discord.com/api/v10/webhooks/123456789012345678/${TOKEN}`, next: 'kept', n: 1 };
    const lines = linesOf(true, (log) => {
      log.info({ ...facts, deep: { er: { key: 'SG_0123456789abcdef' } } }, `at ${facts.url}`);
      log.info({ database: 'postgres://timeless:pass-word@localhost:5432/timeless' });
    });
    expect(lines).not.toMatch(new RegExp(`${TOKEN}|0123456789abcdef|pass-word`));
    const [first, second] = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ next: 'kept', n: 1, deep: { er: { key: '[redacted]' } } });
    expect(second).toMatchObject({ database: 'postgres://timeless:[redacted]@localhost:5432/timeless' });
  });

  it('follows the causes of an error, and takes what is none', () => {
    const facts = errorFacts(new Error('outside', { cause: new TypeError('inside') }));
    expect(facts).toMatchObject({ message: 'outside', cause: { name: 'TypeError', message: 'inside' } });
    expect(errorFacts('SG_0123456789abcdef')).toEqual({ message: '[redacted]' });
  });

  it('has no keys and no tokens in lists either', () => {
    const facts = errorFacts(new UnreadableAnswer(200, [`/webhooks/123456789012345678/${TOKEN} is odd`]));
    expect(JSON.stringify(facts['issues'])).toContain('[redacted] is odd');
    const others = Object.assign(new Error('odd'), { issues: [{ input: 'SG_0123456789abcdef', path: ['key'] }] });
    expect(JSON.stringify(errorFacts(others))).not.toContain('0123456789abcdef');
  });
});

describe('control characters in the log', () => {
  const HARMFUL = [
    ...Array.from({ length: 0xa0 }, (_, code) => code).filter((code) => code < 0x20 || code > 0x7e),
    ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069],
  ].map((code) => String.fromCharCode(code));

  it.each(HARMFUL)('are spelled out, and JSON as before: %j', (character) => {
    const text = `a${character}b\\${character}`;
    const line = linesOf(true, (log) =>
      log.info({ [`k${character}`]: text, deep: [text], err: new Error(text) }, text),
    );
    expect(line.endsWith('\n')).toBe(true);
    expect(line.slice(0, -1)).not.toContain(character);
    const parsed = JSON.parse(line);
    expect(parsed).toMatchObject({ [`k${character}`]: text, deep: [text], err: { message: text }, msg: text });
  });

  it('are spelled out where text is printed as it is', () => {
    expect(printable('at SG_0123456789abcdef\u009b31m\u001b[2J')).toBe('at [redacted]\\u009b31m\\u001b[2J');
  });

  it('are not those that people write with', () => {
    const text = 'äöü 日本語 🌹 👩‍🎨 עברית';
    expect(linesOf(true, (log) => log.info(text))).toContain(text);
  });
});

const PROMPT = 'a red rose, "quoted"\nand *starred* $& SG_';

/** The lines of a log that something was written to. */
function linesOf(logPrompts: boolean, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(
    createLog(
      { level: 'info', logPrompts },
      {
        write: (line) => {
          text += line;
        },
      },
    ),
  );
  return text;
}

describe('prompts in the log', () => {
  const quoted = `Invalid prompt: ${PROMPT}`;
  const quoting = [
    new BadRequest(quoted),
    new ModelForbidden(quoted),
    new SpendLimitReached(406, quoted),
    new ModelNotFound(`no such model for "${PROMPT}"`),
    new OutcomeUnknown('body', new SyntaxError(`Unexpected token 'x', "${PROMPT}" is not valid JSON`)),
    new ParameterRejected(quoted),
    new InferenceFailed('id', quoted),
    new ServerError(500, quoted),
    new UnexpectedStatus(418, quoted),
    new RequestNotFound('id', quoted),
    new Error('outside', { cause: new BadRequest(quoted) }),
    new SyntaxError(`Unexpected token 'x', "${PROMPT}" is not valid JSON`),
  ];

  it.each(quoting.map((error) => [error.name, error] as const))(
    'are not there though %s quotes one, unless they are allowed',
    (_, error) => {
      const write = (log: ReturnType<typeof createLog>) => log.warn({ err: error }, 'failed');
      expect(linesOf(false, write)).not.toMatch(/red rose|starred/);
      expect(JSON.parse(linesOf(false, write))).toMatchObject({ err: { name: error.name } });
      expect(linesOf(true, write)).toContain('red rose');
    },
  );

  it('are not there though Discord quotes them, while what was wrong and where stays', () => {
    const errors = {
      embeds: {
        0: { description: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: `${PROMPT} is too long ` }] } },
      },
      content: { _errors: [{ code: 'BASE_TYPE_CHOICES', message: `Value "${PROMPT}" must be one of ('a',).` }] },
      files: { 0: `${PROMPT} is no file` },
    };
    const rawError = { code: 50_035, message: 'Invalid Form Body', errors };
    const error = new DiscordAPIError(
      rawError,
      50_035,
      400,
      'POST',
      'https://discord.com/api/v10/channels/1/messages',
      {},
    );
    const write = (log: ReturnType<typeof createLog>) => log.warn({ err: error }, 'failed');
    const lines = linesOf(false, write);
    expect(lines).not.toMatch(/red rose|starred|quoted|too long/);
    expect(JSON.parse(lines).err).toMatchObject({ code: 50_035, status: 400 });
    for (const kept of ['Invalid Form Body', 'embeds[0].description[BASE_TYPE_MAX_LENGTH]: [redacted]'])
      expect(JSON.parse(lines).err.message).toContain(kept);
    expect(linesOf(true, write)).toContain('red rose');
  });

  it.each([
    { prompt: PROMPT },
    { negativePrompt: PROMPT },
    { parameters: { prompt: PROMPT, negativePrompt: PROMPT } },
    { failure: { kind: 'inference_failed', detail: PROMPT } },
  ])('are not there as %j, unless they are allowed', (facts) => {
    expect(linesOf(false, (log) => log.info(facts, 'ended'))).not.toContain('red rose');
    expect(linesOf(true, (log) => log.info(facts, 'ended'))).toContain('red rose');
  });

  it.each([
    new Unauthorized('expired'),
    new InsufficientCredits(402, 'expired'),
    new SpendLimitReached(406, 'expired'),
    new ModelNotFound('expired'),
    new ModelRetired('expired'),
    new InvalidContentType('expired'),
    new CreditsNotFound('expired'),
  ])('leave what the operator has to know: %s', (error) => {
    expect(errorFacts(error)).toMatchObject({ detail: 'expired', message: expect.stringContaining('expired') });
  });

  it('never bring an interaction token along', () => {
    expect(
      linesOf(true, (log) => log.info({ interactionToken: TOKEN, job: { interactionToken: TOKEN } })),
    ).not.toContain(TOKEN);
  });
});
