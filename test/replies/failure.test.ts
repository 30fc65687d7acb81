import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/jobs/failure.ts';
import { describeFailure } from '../../src/replies/failure.ts';

const detail = 'The prompt was blocked by a content filter';

const sentences: [Failure, string][] = [
  [{ kind: 'bad_request', detail }, `could not read this request. It said: “${detail}”.`],
  [{ kind: 'parameter_rejected', detail }, `refused one of the options. It said: “${detail}”.`],
  [{ kind: 'inference_failed', detail }, `could not paint this. It said: “${detail}”.`],
  [{ kind: 'stopped', reason: 'credits' }, 'out of credits at its image service'],
  [{ kind: 'stopped', reason: 'spend_limit' }, 'reached the spend limit'],
  [{ kind: 'stopped', reason: 'unauthorized' }, 'does not let it in'],
  [{ kind: 'stopped', reason: 'forbidden' }, 'may not use this image model'],
  [{ kind: 'stopped', reason: 'model_not_found' }, 'does not know the model'],
  [{ kind: 'stopped', reason: 'model_retired' }, 'has been retired'],
  [{ kind: 'misconfigured' }, 'did not take the form of its requests'],
  [{ kind: 'server_error', status: 500 }, 'had an internal error'],
  [{ kind: 'server_error', status: 502 }, 'not reachable behind its own gateway'],
  [{ kind: 'server_error', status: 503 }, 'is having trouble'],
  [{ kind: 'server_error', status: 504 }, 'did not answer its own gateway in time'],
  [{ kind: 'unreachable' }, 'could not be reached'],
  [
    { kind: 'inference_failed', detail: 'CONTENT_POLICY_VIOLATION: blocked' },
    'It said: “content policy violation\\: blocked”.',
  ],
  [{ kind: 'refused_on_the_way', status: 403 }, 'turned this request away'],
  [{ kind: 'result_unreadable' }, 'was painted and charged'],
  [{ kind: 'unexpected_answer', status: 418 }, 'does not understand (418)'],
  [{ kind: 'result_expired' }, 'no longer has this request'],
  [{ kind: 'took_too_long' }, 'did not finish this within an hour'],
  [{ kind: 'waited_too_long' }, 'waited in line for an hour'],
  [{ kind: 'images_unavailable', links: ['https://images.segmind.com/a.png'] }, 'https://images.segmind.com/a.png'],
  [{ kind: 'undeliverable' }, 'Press Fetch image'],
  [{ kind: 'internal' }, 'Something broke in the bot'],
];

/** What Segmind might say of money, accounts and keys, and how it may be written. */
const privateMatters = [
  'Insufficient credits. You have 0.0 credits.',
  'CREDITS: 0',
  'ｃｒｅｄｉｔｓ exhausted',
  'cre\u200Bdits exhausted',
  'cred\u00ADits exhausted',
  'Not enough funds',
  'Please top up to continue',
  'Please top-up',
  'This costs 0.01 per call',
  'The price of this model is above your limit',
  'That is € 5',
  'That is $5',
  '3 cents are missing',
  'Payment required',
  'You have not paid',
  'Your free plan ends here',
  'Not on your tier',
  'Upgrade first',
  'Your team may not do this',
  'Your organisation may not do this',
  'Invalid API-KEY',
  'Invalid api_key',
  'Invalid k\u2060ey',
  'sg_0123456789abcdef',
  '０１２３４５６７８９abcdef０１２３４５６７８９abcdef',
  '0123456789abcdef0123456789abcdef is not known',
  'Authentication failed',
  'INSUFFICIENT_CREDITS',
  'INVALID_API_KEY',
  'Unauthorized',
  'Bearer abc',
  'wrong password',
  'a secret is missing',
  'See www.segmind.com',
  'See segmind.com/pricing',
  'See ftp://10.0.0.1',
  'connect 10.1.2.3',
  'Write to support@segmind',
];

describe('describeFailure', () => {
  it.each(sentences)('has a sentence for %j', (failure, says) => {
    expect(describeFailure(failure)).toContain(says);
  });

  it('never says the same of two failures', () => {
    const all = sentences.map(([failure]) => describeFailure(failure));
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(privateMatters)('keeps to itself that the image service said: %s', (text) => {
    for (const kind of ['bad_request', 'parameter_rejected', 'inference_failed'] as const) {
      const plain = describeFailure({ kind, detail: '' });
      expect(describeFailure({ kind, detail: text })).toBe(plain);
      expect(plain).not.toContain('It said');
    }
  });

  it.each([
    'Invalid value for scheduler',
    'num_inference_steps must be between 20 and 100',
    'The prompt was blocked by a content filter',
    'Prompt is too long: 4001 of 4000 characters',
  ])('passes on what helps: %s', (text) => {
    expect(describeFailure({ kind: 'parameter_rejected', detail: text })).toContain('It said: “');
  });

  it.each(['', ' \n', '\u200B'])('does not quote %j', (text) => {
    expect(describeFailure({ kind: 'bad_request', detail: text })).not.toContain('It said');
  });
});
