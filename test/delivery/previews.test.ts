import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { limitProcessing } from '../../src/delivery/limit-processing.ts';
import { makePreview } from '../../src/delivery/preview.ts';
import { Previews } from '../../src/delivery/previews.ts';
import { yieldToEventLoop } from '../../src/time.ts';
import { makeJob, recordedLog } from '../support/job-fixtures.ts';

const COLOURS = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'];

const plain = async (background: string, width = 1024, height = 1024) => ({
  bytes: await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer(),
  extension: 'png',
});
/** The size of a preview, and the colour in the middle of each of its quarters, in rows. */
async function look(preview: Buffer) {
  const { format, width = 0, height = 0 } = await sharp(preview).metadata();
  const colours: string[] = [];
  for (const top of [height / 4, (height * 3) / 4])
    for (const left of [width / 4, (width * 3) / 4]) {
      const area = { left: Math.floor(left), top: Math.floor(top), width: 1, height: 1 };
      const pixel = await sharp(preview).extract(area).removeAlpha().raw().toBuffer();
      colours.push([...pixel].map((value) => (value > 127 ? 'f' : '0')).join(''));
    }
  return { format, width, height, colours };
}

describe('makePreview', () => {
  it('makes an image small', async () => {
    const preview = await makePreview([await plain('#ff0000', 1024, 512)]);
    expect(await look(preview)).toMatchObject({
      format: 'webp',
      width: 256,
      height: 128,
      colours: ['f00', 'f00', 'f00', 'f00'],
    });
    expect(preview.length).toBeLessThan(20_000);
  });

  it('puts several images on one sheet, in their order', async () => {
    const preview = await makePreview(await Promise.all(COLOURS.map((colour) => plain(colour))));
    expect(await look(preview)).toEqual({
      format: 'webp',
      width: 512,
      height: 512,
      colours: ['f00', '0f0', '00f', 'ff0'],
    });
    const two = await makePreview(await Promise.all(COLOURS.slice(0, 2).map((colour) => plain(colour))));
    expect(await look(two)).toMatchObject({ width: 512, height: 256 });
  });
});

describe('Previews', () => {
  const open = (options: { isWanted?: boolean; maxWaitingBytes?: number; maxImageBytes?: number } = {}) => {
    const { isWanted = true, ...rest } = options;
    const { log, lines } = recordedLog();
    return { previews: new Previews({ isWanted: async () => isWanted, log, ...rest }), lines };
  };
  const job = (number: number, change: Parameters<typeof makeJob>[0] = {}) =>
    makeJob({ id: `job${number}`, ...change });

  it('gives the preview of a public image once', async () => {
    const { previews } = open();
    await previews.add(job(1), [await plain('#ff0000')]);
    expect(previews.take('job1')).toBeInstanceOf(Buffer);
    expect(previews.take('job1')).toBeUndefined();
  });

  it('makes none of private images, of direct messages, or where nobody wants any', async () => {
    const images = [await plain('#ff0000')];
    const { previews } = open();
    const { guildId: _, ...direct } = job(2);
    await previews.add(job(1, { isPrivate: true }), images);
    await previews.add(direct, images);
    const { previews: unwanted } = open({ isWanted: false });
    await unwanted.add(job(3), images);
    expect([previews.take('job1'), previews.take('job2'), unwanted.take('job3')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('drops the oldest when too many wait', async () => {
    const images = [await plain('#ff0000')];
    const { length } = await makePreview(images);
    const { previews } = open({ maxWaitingBytes: 2 * length });
    for (const number of [1, 2, 3]) await previews.add(job(number), images);
    expect(previews.take('job1')).toBeUndefined();
    expect(previews.take('job2')).toHaveLength(length);
    for (const number of [4, 4, 4]) await previews.add(job(number), images);
    expect(previews.take('job3')).toHaveLength(length);
  });

  it('makes all that come at once, until too many bytes wait; says which it does without', async () => {
    const images = [await plain('#ff0000', 64, 64)];
    const { length = 0 } = images[0]?.bytes ?? {};
    const numbers = [...Array(9).keys()];
    const { previews, lines } = open({ maxImageBytes: 8 * length });
    await Promise.all(numbers.map((number) => previews.add(job(number), images)));
    expect(numbers.filter((number) => previews.take(`job${number}`))).toEqual(numbers.slice(0, 8));
    expect(lines).toMatchObject([{ msg: 'preview failed', job: 'job8' }]);
    await previews.add(job(10), images);
    expect(previews.take('job10')).toBeDefined();
  });

  it('leaves a place for the images of deliveries', async () => {
    const images = [await plain('#ff0000', 64, 64)];
    const numbers = [...Array(8).keys()];
    const { previews } = open();
    const added = Promise.all(numbers.map((number) => previews.add(job(number), images)));
    await yieldToEventLoop();
    const made = await limitProcessing(async () => numbers.filter((number) => previews.take(`job${number}`)));
    // Two at a time: behind all eight, it would find six at least.
    expect(made.length).toBeLessThan(6);
    await added;
  });

  it('logs an image that it can’t read', async () => {
    const { previews, lines } = open();
    await previews.add(job(1), [{ bytes: Buffer.from('no image'), extension: 'png' }]);
    expect(previews.take('job1')).toBeUndefined();
    expect(lines).toMatchObject([{ msg: 'preview failed', job: 'job1' }]);
  });
});
