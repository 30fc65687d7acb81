import { randomBytes } from 'node:crypto';
import { DiscordAPIError, HTTPError } from 'discord.js';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDelivery } from '../../src/delivery/create-delivery.ts';
import type { MemberRoutes, Outgoing, PostedMessage } from '../../src/delivery/discord-routes.ts';
import type { Ending, Image } from '../../src/jobs/delivery.ts';
import type { DeliveryRoute } from '../../src/jobs/delivery-route.ts';
import type { Job, JobState, Uploads } from '../../src/jobs/job.ts';
import { brokenConnection, longWait, makeJob, recordedLog, refusal } from '../support/job-fixtures.ts';

const MIB = 1024 * 1024;
const IMAGE_URL = 'https://cdn.discordapp.com/attachments/1/2/timeless-7-1.png';

interface Call {
  readonly name: keyof MemberRoutes;
  readonly where: string;
  readonly message: Outgoing;
}

/** Discord as delivery sees it; `refuse` returns the error of a call, or undefined for success. */
class FakeDiscord implements MemberRoutes {
  readonly calls: Call[] = [];
  tokenAlive = true;
  refuse: (call: Call) => Error | undefined = () => undefined;

  isTokenAlive(): boolean {
    return this.tokenAlive;
  }

  async findReply(): Promise<string> {
    return this.#take({ name: 'findReply', where: 'reply', message: { body: {}, files: [] } }, 'reply');
  }

  async hasFiles(): Promise<boolean> {
    return this.filesSent().length > 0;
  }

  async editReply(job: Job, message: Outgoing): Promise<PostedMessage> {
    return {
      id: await this.#take({ name: 'editReply', where: 'reply', message }, job.messageIds[0] ?? 'reply'),
      imageUrl: IMAGE_URL,
    };
  }

  async followUp(_job: Job, message: Outgoing): Promise<PostedMessage> {
    return { id: await this.#take({ name: 'followUp', where: 'reply', message }), imageUrl: IMAGE_URL };
  }

  async editMessage(channelId: string, messageId: string, message: Outgoing): Promise<PostedMessage> {
    return { id: await this.#take({ name: 'editMessage', where: channelId, message }, messageId), imageUrl: IMAGE_URL };
  }

  async post(channelId: string, _nonce: string, message: Outgoing): Promise<PostedMessage> {
    return { id: await this.#take({ name: 'post', where: channelId, message }), imageUrl: IMAGE_URL };
  }

  async findPosted(): Promise<undefined> {}

  async findAllPosted(): Promise<PostedMessage[]> {
    return [];
  }

  async findFileUrls(): Promise<string[]> {
    return [];
  }

  async deleteMessage(): Promise<void> {}

  async openDirectMessages(userId: string): Promise<string> {
    return this.#take({ name: 'openDirectMessages', where: userId, message: { body: {}, files: [] } }, 'direct');
  }

  /** The files that were delivered, in order. */
  filesSent(): string[][] {
    return this.calls.filter(({ message }) => message.files.length > 0).map(({ message }) => fileNames(message));
  }

  async #take(call: Call, id = `message ${this.calls.length}`): Promise<string> {
    const error = this.refuse(call);
    if (error) throw error;
    this.calls.push(call);
    return id;
  }
}

const fileNames = ({ files }: Outgoing) => files.map(({ name }) => name);
const textOf = ({ body }: Outgoing) => `${body.content} ${body.embeds?.[0]?.description ?? ''}`;
const badMessage = () => refusal(400, 50_035);
const tooLarge = () => refusal(413, 40_005);
const facts = { submittedAtMs: 0, renderedAtMs: 1, imageCount: 4, imageUrls: [], imageFiles: [] };
const withImages = (images: readonly Image[]): Ending => ({
  name: 'delivered',
  facts: { ...facts, imageCount: images.length },
  images,
  missingLinks: [],
});
const delivering = (uploads: Uploads): JobState => ({ name: 'delivering', ...facts, uploads });
const giant = (number: number, bytes = 9 * MIB): Image => ({
  bytes: Buffer.alloc(bytes),
  extension: 'png',
  url: `https://images.segmind.com/${number}.png`,
});
const four = [1, 2, 3, 4].map((number) => giant(number));
const fourSamples = { parameters: { ...makeJob().parameters, samples: 4 } };

let discord: FakeDiscord;
let refused: readonly DeliveryRoute[];
let stored: (readonly string[])[];
let thumbnails: (string | undefined)[];
let outside: (boolean | undefined)[];
let uploads: Uploads | undefined;
let shown: (readonly [string, readonly Image[]])[];
let recorded: ReturnType<typeof recordedLog>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  discord = new FakeDiscord();
  refused = [];
  stored = [];
  thumbnails = [];
  outside = [];
  uploads = undefined;
  shown = [];
  recorded = recordedLog();
});
afterEach(() => {
  vi.useRealTimers();
});

