import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action, customId, parseCustomId } from '../../src/replies/custom-id.ts';

const jobIds = fc.string({
  unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'),
  minLength: 13,
  maxLength: 13,
});
const snowflakes = fc.bigInt({ min: 10n ** 16n, max: 10n ** 20n - 1n }).map(String);
const blocks = fc.tuple(snowflakes, fc.nat({ max: 999_999_999 })).map(([id, seconds]) => `${id}.${seconds}`);
const pages = fc.nat({ max: 9_999 }).map(String);

/** What each action may be done to. */
const ARGUMENTS: Record<Action, fc.Arbitrary<string>> = {
  cancel: jobIds,
  reroll: jobIds,
  'new-seed': jobIds,
  edit: jobIds,
  'edit-private': jobIds,
  compose: fc.constantFrom('public', 'private'),
  draft: snowflakes,
  details: jobIds,
  command: jobIds,
  'fetch-image': jobIds,
  share: jobIds,
  delete: jobIds,
  'images-page': pages,
  'images-choose': pages,
  'images-star': fc.tuple(jobIds, pages).map((parts) => parts.join('.')),
  'log-delete': jobIds,
  'log-delete-confirmed': jobIds,
  'log-block': snowflakes,
  'log-block-confirmed': blocks,
  'log-purge': fc.tuple(snowflakes, fc.constantFrom('hour', 'day', 'week')).map((parts) => parts.join('.')),
  example: fc.constantFrom('1', '2', '3'),
  'queue-mine': pages,
  'queue-server': pages,
  'queue-cancel-mine': pages,
  'queue-cancel-server': pages,
  'reset-confirmed': snowflakes,
  'check-again': snowflakes,
  'export-data': snowflakes,
  'erase-data': snowflakes,
  'erase-data-confirmed': snowflakes,
};

describe('custom ids', () => {
  it.each(ACTIONS)('of %s come back as they were made, within the limit of Discord', (action) => {
    fc.assert(
      fc.property(ARGUMENTS[action], (argument) => {
        expect(customId(action, argument).length).toBeLessThanOrEqual(100);
        expect(parseCustomId(customId(action, argument))).toEqual({ action, argument });
      }),
    );
  });

  it.each([
    '',
    ':',
    'delete',
    'delete:',
    'delete:short',
    'explode:0000000000001',
    'delete:0000000000001:x',
    'delete:0000000000001 ',
    'delete:0000000000001\n',
    'constructor:0000000000001',
    'delete:123456789012345678',
    'log-delete:123456789012345678',
    'log-block:0000000000001',
    'log-block:1234567890123456',
    'log-block:123456789012345678901',
    'log-block:123456789012345678.60',
    'log-block-confirmed:123456789012345678',
    'log-block-confirmed:123456789012345678.',
    'log-block-confirmed:123456789012345678.-1',
    'log-block-confirmed:123456789012345678.060',
    'log-block-confirmed:123456789012345678.1e3',
    'log-block-confirmed:123456789012345678.9999999999',
    'log-purge:123456789012345678',
    'log-purge:123456789012345678.',
    'log-purge:123456789012345678.month',
    'log-purge:123456789012345678.days',
    'log-purge:day.day',
    'reset-confirmed:0000000000001',
    'check-again:',
    'queue-server:',
    'example:0',
    'example:4',
    'queue-server:-1',
    'queue-server:01',
    'queue-server:10000',
    'compose:',
    'compose:anyone',
    'compose:0000000000001',
    'draft:0000000000001',
  ])('refuses the forged %j', (forged) => {
    expect(parseCustomId(forged)).toBeUndefined();
  });

  it('takes any text without breaking', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseCustomId(text);
        if (parsed) expect(customId(parsed.action, parsed.argument)).toBe(text);
      }),
    );
  });
});
