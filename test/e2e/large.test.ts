import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const MIB = 1024 * 1024;

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed();
});
afterAll(() => bed.close());

describe('large images', () => {
  it('are sent in several messages when they do not fit into one', async () => {
    bed.segmind.script({ on: 'submit', largeImages: 9 * MIB });
    const invocation = await bed.member('alice').command('timeless', { prompt: 'four giants', samples: 4 });
    const first = await imageReply(invocation, 25_000);
    const [second] = await bed.discord.waitFor(() => invocation.followUps().length === 1 && invocation.followUps());
    const files = [...first.attachments, ...(second?.attachments ?? [])];
    expect(files.map(({ filename }) => filename.replace(/-\d+-/, '-'))).toEqual(
      [1, 2, 3, 4].map((number) => `timeless-${number}.jpg`),
    );
    const images = bed.segmind.imagesOf(bed.segmind.submits.at(-1)?.requestId ?? '');
    expect(files.every(({ bytes }, index) => bytes.equals(images[index] ?? Buffer.alloc(0)))).toBe(true);
    await bed.member('alice').press(first, 'Delete');
    await bed.discord.waitFor(() => first.deleted && second?.deleted);
  });

  it('are sent as WebP when a file is over this interaction’s limit, and the message says so', async () => {
    bed.segmind.script({ on: 'submit', largeImages: 3 * MIB });
    const extra = { attachmentSizeLimit: 2 * MIB };
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'a giant' }, extra));
    expect(message.attachments[0]?.filename).toMatch(/\.webp$/);
    expect(message.attachments[0]?.size).toBeLessThanOrEqual(2 * MIB);
    expect(textOf(message)).toContain('smaller WebP');
  });

  it('are sent as links when no WebP is small enough', async () => {
    const extra = { attachmentSizeLimit: 2_000 };
    const invocation = await bed.member('alice').command('timeless', { prompt: 'a tight place' }, extra);
    const message = await invocation.waitForReply((reply) => textOf(reply).includes('Too large'));
    expect(textOf(message)).toContain(`http://${bed.segmind.imageHost}/`);
    expect(message.attachments).toEqual([]);
  });
});

