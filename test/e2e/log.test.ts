import { expect, it } from 'vitest';
import { ended, imageReply, openTestBed } from '../support/test-bed.ts';

const PROMPT = 'a red rose \u009b31m beneath \u202e a golden moon';

/** Opens a bed, and makes Segmind and Discord quote a member's prompt. */
async function quoteEverywhere(env: Readonly<Record<string, string>>): Promise<string> {
  const bed = await openTestBed({ env });
  const ask = () => bed.member('alice').command('timeless', { prompt: PROMPT });
  const errors = {
    embeds: { 0: { description: { _errors: [{ code: 'BASE_TYPE_BAD', message: `"${PROMPT}" is not allowed.` }] } } },
  };
  bed.discord.faults.add({
    method: 'PATCH',
    path: /@original$/,
    respond: { status: 400, body: { code: 50_035, message: 'Invalid Form Body', errors } },
  });
  await imageReply(await ask());
  // Only a part of the prompt, spelled differently, so that only the answer's form reveals it.
  const error = 'Your Prompt (A RED ROSE beneath a golden moon) is against our rules.';
  bed.segmind.script({ on: 'submit', respond: { status: 403, body: { error } } });
  await ended(await ask());
  const { stdout } = bed.bot;
  await bed.close();
  return stdout;
}

it('keeps quoted prompts out of the log, but logs what an operator needs', async () => {
  const log = await quoteEverywhere({});
  expect(log).not.toMatch(/red rose|golden moon/i);
  expect(log).toContain('embeds[0].description[BASE_TYPE_BAD]: [redacted]');
  expect(log).toContain('this Segmind account may not call the model (403): [redacted]');
});

it('logs prompts with LOG_PROMPTS=true, with control characters escaped', { tags: 'slow' }, async () => {
  const log = await quoteEverywhere({ LOG_PROMPTS: 'true' });
  expect(log).toContain('a red rose \\u009b31m beneath \\u202e a golden moon');
  expect(log).toContain('(A RED ROSE beneath a golden moon)');
  expect(log).not.toMatch(/[\u0080-\u009f\u202e]/);
  for (const line of log.trimEnd().split('\n')) expect(() => JSON.parse(line), line).not.toThrow();
});
