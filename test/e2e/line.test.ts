import { afterEach, describe, expect, it } from 'vitest';
import { buttonsOf } from '../../sandbox/discord/index.ts';
import { ended, type House, labelsOf, openHouse, painted, textOf } from './house.ts';

let house: House;
afterEach(() => house.close());

const promptsSubmitted = () =>
  house.segmind.submits.filter(({ status }) => status === 200).map(({ body }) => body['prompt']);

/** Holds everything back: one job is under way, whatever comes next waits in line. */
async function occupied(env: Record<string, string> = {}): Promise<House> {
  house = await openHouse({ env: { SEGMIND_MAX_IN_FLIGHT: '1', ...env } });
  house.segmind.hold();
  const first = await house.member('admin').command('timeless', { prompt: 'first' });
  await first.waitForReply((message) => textOf(message).includes('Submitted'));
  return house;
}

describe('the line', () => {
  it('serves two members in turn, and shows each their true place', async () => {
    await occupied();
    const ask = (name: string, prompt: string) => house.member(name).command('timeless', { prompt });
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
    expect(last && textOf(last)).toContain('Place 2 of 4');
    house.segmind.release();
    await Promise.all(invocations.map((invocation) => painted(invocation, 25_000)));
    expect(promptsSubmitted()).toEqual(['first', 'a1', 'b1', 'a2', 'a3']);
  });

  it('lets the requester or a moderator cancel what waits, uncharged, and nobody else', async () => {
    await occupied();
    const mine = await house.member('alice').command('timeless', { prompt: 'mine' });
    const moderated = await house.member('alice').command('timeless', { prompt: 'moderated' });
    const waiting = await mine.waitForReply((message) => labelsOf(message).includes('Cancel'));
    await moderated.waitForReply();
    const refusal = await (await house.member('mallory').press(waiting, 'Cancel')).waitForReply();
    expect(textOf(refusal)).toContain('Only who asked for this picture, or a moderator, can cancel it.');
    await house.member('alice').press(waiting, 'Cancel');
    const reply = await moderated.waitForReply();
    await house.member('moderator').press(reply, 'Cancel');
    expect(textOf(await ended(mine))).toContain('Nothing was charged');
    expect(textOf(await ended(moderated))).toContain(`<@${house.discord.user('moderator').id}>`);
    house.segmind.release();
    const last = await house.member('bob').command('timeless', { prompt: 'last' });
    await painted(last);
    expect(promptsSubmitted()).toEqual(['first', 'last']);
  });

  it('says that a submitted job can no longer be stopped', async () => {
    await occupied();
    const invocation = await house.member('alice').command('timeless', { prompt: 'too late' });
    const waiting = await invocation.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const customId = buttonsOf(waiting)[0]?.customId ?? '';
    house.segmind.release();
    await painted(invocation);
    const answer = await (await house.member('alice').pressCustomId(customId, waiting)).waitForReply();
    expect(textOf(answer)).toContain('can no longer be stopped');
  });

  it('refuses politely when the line is full, and takes jobs again when it is not', async () => {
    await occupied({ QUEUE_LIMIT: '2' });
    const waiting = [];
    for (const prompt of ['one', 'two']) {
      const invocation = await house.member('alice').command('timeless', { prompt });
      await invocation.waitForReply();
      waiting.push(invocation);
    }
    const refused = await (await house.member('bob').command('timeless', { prompt: 'three' })).waitForReply();
    expect(refused.ephemeralFor).toBe(house.discord.user('bob').id);
    expect(textOf(refused)).toMatch(/The line is full. Try again in about \d+ min/);
    house.segmind.release();
    for (const invocation of waiting) await painted(invocation, 25_000);
    await painted(await house.member('bob').command('timeless', { prompt: 'three' }));
    expect(promptsSubmitted()).toEqual(['first', 'one', 'two', 'three']);
  });

  it('never lets many commands at once pass its limit', async () => {
    await occupied({ QUEUE_LIMIT: '3' });
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        house.member(index % 2 === 0 ? 'alice' : 'bob').command('timeless', { prompt: `p${index}` }),
      ),
    );
    const replies = await Promise.all(all.map((invocation) => invocation.waitForReply()));
    expect(replies.filter((reply) => textOf(reply).includes('The line is full'))).toHaveLength(17);
    house.segmind.release();
    await house.discord.waitFor(() => promptsSubmitted().length === 4, 25_000);
  });

  it('waits for the reset that a 429 names in mid-queue, then goes on with the very job that met it', async () => {
    house = await openHouse();
    house.segmind.script({ on: 'submit', rateLimit: 2_000, when: (body) => body['prompt'] === 'a2' });
    const invocations = [];
    for (const prompt of ['a1', 'a2', 'a3']) {
      const invocation = await house.member('alice').command('timeless', { prompt });
      await invocation.waitForReply();
      invocations.push(invocation);
    }
    for (const invocation of invocations) await painted(invocation);
    expect(promptsSubmitted()).toEqual(['a1', 'a2', 'a3']);
    const [refused, retried] = house.segmind.submits.filter(({ body }) => body['prompt'] === 'a2');
    expect(refused?.status).toBe(429);
    expect((retried?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('keeps to a budget of the strictest kind without a single 429', async () => {
    house = await openHouse({ segmind: { requestsPerMinute: 3 } });
    for (const prompt of ['a1', 'a2', 'a3', 'a4']) await house.member('alice').command('timeless', { prompt });
    await house.discord.waitFor(() => promptsSubmitted().length === 3);
    const shown = () => house.discord.messages(house.discord.guild.channel('general')).map(textOf);
    // A waiting message is edited every ten seconds only: what it says first may be its place before the others went.
    await house.discord.waitFor(() => shown().some((text) => text.includes('Place 1 of 1')), 25_000);
    expect(house.segmind.submits.every(({ status }) => status === 200)).toBe(true);
    expect(house.segmind.submits).toHaveLength(3);
  });
});
