import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
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
let shown: { readonly job: Job; readonly images: number }[];
let refuse: (message: Outgoing) => Error | undefined;
let lost: Error | undefined;
let mayReadHistory: boolean;
let isNonceKnown: boolean;
let loadImage: (url: string) => Promise<Image | undefined>;

beforeEach(async () => {
  database = await openForTest(await newUrl());
  shares = new Shares(database);
  await database.db
    .insertInto('jobs')
    .values(deliveredRow(ID, { is_private: 1, message_ids: '["hidden"]' }))
    .execute();
  const noise = sharp(randomBytes(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } });
  image = { bytes: await noise.png().toBuffer(), extension: 'png' };
  posted = new Map();
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
      async findAllPosted() {
        if (!mayReadHistory) throw refusal(403, 50_001);
        return [...posted.keys()].map((id) => ({ id }));
      },
      async post(_channelId, nonce, message) {
        const error = refuse(message);
        if (error) throw error;
        if (!posted.has(nonce)) posted.set(nonce, message);
        else if (!isNonceKnown) posted.set(`${nonce} again`, message);
        if (lost) throw lost;
        return { id: nonce };
      },
    },
    loadImage: (url) => loadImage(url),
    onShared: (job, images) => shown.push({ job, images: images.length }),
    log: recordedLog().log,
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
    expect(outcome).toMatchObject({ name: 'shared', job: { isPrivate: false, messageIds: [`${ID}-s1`] } });
    expect(filesOf()).toEqual([['timeless-7-1.png', 'timeless-7-2.png']]);
    const [message] = posted.values();
    expect(message?.body.allowed_mentions).toEqual({ parse: [] });
    expect(message?.body.embeds?.[0]?.description).toContain('Shared by <@100000000000000002>');
    expect(message?.body.embeds?.[0]).not.toHaveProperty('footer');
    expect(shown).toMatchObject([{ job: { id: ID }, images: 2 }]);
  });

  it('hides them behind a click where they were', async () => {
    const hidden = { ...(await job()), forced: { spoilers: true } };
    await createShares().share(hidden, post);
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
    expect(await createShares().share(await job(), post)).toMatchObject({ job: { messageIds: [`${ID}-s1`] } });
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

    it('the next start makes the button work again when nothing was posted', async () => {
      await shares.begin(ID);
      await createShares().resume(() => true);
      expect(await shares.unfinished()).toEqual([]);
    });
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
