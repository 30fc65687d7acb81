import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Invocation, Message } from '../../sandbox/discord/index.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '2' } });
});
afterEach(() => bed.close());

const posts = (prompt: string) => bed.segmind.submits.filter(({ body }) => body['prompt'] === prompt);
const requestsTo = (method: string, path: RegExp) =>
  bed.discord.requests.filter((request) => request.method === method && path.test(request.path));
const ask = (prompt: string, extra: Record<string, boolean> = {}) =>
  bed.member('alice').command('timeless', { prompt, ...extra });
const showing = (invocation: Invocation, text: string) =>
  invocation.waitForReply((message) => textOf(message).includes(text));

/** Every final message in #general. */
function finalMessages(): Message[] {
  return bed.discord
    .messages(bed.discord.guild.channel('general'))
    .filter((message) => !message.deleted && labelsOf(message).includes('Delete'));
}

/** Expects one outcome in one message, from one POST. */
async function expectOneEnd(prompt: string, postsMade = 1): Promise<void> {
  const mine = () => finalMessages().filter((message) => textOf(message).includes(prompt));
  await bed.discord.waitFor(() => mine().length > 0);
  // Wait for polls, edits or posts in flight, which could cause a second outcome.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(mine()).toHaveLength(1);
  expect(posts(prompt)).toHaveLength(postsMade);
}

