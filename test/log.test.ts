import { DiscordAPIError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { errorFacts, redact } from '../src/log.ts';
import { Unauthorized } from '../src/segmind/errors.ts';

const TOKEN = 'aW50ZXJhY3Rpb246MTU3NDEwMjQ2Njc3';

describe('what the log keeps', () => {
  it('has no keys and no tokens', () => {
    const bot = 'MTA5NjU0MzIxMDk4NzY1NDMyMQ.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789ABC';
    const text = redact(`SG_0123456789abcdef https://x/webhooks/123456789012345678/${TOKEN}/messages/@original ${bot}`);
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

  it('follows the causes of an error, and takes what is none', () => {
    const facts = errorFacts(new Error('outside', { cause: new TypeError('inside') }));
    expect(facts).toMatchObject({ message: 'outside', cause: { name: 'TypeError', message: 'inside' } });
    expect(errorFacts('SG_0123456789abcdef')).toEqual({ message: '[redacted]' });
  });
});
