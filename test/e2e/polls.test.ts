import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitsOf as allSubmitsOf } from '../support/invariants.ts';
import { pause } from '../support/pause.ts';
import { ended, imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const on = 'submit' as const;

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed();
});
afterAll(() => bed.close());

const submitsOf = (prompt: string) => allSubmitsOf(bed, prompt);

describe('polls', () => {
  it('tolerate a request that Segmind knows only after some seconds', { tags: 'slow' }, async () => {
    bed.segmind.script({ on, unknownForMs: 3_000 });
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'known later' }), 20_000);
    expect(submitsOf('known later')).toHaveLength(1);
  });

  it('report when Segmind has forgotten the request', { tags: 'slow' }, async () => {
    bed.segmind.script({ on, unknownForMs: 3_600_000 });
    const message = await ended(await bed.member('alice').command('timeless', { prompt: 'forgotten' }), 25_000);
    expect(textOf(message)).toContain('no longer has this result');
  });

  const troubles = () => bed.bot.log.filter(({ msg }) => msg === 'poll failed');

  it.each(['unreadable', 'nothing'] as const)(
    'report an unreadable result to the member, and to the operator at once: %s',
    { tags: 'slow' },
    async (resultShape) => {
      const before = troubles().length;
      bed.segmind.script({ on, resultShape });
      const prompt = `out of ${resultShape}`;
      const message = await ended(await bed.member('alice').command('timeless', { prompt }), 20_000);
      expect(textOf(message)).toContain("was rendered and charged, but I can't read");
      const requestId = submitsOf(prompt)[0]?.requestId ?? '';
      const fetched = bed.segmind.requests.filter(({ path }) => path.endsWith(`/requests/${requestId}`));
      expect(fetched).toHaveLength(3);
      const told = troubles().slice(before);
      expect(told).toMatchObject([{ level: 50, err: { name: 'ResultUnreadable' } }]);
      // The names of the fields, but not their values.
      const line = JSON.stringify(told);
      expect(line).toContain('request_id');
      expect(line).not.toContain('renders');
    },
  );

  it.each([
    ['Unauthorized', { on: 'status', unauthorized: 'code' }],
    ['ModelForbidden', { on: 'status', respond: { status: 403, body: { error: 'Forbidden' } } }],
    ['ForeignAnswer', { on: 'status', html: 403 }],
  ] as const)('report a refused poll to the operator: %s', async (name, fault) => {
    const before = troubles().length;
    bed.segmind.script(fault);
    const prompt = `refused as ${name}`;
    await bed.member('alice').command('timeless', { prompt });
    await bed.discord.waitFor(() => troubles().length > before);
    expect(troubles().at(-1)).toMatchObject({ level: 50, err: { name } });
    expect(submitsOf(prompt)).toHaveLength(1);
  });

  it('give up on a result that is nested too deeply, without parsing it', { tags: 'slow' }, async () => {
    const body = `{"status":"COMPLETED","output":${'['.repeat(20_000_000)}`;
    const when = (url: string) => url.endsWith(submitsOf('an abyss')[0]?.requestId ?? 'none');
    bed.segmind.script({ on: 'result', when, times: 3, respond: { status: 200, body } });
    const message = await ended(await bed.member('alice').command('timeless', { prompt: 'an abyss' }), 25_000);
    expect(textOf(message)).toContain("can't read Segmind's answer");
  });

  /** What the bot asked Segmind about a prompt's request, from the POST's answer on. */
  const requestsAbout = (from: TestBed, prompt: string) => {
    const requestId = allSubmitsOf(from, prompt)[0]?.requestId ?? 'none';
    return from.segmind.requests.flatMap(({ path }) => {
      if (path.endsWith(`/requests/${requestId}/status`)) return ['status'];
      if (path.endsWith(`/requests/${requestId}`)) return ['result'];
      return [];
    });
  };

  it('end with the one that finds the request finished: its result is fetched next, once', async () => {
    bed.segmind.hold();
    const invocation = await bed.member('alice').command('timeless', { prompt: 'held' });
    await bed.discord.waitFor(() => requestsAbout(bed, 'held').length >= 2);
    const before = requestsAbout(bed, 'held').length;
    bed.segmind.release();
    await imageReply(invocation);
    expect(requestsAbout(bed, 'held').slice(before)).toEqual(['status', 'result']);
  });

  it('are fewer once it is known how long renders take, also after a restart', { tags: 'slow' }, async () => {
    // A small image takes 3 s, which is much longer than the bot guesses.
    const own = await openTestBed({ segmind: { renderMs: 18_000 } });
    try {
      const generate = async (prompt: string) => {
        await imageReply(await own.member('alice').command('timeless', { prompt, width: 512, height: 512, steps: 20 }));
        return requestsAbout(own, prompt).length;
      };
      const prompts = Array.from({ length: 8 }, (_, index) => `guessed ${index}`);
      const [unlearned = 0] = await Promise.all(prompts.map(generate));
      // The bot saves render times at most once a second.
      await pause(1_500);
      await own.restart();
      const learned = await generate('known');
      expect(learned).toBeLessThan(unlearned / 2);
    } finally {
      await own.close();
    }
  });
});
