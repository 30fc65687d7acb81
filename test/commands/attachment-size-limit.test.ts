import { expect, it } from 'vitest';
import { attachmentSizeLimitOf } from '../../src/commands/attachment-size-limit.ts';

it('is what Discord says, and 10 MiB should it not say', () => {
  expect(attachmentSizeLimitOf({ attachmentSizeLimit: 500 })).toBe(500);
  expect(attachmentSizeLimitOf({})).toBe(10_485_760);
});