async function deliver(job: Job, ending: Ending): Promise<boolean> {
  const delivery = createDelivery({
    routes: discord,
    log: recorded.log,
    onRefused: async (_job, routes) => {
      refused = [...routes];
    },
    onImages: (job, images) => {
      shown.push([job.id, images]);
    },
    onMessages: async (_job, ids) => {
      stored.push(ids);
    },
    onUploads: async (_job, reported, { messageIds, thumbnailUrl, areOutside }) => {
      uploads = reported;
      stored.push(messageIds);
      thumbnails.push(thumbnailUrl);
      outside.push(areOutside);
    },
  });
  let isOver = false;
  const delivered = delivery.deliver(job, ending).finally(() => {
    isOver = true;
  });
  delivered.catch(() => {});
  // sharp takes real time; retryTransient waits for the fake clock.
  while (!isOver) {
    await vi.advanceTimersByTimeAsync(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return delivered;
}

describe('the images of a job', () => {
  it('are passed on while they are delivered', async () => {
    const images = [giant(1, MIB), giant(2, MIB)];
    expect(await deliver(makeJob(), withImages(images))).toBe(true);
    expect(shown).toEqual([['0000000000001', images]]);
    await deliver(makeJob(), { name: 'unknown' });
    expect(shown).toHaveLength(1);
  });
});

describe('the messages of a job', () => {
  const inGuild = (guildId?: string): Job => {
    const { guildId: _, ...job } = makeJob();
    return guildId === undefined ? job : { ...job, guildId };
  };
  const ending = withImages([giant(1, 10)]);

  it.each<[string, string | undefined, readonly string[], object, boolean]>([
    ['stand in its channel', '7', [], {}, false],
    ['stand outside of its server as direct messages', '7', ['editReply', 'editMessage', 'post 2'], {}, true],
    ['stand outside of its server where they were fetched', '7', [], { isOutside: true }, true],
    ['of direct messages stand where they belong', undefined, ['editReply', 'editMessage', 'post 2'], {}, false],
  ])('%s', async (_, guildId, refusedCalls, facts, expected) => {
    const job = inGuild(guildId);
    discord.refuse = ({ name, where }) =>
      refusedCalls.includes(name) || (refusedCalls.length > 0 && where === job.channelId)
        ? refusal(404, 10_008)
        : undefined;
    if (ending.name !== 'delivered') throw new Error('it was delivered');
    expect(await deliver(job, { ...ending, facts: { ...ending.facts, ...facts } })).toBe(true);
    expect(outside).toEqual([expected]);
  });
});

describe('the thumbnail of a job', () => {
  it.each([
    ['is where Discord has the first image', {}, IMAGE_URL],
    ['is missing where images are hidden behind a click', { forced: { spoilers: true } }, undefined],
  ])('%s', async (_, change, url) => {
    await deliver(makeJob(change), withImages([giant(1, MIB)]));
    expect(thumbnails).toEqual([url]);
  });
});

describe('a message whose content Discord refuses', () => {
  it('is replaced, on the same route, by a plain one with the images', async () => {
    discord.refuse = ({ message }) => (message.body.embeds?.length ? badMessage() : undefined);
    expect(await deliver(makeJob(), withImages([giant(1, MIB)]))).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editReply']);
    const [{ message }] = discord.calls as [Call];
    expect(fileNames(message)).toEqual(['timeless-7-1.png']);
    expect(message.body.content).toContain('Reference 0000000000001');
    expect(JSON.stringify(message.body)).not.toContain('a red rose');
    expect(refused).toEqual([]);
  });

  it('is replaced by one with links when the files are refused', async () => {
    discord.refuse = ({ message }) => (message.files.length > 0 ? badMessage() : undefined);
    expect(await deliver(makeJob(), withImages([giant(1, MIB)]))).toBe(true);
    expect(discord.calls).toHaveLength(1);
    expect(textOf((discord.calls as [Call])[0].message)).toContain('https://images.segmind.com/1.png');
  });

  it('is replaced on every route before delivery fails', async () => {
    const tried: string[] = [];
    discord.refuse = ({ name, message }) => {
      if (name === 'openDirectMessages') return undefined;
      tried.push(`${name} ${message.body.embeds?.length ? 'full' : 'plain'}`);
      return badMessage();
    };
    expect(await deliver(makeJob(), { name: 'unknown' })).toBe(false);
    const names = ['editReply', 'editMessage', 'post', 'post'];
    // Finally, the progress message ends with a text of its own.
    const last = ['editReply plain', 'editMessage plain'];
    expect(tried).toEqual([...names.flatMap((name) => [`${name} full`, `${name} plain`]), ...last]);
    expect(refused).toEqual(['reply', 'message', 'channel', 'direct message']);
  });
});

describe('content that Discord refuses with 403', () => {
  const describeCall = ({ name, message }: Call) =>
    `${name} ${message.files.length > 0 ? 'files' : textOf(message).includes('https://') ? 'address' : 'text'}`;
  /** Everything that is tried; `isRefused` decides which calls fail with this code. */
  const refuseWith = (code: number, isRefused: (call: Call) => boolean) => {
    const tried: string[] = [];
    discord.refuse = (call) => {
      if (call.name !== 'openDirectMessages') tried.push(describeCall(call));
      return call.name !== 'openDirectMessages' && isRefused(call) ? refusal(403, code) : undefined;
    };
    return tried;
  };
  const one = () => withImages([giant(1, MIB)]);

  it.each([20_009, 50_013, 240_000, 400_001])(
    '%d: the same route delivers a link instead of the files',
    async (code) => {
      const tried = refuseWith(code, ({ message }) => message.files.length > 0);
      expect(await deliver(makeJob(), one())).toBe(true);
      expect(tried).toEqual(['editReply files', 'editReply address']);
      expect(textOf((discord.calls as [Call])[0].message)).toContain('a red rose');
      expect(refused).toEqual([]);
    },
  );

  it('a link that is refused as well is left out', async () => {
    const tried = refuseWith(240_000, (call) => !describeCall(call).endsWith('text'));
    // The image was not delivered: it can be fetched later.
    expect(await deliver(makeJob(), one())).toBe(false);
    expect(tried).toEqual(['editReply files', 'editReply address', 'editReply address', 'editReply text']);
    expect(textOf((discord.calls as [Call])[0].message)).toContain('Discord rejected the image files');
  });

  it('so is the link of an image that could not be downloaded', async () => {
    refuseWith(240_000, (call) => !describeCall(call).endsWith('text'));
    expect(await deliver(makeJob(), { ...one(), missingLinks: ['https://images.segmind.com/2.png'] } as Ending)).toBe(
      false,
    );
    expect(textOf((discord.calls as [Call])[0].message)).not.toContain('https://');
  });

  it('only then is the next route tried, again with the files, and the progress message says where they are', async () => {
    const tried = refuseWith(240_000, ({ name, where }) => name === 'editReply' || where === makeJob().channelId);
    const ended = deliver(makeJob(), one());
    expect(await ended).toBe(true);
    const each = (name: string) => ['files', 'address', 'address', 'text'].map((what) => `${name} ${what}`);
    expect(tried).toEqual([
      ...each('editReply'),
      ...each('editMessage'),
      ...each('post'),
      'post files',
      'editReply text',
      'editMessage text',
    ]);
  });

  it('a route whose token or message is gone is not tried again', async () => {
    const tried: string[] = [];
    discord.refuse = (call) => {
      tried.push(describeCall(call));
      if (call.name === 'editReply') return refusal(401, 50_027);
      return call.name === 'editMessage' ? refusal(404, 10_008) : undefined;
    };
    expect(await deliver(makeJob(), one())).toBe(true);
    expect(tried).toEqual(['editReply files', 'editMessage files', 'post files']);
  });

  it('is tried once for all messages: the first has every link', async () => {
    const tried = refuseWith(400_001, ({ message }) => message.files.length > 0);
    expect(await deliver(makeJob(fourSamples), withImages(four))).toBe(true);
    expect(tried).toEqual(['editReply files', 'editReply address']);
    const text = textOf((discord.calls as [Call])[0].message);
    for (const { url = '' } of four) expect(text).toContain(url);
  });

  it('links that are added later and refused are left out of the first message', async () => {
    refuseWith(240_000, (call) => call.name === 'followUp' || describeCall(call) === 'editReply address');
    expect(await deliver(makeJob(fourSamples), withImages(four))).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editReply', 'editReply']);
    expect(textOf(discord.calls.at(-1)?.message as Outgoing)).toContain('Discord rejected the image files');
  });
});

describe('an error of ours or of the network', () => {
  it('counts as a refusal at once when it is ours', async () => {
    discord.refuse = ({ name }) => (name === 'editReply' ? new TypeError('x is not a function') : undefined);
    const startMs = Date.now();
    expect(await deliver(makeJob(), { name: 'unknown' })).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editMessage']);
    expect(Date.now() - startMs).toBeLessThan(10_000);
    expect(recorded.lines.map(({ level }) => level)).toContain(50);
  });

  it('does not count as a refusal when it is transient, however long it lasts', async () => {
    discord.refuse = ({ name }) => (name === 'editReply' ? brokenConnection() : undefined);
    expect(await deliver(makeJob(), { name: 'unknown' })).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editMessage']);
    expect(refused).toEqual([]);
  });

  it('keeps a job whose reply can’t be looked up', async () => {
    discord.refuse = () => new HTTPError(500, 'Internal', 'GET', 'https://discord.test', { body: {}, files: [] });
    const delivery = createDelivery({
      routes: discord,
      log: recorded.log,
      onRefused: async () => {},
      onImages: () => {},
      onMessages: async () => {},
      onUploads: async () => {},
    });
    const asked = delivery.wasAcknowledged(makeJob());
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(await asked).toBe(true);
  });
});

describe('more than one message', () => {
  it('does not go back to a refused route with smaller files', async () => {
    const tried: string[] = [];
    discord.refuse = ({ name, message }) => {
      tried.push(name);
      if (name === 'editReply') return refusal(401, 50_027);
      return name === 'editMessage' && message.files.length > 0 ? tooLarge() : undefined;
    };
    expect(await deliver(makeJob(), withImages([giant(1)]))).toBe(true);
    expect(tried.filter((name) => name === 'editReply')).toHaveLength(1);
  });

  it('sends again only what was not delivered when Discord calls a later one too large', async () => {
    const rotten = [giant(3), giant(4)];
    discord.refuse = ({ name }) => (name === 'followUp' ? tooLarge() : undefined);
    expect(await deliver(makeJob(fourSamples), withImages([giant(1), giant(2), ...rotten]))).toBe(true);
    // The first message once; then only its text, with the links of what could not be sent.
    expect(discord.filesSent()).toEqual([['timeless-7-1.png', 'timeless-7-2.png']]);
    const rewrite = discord.calls.at(-1);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editReply', 'editReply']);
    expect(rewrite?.message.body).not.toHaveProperty('attachments');
    expect(textOf(rewrite?.message ?? { body: {}, files: [] })).toContain(
      'https://images.segmind.com/3.png\nhttps://images.segmind.com/4.png',
    );
    expect(recorded.lines.some(({ msg }) => msg === 'images not attached')).toBe(true);
  });

  it('makes a later one smaller, and says so in the first', async () => {
    const noise = sharp(randomBytes(2_000 * 2_000 * 3), { raw: { width: 2_000, height: 2_000, channels: 3 } });
    const real = { bytes: await noise.png({ compressionLevel: 0 }).toBuffer(), extension: 'png' };
    const job = makeJob({ ...fourSamples, attachmentSizeLimit: 20 * MIB });
    discord.refuse = ({ name, message }) =>
      name === 'followUp' && fileNames(message).some((file) => file.endsWith('.png')) ? tooLarge() : undefined;
    expect(await deliver(job, withImages([giant(1), giant(2), real]))).toBe(true);
    expect(discord.filesSent()).toEqual([['timeless-7-1.png', 'timeless-7-2.png'], ['timeless-7-3.webp']]);
    expect(textOf(discord.calls.at(-1)?.message ?? { body: {}, files: [] })).toContain('smaller WebP');
  });

  it('keeps the first when a later one is refused, and says where the rest is', async () => {
    discord.refuse = ({ name }) => (name === 'followUp' ? refusal(403, 50_013) : undefined);
    expect(await deliver(makeJob(fourSamples), withImages(four))).toBe(true);
    expect(discord.filesSent()).toEqual([['timeless-7-1.png', 'timeless-7-2.png']]);
    const { message } = discord.calls.at(-1) as Call;
    expect(textOf(message)).toContain("Discord rejected the files. They're available for a few days at:");
    expect(textOf(message)).toContain('https://images.segmind.com/4.png');
    expect(stored.at(-1)).toEqual(['100000000000000005']);
  });

  it('repeats no message that an earlier process sent', async () => {
    const job = makeJob({
      ...fourSamples,
      messageIds: ['first', 'second'],
      state: delivering({ messageBytes: 20 * MIB, inFurtherMessages: [2, 3] }),
    });
    expect(await deliver(job, withImages(four))).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editReply']);
    expect(discord.filesSent()).toEqual([['timeless-7-1.png', 'timeless-7-4.png']]);
    expect(stored.at(-1)).toEqual(['first', 'second']);
  });

  it('keeps the mention when it rewrites a first message that was posted to the channel', async () => {
    discord.refuse = ({ name, message }) =>
      name.startsWith('edit') && message.files.length > 0
        ? refusal(404, 10_008)
        : name === 'post' && fileNames(message).includes('timeless-7-3.png')
          ? refusal(403, 50_013)
          : undefined;
    expect(await deliver(makeJob(fourSamples), withImages(four))).toBe(true);
    const [post, rewrite] = discord.calls;
    const mention = `<@${makeJob().requesterId}>`;
    expect(post?.message.body).toMatchObject({
      content: mention,
      allowed_mentions: { users: [makeJob().requesterId] },
    });
    expect(rewrite?.message.body).toMatchObject({ content: mention, allowed_mentions: { parse: [] } });
    expect(rewrite?.message.body.allowed_mentions).not.toHaveProperty('users');
  });
});

describe('files that Discord calls too large although they are within its limit', () => {
  const bytesOf = ({ files }: Outgoing) => files.map(({ data }) => (data as Buffer).length);
  const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const sameTwice = (tries: readonly Outgoing[]) => {
    const seen = tries.map((message) => `${fileNames(message)} ${bytesOf(message)}`);
    return seen.filter((files, index) => seen.indexOf(files) < index);
  };
  /** Every upload that was tried, also those that were refused. */
  const refuseOver = (takes: (name: Call['name']) => { file?: number; request?: number }, error = tooLarge) => {
    const tries: Outgoing[] = [];
    discord.refuse = ({ name, message }) => {
      if (message.files.length === 0) return undefined;
      tries.push(message);
      const { file = Number.POSITIVE_INFINITY, request = Number.POSITIVE_INFINITY } = takes(name);
      return bytesOf(message).some((bytes) => bytes > file) || sumOf(bytesOf(message)) > request ? error() : undefined;
    };
    return tries;
  };
  const photos: Image[] = [];
  beforeAll(async () => {
    for (let number = 1; number <= 4; number += 1) {
      const raw = { width: 160, height: 160, channels: 3 } as const;
      const bytes = await sharp(randomBytes(160 * 160 * 3), { raw })
        .png()
        .toBuffer();
      photos.push({ bytes, extension: 'png' });
    }
  });
  const linked = () => photos.map((photo, index) => ({ ...photo, url: `https://images.segmind.com/${index + 1}.png` }));
  const roomy = (change: Partial<Job> = {}) => makeJob({ ...fourSamples, attachmentSizeLimit: 500 * MIB, ...change });

  it('are sent one by one, unchanged, when a message may have less', async () => {
    const size = photos[0]?.bytes.length ?? 0;
    const tries = refuseOver(() => ({ request: 2 * size }));
    expect(await deliver(roomy(), withImages(linked()))).toBe(true);
    expect(tries.map(({ files }) => files.length)).toEqual([4, 1, 1, 1, 1]);
    expect(discord.filesSent().flat()).toEqual([1, 2, 3, 4].map((number) => `timeless-7-${number}.png`));
    expect(stored.at(-1)).toHaveLength(4);
    expect(textOf((discord.calls.at(-1) as Call).message)).not.toContain('smaller');
  });

  it('are made smaller than what was refused, and then share a message if they fit', async () => {
    const size = photos[0]?.bytes.length ?? 0;
    const tries = refuseOver(() => ({ file: size - 1 }));
    expect(await deliver(roomy(), withImages(linked()))).toBe(true);
    expect(tries.map(({ files }) => files.length).slice(0, 2)).toEqual([4, 1]);
    expect(discord.filesSent().flat()).toEqual([1, 2, 3, 4].map((number) => `timeless-7-${number}.webp`));
    expect(textOf(discord.calls[0]?.message as Outgoing)).toContain('smaller WebP');
  });

  it('are also recognized by a 413 that is not from Discord', async () => {
    const page = new ArrayBuffer(8);
    const error = () =>
      // Safe cast: this is what discord.js makes of an answer that isn't JSON.
      new DiscordAPIError(page as never, undefined as never, 413, 'PATCH', 'https://discord.test', {
        body: {},
        files: [],
      });
    refuseOver(() => ({ file: 0 }), error);
    expect(await deliver(roomy(), withImages(linked()))).toBe(true);
    expect(textOf((discord.calls.at(-1) as Call).message)).toContain('https://images.segmind.com/4.png');
  });

  it('are sent by another route within the limit that the first one showed', async () => {
    let isReplyOpen = true;
    const size = photos[0]?.bytes.length ?? 0;
    const tries = refuseOver((name) => ({ file: name === 'editReply' ? size - 1 : size / 2 }));
    const { refuse } = discord;
    discord.refuse = (call) => {
      const error = isReplyOpen ? refuse(call) : call.name === 'editReply' ? refusal(401, 50_027) : refuse(call);
      if (call.message.files.length === 1) isReplyOpen = false;
      return error;
    };
    expect(await deliver(roomy(), withImages(linked()))).toBe(true);
    expect(tries.length).toBeLessThanOrEqual(10);
    expect(sameTwice(tries)).toEqual([]);
    expect(refused).toEqual(['reply']);
  });

  it('are not sent again by the next process', async () => {
    const [photo] = linked() as [Image];
    const tries = refuseOver(() => ({ file: photo.bytes.length - 1 }));
    expect(await deliver(roomy(), withImages([photo]))).toBe(true);
    const learned = uploads as Uploads;
    expect(learned.messageBytes).toBeLessThan(photo.bytes.length);
    const before = tries.length;
    expect(await deliver(roomy({ state: delivering(learned) }), withImages([photo]))).toBe(true);
    expect(tries.slice(before).map(bytesOf)).toEqual([bytesOf(tries[before - 1] as Outgoing)]);
  });

  it('are delivered once each or as a link, with few tries and never the same twice, whatever the limit', async () => {
    const limits = fc.record({
      file: fc.integer({ min: 500, max: 90_000 }),
      request: fc.integer({ min: 500, max: 350_000 }),
    });
    const cases = fc.record({
      reply: limits,
      other: limits,
      samples: fc.integer({ min: 1, max: 4 }),
      isPrivate: fc.boolean(),
      isTokenAlive: fc.boolean(),
      hasLinks: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ reply, other, samples, isPrivate, isTokenAlive, hasLinks }) => {
        discord = new FakeDiscord();
        discord.tokenAlive = isTokenAlive;
        const tries = refuseOver((name) => (name === 'editReply' ? reply : other));
        const images = (hasLinks ? linked() : photos).slice(0, samples);
        expect(await deliver(roomy({ isPrivate }), withImages(images))).toBe(true);
        const arrived = discord.filesSent().flat();
        const sent = discord.calls.map(({ message }) => JSON.stringify(message.body)).join();
        for (let number = 1; number <= samples; number += 1) {
          const files = arrived.filter((name) => name.startsWith(`timeless-7-${number}.`));
          if (hasLinks && files.length === 0) expect(sent).toContain(`/${number}.png`);
          else expect(files.length).toBeLessThanOrEqual(1);
        }
        expect(sameTwice(tries)).toEqual([]);
        expect(tries.length).toBeLessThanOrEqual(6 + samples);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('images that can’t be attached', () => {
  it('are reported as lost when there is no link either', async () => {
    const { url: _, ...nowhere } = giant(1, 20 * MIB);
    expect(await deliver(makeJob(), withImages([nowhere]))).toBe(true);
    const { message } = discord.calls.at(-1) as Call;
    expect(message.files).toEqual([]);
    expect(message.body.embeds?.[0]?.title).toBe('No image');
    expect(textOf(message)).toContain('too large to attach here, and there is no link to it');
    expect(recorded.lines.some(({ level }) => level === 50)).toBe(true);
  });

  it('keep their number when another one is left out', async () => {
    expect(await deliver(makeJob(fourSamples), withImages([giant(1, 20 * MIB), giant(2, MIB)]))).toBe(true);
    const { body } = (discord.calls.at(-1) as Call).message;
    expect(body.attachments).toEqual([
      { id: '0', filename: 'timeless-7-2.png', description: 'Image 2 of 4: a red rose' },
    ]);
  });
});

describe('a private job', () => {
  /** The actions of the buttons. */
  const idsIn = (body: Outgoing['body'] | undefined) =>
    body?.components?.flatMap((row) =>
      row.components.map((its) => ('custom_id' in its ? its.custom_id.split(':')[0] : undefined)),
    );
  const secret = (change: Partial<Job> = {}) => makeJob({ ...fourSamples, isPrivate: true, ...change });

  it('sends all its messages by the interaction, where only the member sees them', async () => {
    expect(await deliver(secret(), withImages(four))).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editReply', 'followUp']);
    expect(idsIn(discord.calls[0]?.message.body)).toEqual(['new-seed', 'reroll', 'edit', 'details', 'share']);
    expect(idsIn(discord.calls[1]?.message.body)).toEqual([]);
  });

  it.each([
    ['the token is gone', () => refusal(401, 50_027)],
    ['the reply is gone', () => refusal(404, 10_008)],
    ['the message is refused', badMessage],
    ['Discord has trouble', brokenConnection],
  ])('is delivered by direct message, never in a channel, when %s', async (_, error) => {
    discord.refuse = ({ name }) => (name === 'editReply' || name === 'followUp' ? error() : undefined);
    expect(await deliver(secret(), withImages(four))).toBe(true);
    expect(discord.calls.map(({ name, where }) => `${name} ${where}`)).toEqual([
      `openDirectMessages ${makeJob().requesterId}`,
      'post direct',
      'post direct',
    ]);
    // There, unlike under a private reply, Discord offers no way to dismiss it, and nobody is there to share it with.
    expect(discord.calls.slice(1).map(({ message }) => idsIn(message.body))).toEqual([
      ['new-seed', 'reroll', 'edit', 'details', 'delete'],
      ['delete'],
    ]);
  });

  it('mentions nobody, not even in the member’s own direct messages', async () => {
    discord.tokenAlive = false;
    expect(await deliver(secret(), withImages(four))).toBe(true);
    for (const { message } of discord.calls) {
      expect(message.body.content ?? '').toBe('');
      expect(message.body.allowed_mentions?.users).toBeUndefined();
    }
  });

  it('says nothing in the channel about what could not be sent', async () => {
    discord.refuse = ({ name }) => {
      if (name !== 'followUp') return undefined;
      discord.tokenAlive = false;
      return refusal(401, 50_027);
    };
    expect(await deliver(secret(), withImages(four))).toBe(true);
    expect(discord.calls.map(({ where }) => where)).toEqual(['reply', 'reply']);
  });
});

describe('when Discord asks for a long wait', () => {
  const direct = (call: Call) => call.where === makeJob().requesterId;

  it('the next route is tried at once', async () => {
    const startedMs = Date.now();
    discord.refuse = ({ name }) => (name === 'editReply' ? longWait(300) : undefined);
    expect(await deliver(makeJob(), withImages([giant(1)]))).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editMessage']);
    expect(Date.now() - startedMs).toBeLessThan(60_000);
    expect(refused).toEqual([]);
  });

  it('on every route, nothing is lost: all are tried again after the shortest', async () => {
    const startedMs = Date.now();
    let isOver = false;
    discord.refuse = (call) => {
      isOver ||= Date.now() >= startedMs + 90_000;
      if (isOver) return undefined;
      return direct(call) ? refusal(403, 50_007) : longWait(call.name === 'editMessage' ? 90 : 64_800);
    };
    expect(await deliver(makeJob(), withImages([giant(1)]))).toBe(true);
    expect(discord.calls.map(({ name }) => name)).toEqual(['editReply']);
    expect(refused).toEqual(['direct message']);
  });

  it('on the only route, the wait ends with the token', async () => {
    const startedMs = Date.now();
    discord.refuse = (call) => {
      if (Date.now() - startedMs > 14 * 60_000) discord.tokenAlive = false;
      return direct(call) ? refusal(403, 50_007) : longWait(64_800);
    };
    expect(await deliver(makeJob({ isPrivate: true }), withImages([giant(1)]))).toBe(false);
    expect(Date.now() - startedMs).toBeLessThan(40 * 60_000);
  });
});
