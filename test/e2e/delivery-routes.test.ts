import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, Invocation, Message } from '../../sandbox/discord/index.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { SILENT } from '../support/silent-log.ts';
import { imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed.close());

const alice = () => bed.discord.user('alice');
const general = () => bed.discord.guild.channel('general');
const directMessages = () => bed.discord.directMessages('alice');
const requestsTo = (method: string, path: RegExp) =>
  bed.discord.requests.filter((request) => request.method === method && path.test(request.path));
const postsTo = (channel: Channel) => requestsTo('POST', new RegExp(`^/channels/${channel.id}/messages$`));

/** Starts a job whose images Segmind holds until `release`, and whose reply says that it is rendering. */
async function rendering(extra: { private?: boolean; samples?: number } = {}): Promise<Invocation> {
  bed.segmind.hold();
  const invocation = await bed.member('alice').command('timeless', { prompt: 'a lighthouse', ...extra });
  await invocation.waitForReply((message) => textOf(message).includes('Sent'));
  return invocation;
}

/** Waits for messages with images in a channel. */
function imagesIn(channel: Channel): Promise<Message[]> {
  return bed.discord.waitFor(() => {
    const found = bed.discord.messages(channel).filter(({ attachments }) => attachments.length > 0);
    return found.length > 0 && found;
  }, 20_000);
}

const delivered = () =>
  bed.discord.waitFor(() => bed.bot.log.find(({ msg }) => msg === 'delivered') !== undefined, 20_000);

/** Expects no further message about the job, and a bot that still delivers the next one. */
async function expectAlive(): Promise<void> {
  await imageReply(await bed.member('bob').command('timeless', { prompt: 'the next one' }));
}

