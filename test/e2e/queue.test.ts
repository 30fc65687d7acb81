import { afterEach, describe, expect, it } from 'vitest';
import { buttonsOf } from '../../sandbox/discord/index.ts';
import { ended, imageReply, labelsOf, openTestBed, storedReply, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

const promptsSubmitted = () =>
  bed.segmind.submits.filter(({ status }) => status === 200).map(({ body }) => body['prompt']);

/** Opens a bed with one job in flight, so that every further job waits in the queue. */
async function occupied(env: Record<string, string> = {}): Promise<TestBed> {
  bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1', ...env } });
  bed.segmind.hold();
  const first = await bed.member('admin').command('timeless', { prompt: 'first' });
  await first.waitForReply((message) => textOf(message).includes('Sent'));
  return bed;
}

describe('the queue', () => {
  it('alternates between two members, and shows each their place', async () => {
    await occupied();
    const ask = (name: string, prompt: string) => bed.member(name).command('timeless', { prompt });
    const invocations = [await ask('alice', 'a1')];
    await invocations[0]?.waitForReply();
    for (const [name, prompt] of [
      ['alice', 'a2'],
      ['alice', 'a3'],
      ['bob', 'b1'],
    ] as const) {
      const invocation = await ask(name, prompt);
      await invocation.waitForReply();
      invocations.push(invocation);
    }
    const last = await invocations.at(-1)?.waitForReply();
    expect(last && textOf(last)).toContain("You're 2nd of 4");
    bed.segmind.release();
    await Promise.all(invocations.map((invocation) => imageReply(invocation, 25_000)));
    expect(promptsSubmitted()).toEqual(['first', 'a1', 'b1', 'a2', 'a3']);
  });

  it('lets only the requester or a moderator cancel a waiting job, at no charge', async () => {
    await occupied();
    const mine = await bed.member('alice').command('timeless', { prompt: 'mine' });
    const moderated = await bed.member('alice').command('timeless', { prompt: 'moderated' });
    const waiting = await mine.waitForReply((message) => labelsOf(message).includes('Cancel'));
    await moderated.waitForReply();
    const refusal = await (await bed.member('mallory').press(waiting, 'Cancel')).waitForReply();
    expect(textOf(refusal)).toContain('Only the person who requested this image, or a moderator, can cancel it.');
    await bed.member('alice').press(waiting, 'Cancel');
    const reply = await moderated.waitForReply();
    await bed.member('moderator').press(reply, 'Cancel');
    expect(textOf(await ended(mine))).toContain("You weren't charged.");
    expect(textOf(await ended(moderated))).toContain(`<@${bed.discord.user('moderator').id}>`);
    bed.segmind.release();
    const last = await bed.member('bob').command('timeless', { prompt: 'last' });
    await imageReply(last);
    expect(promptsSubmitted()).toEqual(['first', 'last']);
  });

  it('says that a submitted job can no longer be cancelled', { tags: 'slow' }, async () => {
    await occupied();
    const invocation = await bed.member('alice').command('timeless', { prompt: 'too late' });
    const waiting = await invocation.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const customId = buttonsOf(waiting)[0]?.customId ?? '';
    bed.segmind.release();
    await storedReply(bed, invocation);
    const answer = await (await bed.member('alice').pressCustomId(customId, waiting)).waitForReply();
    expect(textOf(answer)).toContain('This has already finished.');
  });

  it('refuses requests while it is full, and accepts them again afterwards', { tags: 'slow' }, async () => {
    await occupied({ QUEUE_LIMIT: '2' });
    const waiting = [];
    for (const [actor, prompt] of [
      [bed.member('alice'), 'one'],
      [bed.discord.actor('alice', 'dm'), 'two'],
    ] as const) {
      const invocation = await actor.command('timeless', { prompt });
      await invocation.waitForReply();
      waiting.push(invocation);
    }
    const refused = await (await bed.member('bob').command('timeless', { prompt: 'three' })).waitForReply();
    expect(refused.ephemeralFor).toBe(bed.discord.user('bob').id);
    expect(textOf(refused)).toMatch(/The queue is full\. You weren't charged. Try again in about (a|\d+) minute/);
    bed.segmind.release();
    for (const invocation of waiting) await imageReply(invocation, 25_000);
    await imageReply(await bed.member('bob').command('timeless', { prompt: 'three' }));
    expect(promptsSubmitted()).toEqual(['first', 'one', 'two', 'three']);
  });

  it('takes a server that comes alone next, whatever another one floods it with', async () => {
    await occupied({ QUEUE_LIMIT: '8' });
    const flood = [];
    for (let number = 1; number <= 8; number += 1) {
      const invocation = await bed
        .member(number % 2 === 0 ? 'alice' : 'bob')
        .command('timeless', { prompt: `a${number}` });
      flood.push({ invocation, text: textOf(await invocation.waitForReply()) });
    }
    const isRefused = ({ text }: { text: string }) => text.startsWith("This server's share of the queue is full.");
    expect(flood.filter(isRefused).map(({ invocation }) => invocation)).toEqual(
      flood.slice(6).map(({ invocation }) => invocation),
    );
    const bazaar = bed.discord.createGuild({ name: 'Bazaar' });
    bazaar.join(bed.discord.user('mallory'));
    const alone = await bed.discord
      .actor('mallory', bazaar.channel('general'))
      .command('timeless', { prompt: 'alone' });
    expect(textOf(await alone.waitForReply())).toContain('2nd of 7');
    bed.segmind.release();
    await Promise.all(flood.slice(0, 6).map(({ invocation }) => imageReply(invocation, 25_000)));
    expect(promptsSubmitted()).toEqual(['first', 'a1', 'alone', 'a2', 'a3', 'a4', 'a5', 'a6']);
  });

  it('never lets many commands at once pass its limit', { tags: 'slow' }, async () => {
    await occupied({ QUEUE_LIMIT: '4' });
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        bed.member(index % 2 === 0 ? 'alice' : 'bob').command('timeless', { prompt: `p${index}` }),
      ),
    );
    const replies = await Promise.all(all.map((invocation) => invocation.waitForReply()));
    expect(replies.filter((reply) => textOf(reply).includes('share of the queue is full'))).toHaveLength(17);
    bed.segmind.release();
    await bed.discord.waitFor(() => promptsSubmitted().length === 4, 25_000);
  });

  it('waits for the reset that a 429 names, then resumes with the same job', async () => {
    bed = await openTestBed();
    bed.segmind.script({ on: 'submit', rateLimit: 2_000, when: (body) => body['prompt'] === 'a2' });
    const invocations = [];
    for (const prompt of ['a1', 'a2', 'a3']) {
      const invocation = await bed.member('alice').command('timeless', { prompt });
      await invocation.waitForReply();
      invocations.push(invocation);
    }
    for (const invocation of invocations) await imageReply(invocation);
    expect(promptsSubmitted()).toEqual(['a1', 'a2', 'a3']);
    const [refused, retried] = bed.segmind.submits.filter(({ body }) => body['prompt'] === 'a2');
    expect(refused?.status).toBe(429);
    expect((retried?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('stays within the strictest rate limit without a single 429', async () => {
    bed = await openTestBed({ segmind: { requestsPerMinute: 3 } });
    for (const prompt of ['a1', 'a2', 'a3', 'a4']) await bed.member('alice').command('timeless', { prompt });
    await bed.discord.waitFor(() => promptsSubmitted().length === 3);
    const shown = () => bed.discord.messages(bed.discord.guild.channel('general')).map(textOf);
    // A waiting message is edited every ten seconds only: what it says first may be its place before the others went.
    await bed.discord.waitFor(() => shown().some((text) => text.includes("You're next")), 25_000);
    expect(bed.segmind.submits.every(({ status }) => status === 200)).toBe(true);
    expect(bed.segmind.submits).toHaveLength(3);
  });
});
