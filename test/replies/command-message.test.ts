import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandMessage } from '../../src/replies/command-message.ts';
import { commandOf } from '../../src/replies/command-of.ts';
import { makeJob } from '../support/job-fixtures.ts';

const { parameters } = makeJob();
const messageOf = (prompt: string, negativePrompt?: string) => {
  const job = makeJob({ parameters: { ...parameters, prompt, ...(negativePrompt ? { negativePrompt } : {}) } });
  return { command: commandOf(job), ...commandMessage(job) };
};

describe('the command alone', () => {
  it.each(['a red rose', 'a sci-fi city, (neon:1.2), 100% #wow!', 'what: a "rose"? +1', 'rose '.repeat(350)])(
    'is all of the message where nothing in it is markup: %j',
    (prompt) => {
      const { command, content, files } = messageOf(prompt);
      expect([content, files]).toEqual([command, undefined]);
    },
  );

  it.each([
    'a *bold* rose',
    'a [link](https://example.com)',
    'https://example.com',
    'hi <@1>',
    '@everyone',
    'a_b',
    'a\\b',
  ])('is in a code block where something is markup: %j', (prompt) => {
    for (const { command, content } of [messageOf(prompt), messageOf('a rose', prompt)])
      expect(content).toBe(`\`\`\`\n${command}\n\`\`\``);
  });

  it.each(['x'.repeat(2_000), `*${'x'.repeat(1_990)}`, 'a ```block```'])(
    'is in a file where it has no room: %j',
    (prompt) => {
      const { command, content, files } = messageOf(prompt);
      expect(content).toBeUndefined();
      expect(files?.map(({ name, attachment }) => [name, attachment.toString()])).toEqual([
        ['command.txt', `${command}\n`],
      ]);
    },
  );

  it('fits into a message, and nothing breaks out of its block', () => {
    const text = fc.string({
      minLength: 1,
      maxLength: 2_000,
      unit: fc.constantFrom('`', '\n', 'a', '*', '<', '\\', ' '),
    });
    fc.assert(
      fc.property(text, text, (prompt, negativePrompt) => {
        const { content = '' } = messageOf(prompt, negativePrompt);
        expect(content.length).toBeLessThanOrEqual(2_000);
        const fences = content.split('```').length - 1;
        expect(fences).toBe(/[*<\\`]/.test(content) ? 2 : 0);
      }),
      { numRuns: 60 },
    );
  });
});
