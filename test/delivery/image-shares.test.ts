import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Outgoing } from '../../src/delivery/discord-routes.ts';
import { ImageShares } from '../../src/delivery/image-shares.ts';
import type { Image } from '../../src/jobs/delivery.ts';
import type { Job, JobIn } from '../../src/jobs/job.ts';
import { Shares } from '../../src/jobs/shares.ts';
import { JobStore } from '../../src/jobs/store.ts';
import type { Database } from '../../src/storage/database.ts';
import { brokenConnection, recordedLog, refusal, SILENT } from '../support/job-fixtures.ts';
import { deliveredRow } from '../support/storage/delivered-rows.ts';
import { newUrl, openForTest } from '../support/storage/fixtures.ts';

const ID = '0000000000001';
const fileUrls = ['https://cdn.test/1', 'https://cdn.test/2'];
const post = { fileUrls, attachmentSizeLimit: 10_000_000 };

let database: Database;
let shares: Shares;
let image: Image;
/** What Discord has, by nonce. */
let posted: Map<string, Outgoing>;
let deleted: string[];
let searchedSinceMs: number[];
let stopping: AbortController;
let shown: { readonly job: Job; readonly images: number }[];
let refuse: (message: Outgoing) => Error | undefined;
let lost: Error | undefined;
let mayReadHistory: boolean;
let isNonceKnown: boolean;
let loadImage: (url: string) => Promise<Image | undefined>;

beforeEach(async () => {
  database = await openForTest(await newUrl());
  stopping = new AbortController();
  shares = new Shares(database, { log: SILENT, signal: stopping.signal });
  await database.db
    .insertInto('jobs')
    .values(deliveredRow(ID, { is_private: 1, message_ids: '["hidden"]' }))
    .execute();
  const noise = sharp(randomBytes(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } });
  image = { bytes: await noise.png().toBuffer(), extension: 'png' };
  posted = new Map();
  deleted = [];
  searchedSinceMs = [];
  shown = [];
  refuse = () => undefined;
  lost = undefined;
  mayReadHistory = true;
  isNonceKnown = true;
  loadImage = async () => image;
});

/** The shares of one process. */
const createShares = () =>
  new ImageShares({
    shares,
    routes: {
      async findAllPosted(_channelId, _job, sinceMs) {
        searchedSinceMs.push(sinceMs);
        if (!mayReadHistory) throw refusal(403, 50_001);
        return [...posted.keys()].map((id) => ({ id }));
      },
      async post(_channelId, nonce, message) {
        const error = refuse(message);
        if (error) throw error;
        if (!posted.has(nonce)) posted.set(nonce, message);
        else if (!isNonceKnown) posted.set(`${nonce} again`, message);
        if (lost) throw lost;
        return { id: nonce, imageUrl: `https://cdn.test/${nonce}.png` };
      },
      async deleteMessage(_channelId, messageId) {
        deleted.push(messageId);
      },
    },
    loadImage: (url) => loadImage(url),
    onShared: (job, images) => shown.push({ job, images: images.length }),
    log: recordedLog().log,
    signal: stopping.signal,
  });
const find = () => new JobStore(database, { log: SILENT }).get(ID);
const job = async (): Promise<JobIn<'delivered'>> => {
  const found = await find();
  if (found?.state.name !== 'delivered') throw new Error('it was delivered');
  return { ...found, state: found.state };
};
const filesOf = () => [...posted.values()].map(({ files }) => files.map(({ name }) => name));