describe('the delivery routes', () => {
  it('edit the same message with the bot’s token when the interaction’s token has expired', async () => {
    const invocation = await rendering();
    const before = invocation.reply();
    invocation.expireToken();
    bed.segmind.release();
    const [message, ...others] = await imagesIn(general());
    expect(message?.id).toBe(before?.id);
    expect(others).toEqual([]);
    await delivered();
    expect(postsTo(general())).toEqual([]);
    // Discord restricts bots that keep using an expired token.
    expect(requestsTo('PATCH', /@original/).filter(({ status }) => status === 401)).toHaveLength(1);
    await bed.member('alice').press(message as Message, 'Delete');
    await bed.discord.waitFor(() => message?.deleted);
  });

  it('post one new message that mentions the requester when the reply was deleted', {
    tags: 'slow',
  }, async () => {
    const invocation = await rendering();
    bed.discord.deleteMessage(invocation.reply() as Message);
    // The answer to the post gets lost, so the bot has to find its message.
    bed.discord.faults.add({ method: 'POST', path: /\/channels\/\d+\/messages$/, reset: true, after: true });
    bed.segmind.release();
    await delivered();
    const messages = await imagesIn(general());
    expect(messages).toHaveLength(1);
    expect(messages[0]?.mentions).toEqual([alice().id]);
    expect(messages[0]?.content).toBe(`<@${alice().id}>`);
    expect(bed.discord.messages(directMessages())).toEqual([]);
    expect(labelsOf(messages[0] as Message)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Delete']);
  });

  it('use direct messages, without a mention, when the channel was deleted', { tags: 'slow' }, async () => {
    await rendering();
    bed.discord.deleteChannel(general());
    bed.segmind.release();
    const messages = await imagesIn(directMessages());
    expect(messages).toHaveLength(1);
    expect(messages[0]?.mentions).toEqual([]);
    expect(messages[0]?.content).toBe('');
    await delivered();
  });

  it('use direct messages when the bot was removed from the server and the token has expired', {
    tags: 'slow',
  }, async () => {
    const invocation = await rendering();
    invocation.expireToken();
    bed.discord.kickBot(bed.discord.guild);
    bed.segmind.release();
    expect(await imagesIn(directMessages())).toHaveLength(1);
    await delivered();
  });

  /** Closes every route for a job whose images are about to be released. */
  const closeAllRoutes = (invocation: Invocation) => {
    invocation.expireToken();
    bed.discord.faults.add({
      path: new RegExp(`^/channels/${general().id}/`),
      times: Number.POSITIVE_INFINITY,
      respond: { status: 403, body: { code: 50_001, message: 'Missing Access' } },
    });
    bed.discord.closeDms(alice());
  };
  const storedJob = async (id: string) => {
    const database = await openDatabase(`file:${join(bed.folder, 'data/timeless.db')}`);
    const job = await new JobStore(database, { log: SILENT }).get(id);
    await database.close();
    return job;
  };

  it('keep images that cannot be delivered, and are tried once more at the next start', {
    tags: 'slow',
  }, async () => {
    const invocation = await rendering();
    bed.discord.deleteMessage(invocation.reply() as Message);
    closeAllRoutes(invocation);
    bed.segmind.release();
    const line = await bed.discord.waitFor(() => bed.bot.log.find(({ msg }) => msg === 'images not delivered'));
    const [address] = line['images'] as string[];
    expect(address).toMatch(/^http/);
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'all delivery routes failed'));
    await bed.crash();
    const job = await storedJob(String(line['job']));
    expect(job?.state).toMatchObject({
      name: 'failed',
      failure: { kind: 'undeliverable' },
      rendered: { imageUrls: [address] },
    });
    expect(job?.refusedRoutes).toEqual(['reply', 'message', 'channel', 'direct message']);
    bed.discord.openDms(alice());
    await bed.restart();
    expect(await imagesIn(directMessages())).toHaveLength(1);
    await delivered();
    expect(bed.segmind.submits).toHaveLength(1);
    await expectAlive();
  });

  it('are given up after the second start, where only the request id of a private image is logged', {
    tags: 'slow',
  }, async () => {
    const invocation = await rendering({ private: true });
    closeAllRoutes(invocation);
    bed.segmind.release();
    const line = await bed.discord.waitFor(() => bed.bot.log.find(({ msg }) => msg === 'images not delivered'));
    expect(line).toMatchObject({ requestId: expect.stringMatching(/./) });
    expect(line).not.toHaveProperty('images');
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'all delivery routes failed'));
    await bed.restart();
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'all delivery routes failed'), 20_000);
    const tries = postsTo(directMessages()).length;
    bed.discord.openDms(alice());
    await bed.restart();
    await expectAlive();
    expect(postsTo(directMessages())).toHaveLength(tries);
    await bed.crash();
    expect((await storedJob(String(line['job'])))?.state).toMatchObject({ name: 'failed', isRetried: true });
    await bed.restart();
  });

  it('send a private image as a direct message when the token has expired', async () => {
    const invocation = await rendering({ private: true });
    invocation.expireToken();
    bed.segmind.release();
    const [message, ...others] = await imagesIn(directMessages());
    expect(others).toEqual([]);
    // There, nothing can be shared, and Discord doesn't dismiss it.
    expect(message && labelsOf(message)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Delete']);
    await delivered();
    expect(requestsTo('POST', /\/channels\//).map(({ path }) => path)).toEqual([
      `/channels/${directMessages().id}/messages`,
    ]);
    expect(requestsTo('PATCH', new RegExp(`/channels/${general().id}/`))).toEqual([]);
    expect(bed.discord.messages(general()).filter(({ attachments }) => attachments.length > 0)).toEqual([]);
  });

  it('send further messages of a private job privately', { tags: 'slow' }, async () => {
    bed.segmind.script({ on: 'submit', largeImages: 9 * 1024 * 1024 });
    const invocation = await rendering({ private: true, samples: 4 });
    bed.segmind.release();
    await delivered();
    const messages = [invocation.reply(), ...invocation.followUps()];
    expect(messages.map((message) => message?.attachments.length)).toEqual([2, 2]);
    for (const message of messages) expect(message?.ephemeralFor).toBe(alice().id);
    expect(requestsTo('POST', /\/channels\//)).toEqual([]);
  });
});

describe('a final edit with a fault', () => {
  const RATE_LIMITED = {
    status: 429,
    headers: { 'Retry-After': '1', 'X-RateLimit-Scope': 'user' },
    body: { message: 'You are being rate limited.', retry_after: 0.5, global: false },
  };

  it.each([
    ['500, three times', { times: 3, respond: { status: 500, body: {} } }],
    ['500 although it was applied', { times: 2, respond: { status: 500, body: {} }, after: true }],
    ['a connection that breaks', { times: 3, reset: true }],
    ['a connection that breaks although it was applied', { times: 2, reset: true, after: true }],
    ['429, three times', { times: 3, respond: RATE_LIMITED }],
  ])('%s: arrives once', { tags: 'slow' }, async (_, fault) => {
    const invocation = await rendering();
    bed.discord.faults.add({ method: 'PATCH', path: /@original/, ...fault });
    bed.segmind.release();
    await delivered();
    const messages = await imagesIn(general());
    expect(messages.map(({ id }) => id)).toEqual([invocation.reply()?.id]);
    expect(messages[0]?.attachments).toHaveLength(1);
    expect(invocation.followUps()).toEqual([]);
    // By the same route, because a temporary fault is not a refusal.
    expect(requestsTo('PATCH', /\/channels\//)).toEqual([]);
    expect(requestsTo('POST', /\/channels\//)).toEqual([]);
  });

  it('refused for its text (50035): a plain message with the image arrives instead', async () => {
    const invocation = await rendering();
    const refuse = () =>
      bed.discord.faults.add({
        method: 'PATCH',
        path: /@original/,
        respond: { status: 400, body: { code: 50_035, message: 'Invalid Form Body' } },
      });
    // The progress edit during the download may use up the first fault.
    const before = requestsTo('PATCH', /@original/).length;
    bed.segmind.script({ on: 'image', delayMs: 2_500 });
    bed.segmind.release();
    await bed.discord.waitFor(() => textOf(invocation.reply() as Message).includes('uploading'));
    expect(requestsTo('PATCH', /@original/).length).toBeGreaterThan(before);
    refuse();
    const message = await imageReply(invocation, 20_000);
    expect(message.content).toContain('Your image is ready.');
    expect(message.embeds).toEqual([]);
    expect(labelsOf(message)).toEqual(['Details', 'Delete']);
    await delivered();
  });
});
