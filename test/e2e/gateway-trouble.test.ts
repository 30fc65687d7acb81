import { afterEach, beforeEach, expect, it } from 'vitest';
import { ended, imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed.close());

const ask = (prompt: string) => bed.member('alice').command('timeless', { prompt });
const posts = () => bed.segmind.requests.filter(({ method }) => method === 'POST');
const logged = (text: string) => bed.bot.log.some(({ msg }) => msg === text);

it('a gateway page makes one outcome unknown; three in a row stop all submits until a trial succeeds', {
  tags: 'slow',
  timeout: 150_000,
}, async () => {
  bed.segmind.script({ on: 'submit', html: 503 });
  expect(textOf(await ended(await ask('one page')))).toContain('may have been rendered and charged');
  await imageReply(await ask('Segmind itself'));

  bed.segmind.script({ on: 'submit', html: 502, times: 3 });
  for (const prompt of ['first page', 'second page', 'third page']) {
    expect(textOf(await ended(await ask(prompt)))).toContain('may have been rendered and charged');
  }
  await bed.discord.waitFor(() => logged('submits stopped'));
  expect(posts()).toHaveLength(5);
  const refused = await ask('refused');
  expect(textOf(await refused.waitForReply())).toContain('Something between me and Segmind');

  // Both the stop and the time of the next trial survive a restart.
  await bed.restart();
  expect(textOf(await (await ask('refused again')).waitForReply())).toContain('Something between');
  expect(posts()).toHaveLength(5);
  const isTaken = async () => {
    const invocation = await ask('the trial');
    return !textOf(await invocation.waitForReply()).includes('Something between') && invocation;
  };
  const trial = await expect
    .poll(isTaken, { timeout: 90_000, interval: 3_000 })
    .toBeTruthy()
    .then(() => bed.discord.waitFor(() => logged('submits resumed')));
  expect(trial).toBe(true);
  await imageReply(await ask('after the trial'));
  expect(posts()).toHaveLength(7);
});
