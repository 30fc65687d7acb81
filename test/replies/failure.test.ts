import { describe, expect, it } from 'vitest';
import { type Failure, isUncharged } from '../../src/jobs/failure.ts';
import { describeFailure } from '../../src/replies/failure.ts';
import { en } from '../../src/texts/en.ts';

const detail = 'The prompt was blocked by a content filter';

const sentences: [Failure, string][] = [
  [{ kind: 'bad_request', detail }, `couldn't read this request. It said: “${detail}”.`],
  [{ kind: 'parameter_rejected', detail }, `rejected one of the options. It said: “${detail}”.`],
  [{ kind: 'inference_failed', detail }, `couldn't render this image. It said: “${detail}”.`],
  [{ kind: 'stopped', reason: 'credits' }, 'run out of Segmind credits'],
  [{ kind: 'stopped', reason: 'spend_limit' }, 'reached the spending limit'],
  [{ kind: 'stopped', reason: 'unauthorized' }, "Segmind won't let me in"],
  [{ kind: 'stopped', reason: 'forbidden' }, "doesn't let me use my image model"],
  [{ kind: 'stopped', reason: 'model_not_found' }, "doesn't know my image model"],
  [{ kind: 'stopped', reason: 'gateway_trouble' }, 'blocking my requests'],
  [{ kind: 'stopped', reason: 'model_retired' }, 'has retired'],
  [{ kind: 'misconfigured' }, "doesn't accept the format of my requests"],
  [{ kind: 'server_error', status: 500 }, 'had an internal error'],
  [{ kind: 'server_error', status: 502 }, "gateway couldn't reach its servers"],
  [{ kind: 'server_error', status: 503 }, 'is having trouble'],
  [{ kind: 'server_error', status: 504 }, "didn't respond to its gateway in time"],
  [{ kind: 'unreachable' }, "couldn't reach Segmind"],
  [
    { kind: 'inference_failed', detail: 'CONTENT_POLICY_VIOLATION: blocked' },
    'It said: “content policy violation\\: blocked”.',
  ],
  [{ kind: 'refused_on_the_way', status: 403 }, 'blocked this request'],
  [{ kind: 'result_unreadable' }, 'was rendered and charged'],
  [{ kind: 'unexpected_answer', status: 418 }, "don't understand Segmind's answer (418)"],
  [{ kind: 'result_expired' }, 'no longer has this result'],
  [{ kind: 'images_gone' }, 'rendered and charged, but Segmind no longer has it'],
  [{ kind: 'took_too_long' }, "didn't finish this image within an hour"],
  [{ kind: 'waited_too_long' }, 'in the queue for an hour'],
  [{ kind: 'images_unavailable', links: ['https://images.segmind.com/a.png'] }, '\nhttps://images.segmind.com/a.png'],
  [{ kind: 'images_unavailable', links: [] }, 'Press Fetch image to try again'],
  [{ kind: 'undeliverable' }, 'Discord rejected it everywhere I tried. Press Fetch image'],
  [{ kind: 'internal' }, 'Something went wrong on my side.'],
  [{ kind: 'not_submitted' }, 'before I sent your request'],
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
    expect(describeFailure(failure, en)).toContain(says);
  });

  it('says that nothing was charged where that is certain, and nowhere else', () => {
    for (const [failure] of sentences)
      expect(describeFailure(failure, en).includes("You weren't charged."), failure.kind).toBe(isUncharged(failure));
  });

  it('never says the same of two failures', () => {
    const all = sentences.map(([failure]) => describeFailure(failure, en));
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(privateMatters)('keeps to itself that Segmind said: %s', (text) => {
    for (const kind of ['bad_request', 'parameter_rejected', 'inference_failed'] as const) {
      const plain = describeFailure({ kind, detail: '' }, en);
      expect(describeFailure({ kind, detail: text }, en)).toBe(plain);
      expect(plain).not.toContain('It said');
    }
  });

  it.each([
    'Invalid value for scheduler',
    'num_inference_steps must be between 20 and 100',
    'The prompt was blocked by a content filter',
    'Prompt is too long: 4001 of 4000 characters',
  ])('passes on what helps: %s', (text) => {
    expect(describeFailure({ kind: 'parameter_rejected', detail: text }, en)).toContain('It said: “');
  });

  it.each(['', ' \n', '\u200B'])('does not quote %j', (text) => {
    expect(describeFailure({ kind: 'bad_request', detail: text }, en)).not.toContain('It said');
  });
});