describe('ImageShares', () => {
  it('posts the images with who shared them, without a mention, and makes the job public', async () => {
    const outcome = await createShares().share(await job(), post);
    expect(outcome).toMatchObject({
      name: 'shared',
      imageCount: 2,
      job: { isPrivate: false, messageIds: [`${ID}-s1`], thumbnailUrl: `https://cdn.test/${ID}-s1.png` },
    });
    expect(filesOf()).toEqual([['timeless-7-1.png', 'timeless-7-2.png']]);
    const [message] = posted.values();
    expect(message?.body.allowed_mentions).toEqual({ parse: [] });
    expect(message?.body.embeds?.[0]?.description).toContain('Shared by <@100000000000000002>');
    expect(message?.body.embeds?.[0]).not.toHaveProperty('footer');
    expect(shown).toMatchObject([{ job: { id: ID }, images: 2 }]);
  });

  it('hides them behind a click where they were', async () => {
    const hidden = { ...(await job()), forced: { spoilers: true } };
    const outcome = await createShares().share(hidden, post);
    expect(outcome).toMatchObject({ job: { forced: { spoilers: true } } });
    expect(outcome).not.toHaveProperty('job.thumbnailUrl');
    const [message] = posted.values();
    expect(message?.body.attachments).toMatchObject([{ is_spoiler: true }, { is_spoiler: true }]);
  });

  it('posts once under two presses', async () => {
    const process = createShares();
    const outcomes = await Promise.all([process.share(await job(), post), process.share(await job(), post)]);
    expect(outcomes.map(({ name }) => name).toSorted()).toEqual(['shared', 'sharing']);
    expect(posted.size).toBe(1);
  });

  it('posts nothing, and can be tried again, when an image can’t be loaded', async () => {
    loadImage = async (url) => (url === fileUrls[1] ? undefined : image);
    expect(await createShares().share(await job(), post)).toEqual({ name: 'not loaded' });
    expect([posted.size, await shares.unfinished()]).toEqual([0, []]);
    loadImage = async () => image;
    expect(await createShares().share(await job(), post)).toMatchObject({ name: 'shared' });
  });

  it('can be tried again after Discord refused', async () => {
    refuse = () => refusal(403, 50_013);
    expect(await createShares().share(await job(), post)).toEqual({ name: 'rejected' });
    expect(await find()).toMatchObject({ isPrivate: true });
    expect(await shares.unfinished()).toEqual([]);
    refuse = () => undefined;
    expect(await createShares().share(await job(), post)).toMatchObject({ name: 'shared' });
  });

  it('makes files smaller, or posts them one by one, where Discord takes less than it said', async () => {
    refuse = ({ files }) => (files.length > 1 ? refusal(413, 40_005) : undefined);
    expect(await createShares().share(await job(), post)).toMatchObject({
      job: { messageIds: [`${ID}-s1`, `${ID}-s2`] },
    });
    expect(filesOf()).toEqual([['timeless-7-1.png'], ['timeless-7-2.png']]);
  });

  it('records the first message when a further one is refused', async () => {
    refuse = ({ files }) => {
      if (files.length > 1) return refusal(413, 40_005);
      return files[0]?.name === 'timeless-7-2.png' ? refusal(403, 50_013) : undefined;
    };
    expect(await createShares().share(await job(), post)).toMatchObject({
      imageCount: 1,
      job: { messageIds: [`${ID}-s1`] },
    });
  });

  it('says to everyone how many of the images these are', async () => {
    const found = await job();
    await createShares().share({ ...found, state: { ...found.state, imageCount: 4 } }, post);
    const [message] = posted.values();
    expect(message?.body.embeds?.[0]?.description).toContain('Shared 2 of 4 images.');
  });

  it('deletes what it posted when the job was removed meanwhile', async () => {
    refuse = ({ files }) => (files.length > 1 ? refusal(413, 40_005) : undefined);
    const found = await job();
    loadImage = async () => {
      await database.db.deleteFrom('jobs').execute();
      return image;
    };
    expect(await createShares().share(found, post)).toEqual({ name: 'gone' });
    expect(deleted).toEqual([...posted.keys()]);
    expect(deleted).toHaveLength(2);
    expect(shown).toEqual([]);
    expect(await createShares().share(found, post)).toEqual({ name: 'gone' });
  });

  it('says that it is shared when another process was first', async () => {
    const found = await job();
    await createShares().share(found, post);
    expect(await createShares().share(found, post)).toMatchObject({ name: 'shared', job: { isPrivate: false } });
    expect(posted.size).toBe(1);
  });

  it('once the process stops, finishes what has begun, and ends at once what waits', async () => {
    const process = createShares();
    const ids = ['0000000000002', '0000000000003'];
    await database.db
      .insertInto('jobs')
      .values(ids.map((id) => deliveredRow(id, { is_private: 1 })))
      .execute();
    let load = (_: Image) => {};
    const loaded = new Promise<Image>((resolve) => {
      load = resolve;
    });
    let loading = 0;
    loadImage = () => {
      loading += 1;
      return loaded;
    };
    const found = await job();
    const outcomes = [ID, ...ids].map((id) => process.share({ ...found, id }, post));
    await vi.waitFor(() => expect(loading).toBe(2));
    stopping.abort(new Error('The process is stopping.'));
    expect(await outcomes[2]).toEqual({ name: 'restarting' });
    load(image);
    expect(await Promise.all(outcomes)).toMatchObject([{ name: 'shared' }, { name: 'shared' }, { name: 'restarting' }]);
    expect(await shares.unfinished()).toEqual([]);
  });

  describe('after a process ended in the middle', () => {
    /** Until Discord has it, and not further. */
    const breakOff = async () => {
      lost = new Error('killed');
      await expect(createShares().share(await job(), post)).rejects.toThrow('killed');
      lost = undefined;
    };

    it('the next start records what was posted', async () => {
      await breakOff();
      expect(await find()).toMatchObject({ isPrivate: true });
      await createShares().resume(() => true);
      expect(await find()).toMatchObject({ isPrivate: false, messageIds: [`${ID}-s1`] });
      expect(shown).toMatchObject([{ images: 0 }]);
    });

    it('the next start leaves servers of other processes alone', async () => {
      await breakOff();
      await createShares().resume(() => false);
      expect(await find()).toMatchObject({ isPrivate: true });
    });

    it('the next press finds what was posted, and posts nothing, even if Discord has forgotten the nonce', async () => {
      await breakOff();
      isNonceKnown = false;
      expect(await createShares().share(await job(), post)).toMatchObject({ name: 'shared' });
      expect(posted.size).toBe(1);
    });

    it('the nonce prevents a second message where the history can’t be read', async () => {
      mayReadHistory = false;
      await breakOff();
      await createShares().share(await job(), post);
      expect(posted.size).toBe(1);
    });

    it('the next start leaves it alone where it can’t know what was posted', async () => {
      await breakOff();
      mayReadHistory = false;
      await createShares().resume(() => true);
      expect(await shares.unfinished()).toHaveLength(1);
    });

    it('the next press searches from the first attempt on', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      onTestFinished(() => void vi.useRealTimers());
      const beganAtMs = Date.now();
      await breakOff();
      vi.setSystemTime(beganAtMs + 3_600_000);
      await createShares().share(await job(), post);
      expect(searchedSinceMs).toEqual([beganAtMs, beganAtMs + 1]);
    });

    it('the next start makes the button work again when nothing was posted', async () => {
      await shares.begin(await job());
      await createShares().resume(() => true);
      expect(await shares.unfinished()).toEqual([]);
    });
  });

  it('retries a post that timed out after a minute, with its nonce', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let tries = 0;
    refuse = () => {
      tries += 1;
      if (tries > 1) return undefined;
      vi.advanceTimersByTime(60_000);
      return brokenConnection();
    };
    expect(await createShares().share(await job(), post)).toMatchObject({ name: 'shared' });
    expect([tries, posted.size]).toEqual([2, 1]);
  });

  it('retries while the connection breaks, and posts once', async () => {
    let tries = 0;
    refuse = () => {
      tries += 1;
      return tries === 1 ? brokenConnection() : undefined;
    };
    expect(await createShares().share(await job(), post)).toMatchObject({ name: 'shared' });
    expect([tries, posted.size]).toEqual([2, 1]);
  });
});