describe('SIGKILL and a new start', () => {
  it('queued: keeps the order, and completes each job once', async () => {
    bed.segmind.hold();
    const first = [await ask('held 1'), await ask('held 2')];
    for (const invocation of first) await showing(invocation, 'Sent');
    const waiting = [];
    for (const prompt of ['w1', 'w2', 'w3']) {
      const invocation = await ask(prompt);
      await showing(invocation, "You're ");
      waiting.push(invocation);
    }
    await bed.restart();
    bed.segmind.release();
    for (const invocation of [...first, ...waiting]) await imageReply(invocation, 20_000);
    expect(bed.segmind.submits.map(({ body }) => body['prompt'])).toEqual(['held 1', 'held 2', 'w1', 'w2', 'w3']);
  });

  it('queued, and never acknowledged: drops it silently', { tags: 'slow' }, async () => {
    bed.discord.faults.add({ path: /callback/, delayMs: 60_000 });
    await ask('unheard');
    await bed.discord.waitFor(() => requestsTo('POST', /callback/).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await bed.restart();
    await imageReply(await ask('heard'));
    expect(posts('unheard')).toEqual([]);
    expect(requestsTo('POST', /\/channels\//)).toEqual([]);
  });

  it.each(['hang', 'reset after'] as const)(
    'submitting (%s): reports an unknown outcome, and does not send it again',
    async (kind) => {
      bed.segmind.script({ on: 'submit', delayMs: 5_000 });
      const invocation = await ask(`in the air ${kind}`);
      await bed.discord.waitFor(() => posts(`in the air ${kind}`).length === 1);
      await bed.restart();
      const message = await ended(invocation);
      expect(message.embeds[0]?.title).toBe('Outcome unknown');
      expect(labelsOf(message)).toContain('Try again');
      await expectOneEnd(`in the air ${kind}`);
    },
  );

  it('submitted: continues polling, and the image arrives in the same message', async () => {
    bed.segmind.hold();
    const invocation = await ask('half way');
    const before = await showing(invocation, 'Sent');
    await bed.restart();
    bed.segmind.release();
    const message = await imageReply(invocation);
    expect(message.id).toBe(before.id);
    await expectOneEnd('half way');
  });

  it('submitted, but finished and forgotten while the bot was down: says so', { tags: 'slow' }, async () => {
    bed.segmind.hold();
    const invocation = await ask('too late');
    await showing(invocation, 'Sent');
    await bed.crash();
    bed.segmind.forget(bed.segmind.submits[0]?.requestId ?? '');
    bed.segmind.release();
    await bed.restart();
    // A 404 is retried in a job's first ten seconds.
    expect(textOf(await ended(invocation, 25_000))).toContain('no longer has this result');
    await expectOneEnd('too late');
  });

  it('rendered: downloads again and delivers once', { tags: 'slow' }, async () => {
    bed.segmind.script({ on: 'image', delayMs: 10_000 });
    const invocation = await ask('on its way');
    await bed.discord.waitFor(() => bed.segmind.requests.some(({ path }) => path.includes('/outputs/')));
    await bed.restart();
    await imageReply(invocation);
    await expectOneEnd('on its way');
  });

  it('rendered with inline images: fetches the result again', { tags: 'slow' }, async () => {
    await bed.restart({ SEGMIND_BASE64: 'true' });
    bed.discord.faults.add({
      method: 'PATCH',
      path: /@original/,
      times: Number.POSITIVE_INFINITY,
      respond: { status: 500, body: {} },
    });
    const invocation = await ask('inline');
    await bed.discord.waitFor(() => bed.segmind.requests.some(({ path }) => /\/v2\/requests\/[^/]+$/.test(path)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await bed.crash();
    bed.discord.faults.clear();
    await bed.restart({ SEGMIND_BASE64: 'true' });
    await imageReply(invocation, 25_000);
    await expectOneEnd('inline');
  });

  it('rendered by a blocking call: delivers from our own files and removes them', {
    tags: 'slow',
  }, async () => {
    await bed.restart({ SEGMIND_MODE: 'sync' });
    bed.discord.faults.add({
      method: 'PATCH',
      path: /@original/,
      times: Number.POSITIVE_INFINITY,
      respond: { status: 500, body: {} },
    });
    const invocation = await ask('blocking');
    await bed.discord.waitFor(() => posts('blocking').some(({ status }) => status === 200));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await bed.crash();
    bed.discord.faults.clear();
    await bed.restart({ SEGMIND_MODE: 'sync' });
    await imageReply(invocation, 25_000);
    await expectOneEnd('blocking');
  });

  it('delivering: repeats the edit of the same message, so that nobody sees it twice', async () => {
    const delay = { method: 'PATCH', path: /@original/, delayMs: 20_000, after: true };
    bed.segmind.hold();
    const invocation = await ask('almost there');
    await showing(invocation, 'Sent');
    bed.discord.faults.add(delay);
    bed.segmind.release();
    await imageReply(invocation);
    await bed.restart();
    await expectOneEnd('almost there');
    expect(invocation.reply()?.attachments).toHaveLength(1);
  });

  it('after posting a message but before storing its id: finds it instead of posting again', {
    tags: 'slow',
  }, async () => {
    bed.segmind.hold();
    const invocation = await ask('posted anew');
    const reply = await showing(invocation, 'Sent');
    bed.discord.deleteMessage(reply);
    bed.discord.faults.add({ method: 'POST', path: /\/channels\/\d+\/messages$/, delayMs: 20_000, after: true });
    bed.segmind.release();
    await bed.discord.waitFor(() => finalMessages().length === 1);
    await bed.restart();
    await expectOneEnd('posted anew');
    expect(finalMessages()[0]?.attachments).toHaveLength(1);
    expect(finalMessages()[0]?.mentions).toEqual([bed.discord.user('alice').id]);
  });

  it('with the rate limit used up: sends no POST beyond it', { tags: 'slow' }, async () => {
    await bed.close();
    bed = await openTestBed({ segmind: { requestsPerMinute: 3, rateWindowMs: 60_000 } });
    for (const prompt of ['b1', 'b2', 'b3']) await imageReply(await ask(prompt));
    await bed.restart();
    const waiting = await ask('b4');
    await showing(waiting, "You're next");
    await bed.restart();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(bed.segmind.submits).toHaveLength(3);
    expect(bed.segmind.submits.every(({ status }) => status === 200)).toBe(true);
  });

  it('with the circuit open: stays open, and resumes when the account has credits again', {
    tags: 'slow',
  }, async () => {
    bed.segmind.setCredits(0);
    expect(textOf(await ended(await ask('broke')))).toContain('out of Segmind credits');
    await bed.restart();
    const refused = await (await ask('still broke')).waitForReply();
    expect(textOf(refused)).toContain('out of Segmind credits');
    expect(posts('still broke')).toEqual([]);
    bed.segmind.setCredits(5);
    await bed.restart();
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'submits resumed'));
    await imageReply(await ask('rich'));
  });

  it('resumes jobs before the gateway accepts the bot', { tags: 'slow' }, async () => {
    bed.segmind.hold();
    const invocation = await ask('without a gateway');
    await showing(invocation, 'Sent');
    await bed.crash();
    bed.segmind.release();
    bed.discord.faults.add({
      path: /gateway\/bot/,
      times: Number.POSITIVE_INFINITY,
      respond: { status: 503, body: {} },
    });
    const restarted = bed.restart();
    await imageReply(invocation);
    bed.discord.faults.clear();
    await restarted;
  });

  it('leaves buttons that work, and remembers who pressed them', { tags: 'slow' }, async () => {
    const message = await imageReply(await ask('lasting'));
    await bed.restart();
    bed.segmind.hold();
    const pressed = await bed.member('bob').press(message, 'Reroll');
    await showing(pressed, 'Sent');
    await bed.restart();
    bed.segmind.release();
    const again = await imageReply(pressed);
    expect(textOf(again)).toContain(`Requested by <@${bed.discord.user('bob').id}>`);
    expect(again.attachments[0]?.bytes.equals(message.attachments[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    await bed.member('alice').press(message, 'Delete');
    await bed.discord.waitFor(() => message.deleted);
  });

  it('keeps a private job private', { tags: 'slow' }, async () => {
    bed.segmind.hold();
    const invocation = await ask('in secret', { private: true });
    await showing(invocation, 'Sent');
    await bed.restart();
    bed.segmind.release();
    expect((await imageReply(invocation)).ephemeralFor).toBe(bed.discord.user('alice').id);
    expect(requestsTo('POST', /\/channels\//)).toEqual([]);
  });
});

describe('SIGTERM', () => {
  it('waits for a POST in flight, stores its answer, and resumes at the next start', async () => {
    bed.segmind.script({ on: 'submit', delayMs: 2_000 });
    const invocation = await ask('gently');
    await bed.discord.waitFor(() => posts('gently').length === 1);
    const stopped = bed.bot.stop();
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'stopping'));
    const refused = await (await bed.member('bob').command('timeless', { prompt: 'now' })).waitForReply();
    expect(textOf(refused)).toContain("I'm restarting. You weren't charged. Try again in a minute.");
    expect(await stopped).toBe(0);
    await bed.restart();
    await imageReply(invocation);
    await expectOneEnd('gently');
  });

  it('gives up after some seconds, and the next start reports an unknown outcome', { tags: 'slow' }, async () => {
    bed.segmind.script({ on: 'submit', hang: true });
    const invocation = await ask('stubbornly');
    await bed.discord.waitFor(() => posts('stubbornly').length === 1);
    expect(await bed.bot.stop()).toBe(0);
    await bed.restart();
    expect((await ended(invocation)).embeds[0]?.title).toBe('Outcome unknown');
  });
});

describe('a second signal', { tags: 'slow' }, () => {
  it('ends the process at once, without losing a job', async () => {
    bed.segmind.script({ on: 'submit', hang: true });
    const invocation = await ask('impatiently');
    await bed.discord.waitFor(() => posts('impatiently').length === 1);
    process.kill(bed.bot.pid, 'SIGTERM');
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'stopping'));
    process.kill(bed.bot.pid, 'SIGINT');
    expect(await bed.bot.exited).toBe(1);
    await bed.restart();
    expect((await ended(invocation)).embeds[0]?.title).toBe('Outcome unknown');
  });
});

describe('two processes', () => {
  it('on one database: the second ends with one clear line before it connects', async () => {
    const identifies = bed.discord.gateway.identifies;
    const { startBot } = await import('../../sandbox/bot.ts');
    const second = startBot({ discord: bed.discord, segmind: bed.segmind, folder: bed.folder });
    expect(await second.exited).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(bed.discord.gateway.identifies).toBe(identifies);
    await imageReply(await ask('the first goes on'));
  });

  it('with one token and two databases: one acknowledgement wins, and one job is created', {
    tags: 'slow',
  }, async () => {
    await bed.close();
    bed = await openTestBed({ expectedViolations: ['identify limit', 'already acknowledged'] });
    const { startBot } = await import('../../sandbox/bot.ts');
    const second = startBot({ discord: bed.discord, segmind: bed.segmind });
    await second.ready;
    const invocation = await ask('whose is it');
    await imageReply(invocation);
    await expectOneEnd('whose is it');
    expect(await second.stop()).toBe(0);
  });
});
