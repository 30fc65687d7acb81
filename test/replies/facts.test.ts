import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { isBlank } from '../../src/replies/escape.ts';
import { footerOf, parameterFields } from '../../src/replies/facts.ts';
import { parametersSchema } from '../../src/segmind/parameters.ts';

function jobWith(negativePrompt: string, forcedNegativePrompt?: string): Job {
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
    forced: {
      spoilers: false,
      ...(forcedNegativePrompt === undefined ? {} : { negativePrompt: forcedNegativePrompt }),
    },
    state: { name: 'unknown' },
    messageIds: [],
    refusedRoutes: [],
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
  it('has no empty value, whatever the negative prompts are', () => {
    const text = fc.oneof(
      fc.string({ unit: invisible }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(text, text, (negativePrompt, forced) => {
        for (const { value } of parameterFields(jobWith(negativePrompt, forced))) expect(isBlank(value)).toBe(false);
      }),
      { examples: ['\u200B', ' ', '', '\u2800'].map((blank) => [blank, blank] as [string, string]) },
    );
  });

  it('shows a negative prompt that can be seen', () => {
    expect(parameterFields(jobWith('blurry'))[0]).toEqual({ name: 'Negative prompt', value: 'blurry' });
  });

  it('shows what a server forced on the request apart from the member’s own', () => {
    expect(parameterFields(jobWith('blurry', 'n_de')).slice(0, 2)).toEqual([
      { name: 'Negative prompt', value: 'blurry' },
      { name: 'Negative prompt (this server)', value: 'n\\_de' },
    ]);
  });
});

describe('footerOf', () => {
  const isPrivate = true;
  it.each([
    [{ isPrivate, guildId: '1' }, [], "Only you can see this; this server's moderators may see its prompt."],
    [{ isPrivate, guildId: '1' }, ['A'], "A · Only you can see this; this server's moderators may see its prompt."],
    [{ isPrivate, guildId: '1' }, ['A', 'B'], expect.stringMatching(/^A · B · Only you/)],
    [{ isPrivate: false, guildId: '1' }, ['A', 'B'], 'A · B'],
    [{ isPrivate }, ['A'], 'A'],
  ])('of %j with %j', (job, notes, text) => {
    expect(footerOf(job, notes)).toEqual({ footer: { text } });
  });

  it('is none where there is nothing to say', () => {
    expect(footerOf({ isPrivate: false, guildId: '1' })).toEqual({});
  });
});
