import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUTTON_ACTIONS, customId, parseCustomId } from '../../src/replies/custom-id.ts';

const jobIds = fc.string({
  unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'),
  minLength: 13,
  maxLength: 13,
});

describe('custom ids', () => {
  it('come back as they were made, within the limit of Discord', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BUTTON_ACTIONS), jobIds, (action, jobId) => {
        expect(customId(action, jobId).length).toBeLessThanOrEqual(100);
        expect(parseCustomId(customId(action, jobId))).toEqual({ action, jobId });
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
    'constructor:0000000000001',
  ])('refuses the forged %j', (forged) => {
    expect(parseCustomId(forged)).toBeUndefined();
  });

  it('takes any text without breaking', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseCustomId(text);
        if (parsed) expect(customId(parsed.action, parsed.jobId)).toBe(text);
      }),
    );
  });
});
