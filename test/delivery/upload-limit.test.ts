import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadLimit } from '../../src/delivery/upload-limit.ts';

const MIB = 1024 * 1024;

describe('UploadLimit', () => {
  it('starts at the size that Discord documents for a request', () => {
    expect(new UploadLimit().messageBytes).toBeGreaterThan(24 * MIB);
  });

  it('sends files one by one when they were refused together', () => {
    const limit = new UploadLimit();
    limit.refuse([2 * MIB, 3 * MIB, 1 * MIB]);
    expect(limit.messageBytes).toBe(3 * MIB);
  });

  it('shrinks a file that was refused alone noticeably', () => {
    const limit = new UploadLimit();
    limit.refuse([4 * MIB]);
    expect(limit.messageBytes).toBe(3 * MIB);
  });

  it('continues from the limit that an earlier process found', () => {
    expect(new UploadLimit(5).messageBytes).toBe(5);
  });

  it('allows less than was refused each time, and nothing after six refusals', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 25 * MIB }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 6, maxLength: 6 }), (refusals) => {
        const limit = new UploadLimit();
        for (const refused of refusals) {
          limit.refuse(refused);
          expect(limit.messageBytes).toBeLessThan(refused.reduce((sum, bytes) => sum + bytes, 0));
        }
        expect(limit.messageBytes).toBe(0);
      }),
    );
  });
});
