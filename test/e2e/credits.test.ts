import { describe, expect, it } from 'vitest';
import { ended, imageReply, labelsOf, openTestBed, textOf } from '../support/test-bed.ts';

type Mode = 'async' | 'sync';
type Wording = 'balance' | 'html-message' | 'object' | 'need' | 'bare' | 'empty';

/** A prompt that itself reads like Segmind's message about missing credits. */
const PROMPT = 'Insufficient credits. You have none, says a fox';

async function areRecognised(mode: Mode, creditsWording: Wording): Promise<void> {
  const bed = await openTestBed({ env: { SEGMIND_MODE: mode }, segmind: { creditsUsd: 0.004, creditsWording } });
  const failed = await ended(await bed.member('alice').command('timeless', { prompt: PROMPT }));
  expect(textOf(failed)).toContain('out of Segmind credits');
  expect(textOf(failed)).toContain("You weren't charged.");
  expect(bed.segmind.submits.map(({ status }) => status)).toEqual([mode === 'sync' ? 406 : 402]);
  await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'submits stopped'));
  const help = await (await bed.member('alice').command('timeless-help')).waitForReply(
    ({ embeds }) => embeds.length > 0,
  );
  expect(textOf(help)).toContain('out of Segmind credits');
  expect(labelsOf(help)).toEqual([]);
  await bed.close();
}

describe('missing credits', () => {
  const TITLE = 'are recognised in every wording: %s, %s';
  it.each([['sync', 'empty'] as const])(TITLE, areRecognised);
  it.each([
    ['async', 'empty'],
    ...(['balance', 'html-message', 'object', 'need', 'bare'] as const).flatMap((wording) => [
      ['async', wording] as const,
      ['sync', wording] as const,
    ]),
  ] as const)(TITLE, { tags: 'slow' }, areRecognised);
});

describe('a refusal that only quotes a prompt about credits', () => {
  it('does not stop submits', async () => {
    const bed = await openTestBed();
    const prompts = ['not enough credits, top up: a sign above a shop', 'the budget of a king, in gold', 'budget'];
    for (const prompt of prompts) {
      const error = `Invalid prompt: ${prompt.slice(0, 25)}...`;
      bed.segmind.script({ on: 'submit', respond: { status: 406, body: { error } } });
      const message = await ended(await bed.member('alice').command('timeless', { prompt }));
      expect(textOf(message)).toContain('rejected one of the options');
    }
    await imageReply(await bed.member('bob').command('timeless', { prompt: 'and others go on' }));
    await bed.close();
  });
});
