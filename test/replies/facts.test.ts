import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { isBlank } from '../../src/replies/escape.ts';
import { parameterFields } from '../../src/replies/facts.ts';
import { parametersSchema } from '../../src/segmind/parameters.ts';

function jobWith(negativePrompt: string): Job {
  return {
    id: '0000000000001',
    interactionId: '1',
    applicationId: '2',
    interactionToken: '',
    receivedAtMs: 0,
    requesterId: '3',
    channelId: '4',
    locale: 'en-US',
    isPrivate: false,
    attachmentSizeLimit: 0,
    parameters: parametersSchema.parse({ prompt: 'a rose', negativePrompt }),
    state: { name: 'unknown' },
    messageIds: [],
    refusedRungs: [],
  };
}

const invisible = fc.constantFrom(
  ' ',
  '\n',
  '\u200B',
  '\u200D',
  '\u00AD',
  '\u2060',
  '\u3164',
  '\uFE0F',
  '\u2800',
  '\0',
);

describe('parameterFields', () => {
  it('has no empty value, whatever the negative prompt is', () => {
    const text = fc.oneof(
      fc.string({ unit: invisible }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(text, (negativePrompt) => {
        for (const { value } of parameterFields(jobWith(negativePrompt))) expect(isBlank(value)).toBe(false);
      }),
      { examples: [['\u200B'], [' '], [''], ['\u2800']] },
    );
  });

  it('shows a negative prompt that can be seen', () => {
    expect(parameterFields(jobWith('blurry'))[0]).toEqual({ name: 'Negative prompt', value: 'blurry' });
  });
});