/** Discord announces one limit but accepts less. */
describe('files that Discord refuses although they are within its limit', () => {
  const said = { attachmentSizeLimit: 500 * MIB };
  const ask = (prompt: string, options: object = {}) =>
    bed.member('alice').command('timeless', { prompt, ...options }, said);
  const uploads = (path: RegExp) =>
    bed.discord.requests.filter((request) => request.files.length > 0 && path.test(request.path));
  const sizesOf = (requests: ReturnType<typeof uploads>) => requests.map(({ files }) => files.map(({ size }) => size));
  const delivered = (count: number) =>
    bed.discord.waitFor(() => bed.bot.log.filter(({ msg }) => msg === 'delivered').length >= count, 25_000);
  afterEach(() => bed.discord.uploads.limit());

  it.each(['file', 'request', 'page'] as const)('are made smaller, where a %s is called too large', async (answer) => {
    bed.discord.uploads.limit({ fileBytes: MIB, answer });
    bed.segmind.script({ on: 'submit', largeImages: 3 * MIB });
    const invocation = await ask(`said 500 MiB, takes one, by ${answer}`);
    const message = await imageReply(invocation);
    expect(message.attachments[0]?.filename).toMatch(/\.webp$/);
    expect(message.attachments[0]?.size).toBeLessThanOrEqual(MIB);
    expect(textOf(message)).toContain('smaller WebP');
    expect(sizesOf(uploads(new RegExp(invocation.token)))).toEqual([[3 * MIB], [message.attachments[0]?.size]]);
  });

  it('are sent unchanged in several messages when that is enough', { tags: 'slow' }, async () => {
    bed.discord.uploads.limit({ requestBytes: 4 * MIB, answer: 'page' });
    bed.segmind.script({ on: 'submit', largeImages: 3 * MIB });
    const invocation = await ask('three of three', { samples: 3 });
    const first = await imageReply(invocation, 25_000);
    await bed.discord.waitFor(() => invocation.followUps().length === 2, 25_000);
    const files = [first, ...invocation.followUps()].flatMap(({ attachments }) => attachments);
    expect(files.map(({ filename, size }) => `${filename.slice(-5)} ${size}`)).toEqual(
      [1, 2, 3].map((number) => `${number}.jpg ${3 * MIB}`),
    );
    expect(uploads(new RegExp(invocation.token)).map((request) => request.files.length)).toEqual([3, 1, 1, 1]);
    await bed.member('alice').press(first, 'Delete');
    await bed.discord.waitFor(() => [first, ...invocation.followUps()].every(({ deleted }) => deleted));
  });

  it('are sent as a link when nothing else works, after few attempts', { tags: 'slow' }, async () => {
    bed.discord.uploads.limit({ fileBytes: 1_000, answer: 'request' });
    const invocation = await ask('a needle’s eye', { samples: 4, private: true });
    const message = await invocation.waitForReply((reply) => textOf(reply).includes('Too large'), 25_000);
    expect(textOf(message).match(new RegExp(`http://${bed.segmind.imageHost}/`, 'g'))).toHaveLength(4);
    const tried = uploads(new RegExp(invocation.token));
    expect(tried.every(({ status }) => status === 413)).toBe(true);
    expect(tried.length).toBeGreaterThan(1);
    expect(tried.length).toBeLessThanOrEqual(6);
  });

  it('are sent smaller only in further messages when only those are refused', { tags: 'slow' }, async () => {
    bed.discord.uploads.limit({ path: /^\/webhooks\/\d+\/[^/]+$/, fileBytes: MIB });
    bed.segmind.script({ on: 'submit', largeImages: 13 * MIB });
    const invocation = await ask('first whole, second not', { samples: 2 });
    const first = await imageReply(invocation, 25_000);
    expect(first.attachments.map(({ size }) => size)).toEqual([13 * MIB]);
    await bed.discord.waitFor(() => textOf(first).includes('smaller WebP'), 25_000);
    expect(invocation.followUps()[0]?.attachments[0]?.filename).toMatch(/-2\.webp$/);
  });

  it('are sent smaller in the bot’s own edit when the token has expired', { tags: 'slow' }, async () => {
    bed.segmind.script({ on: 'submit', largeImages: 12 * MIB });
    bed.segmind.hold();
    const invocation = await ask('late');
    await invocation.waitForReply((message) => textOf(message).includes('Sent'));
    invocation.expireToken();
    bed.segmind.release();
    const message = await imageReply(invocation, 25_000);
    expect(message.attachments[0]?.filename).toMatch(/\.webp$/);
    expect(uploads(/^\/channels\//).map(({ status }) => status)).toEqual([400, 200]);
  });

  it('are not sent again after Reroll or a restart', { tags: 'slow' }, async () => {
    bed.discord.uploads.limit({ fileBytes: 1_000, answer: 'page' });
    const first = await (await ask('again')).waitForReply((reply) => textOf(reply).includes('Too large'), 25_000);
    const pressed = await bed.member('alice').press(first, 'Reroll', said);
    const tries = () => uploads(new RegExp(pressed.token));
    const refused = () => tries().filter(({ status }) => status === 413);
    await bed.discord.waitFor(() => refused().length > 0, 25_000);
    // The next attempt hangs; by then the bot has stored the earlier refusals.
    bed.discord.faults.add({ path: new RegExp(pressed.token), delayMs: 120_000 });
    await bed.discord.waitFor(() => tries().at(-1)?.status === 0, 25_000);
    const before = { tries: tries().length, smallest: Math.min(...sizesOf(refused()).flat()) };
    await bed.restart();
    await pressed.waitForReply((reply) => textOf(reply).includes('Too large'), 25_000);
    expect(sizesOf(tries().slice(before.tries)).every(([size = 0]) => size < before.smallest)).toBe(true);
    await delivered(1);
  });
});
