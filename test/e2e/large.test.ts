import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse, painted, textOf } from './house.ts';

const MIB = 1024 * 1024;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('pictures that are large', () => {
  it('go out over several messages when one has no room for them all', async () => {
    house.segmind.script({ on: 'submit', largeImages: 9 * MIB });
    const invocation = await house.member('alice').command('timeless', { prompt: 'four giants', samples: 4 });
    const first = await painted(invocation, 25_000);
    const [second] = await house.discord.waitFor(() => invocation.followUps().length === 1 && invocation.followUps());
    const files = [...first.attachments, ...(second?.attachments ?? [])];
    expect(files.map(({ filename }) => filename.replace(/-\d+-/, '-'))).toEqual(
      [1, 2, 3, 4].map((number) => `timeless-${number}.jpg`),
    );
    const images = house.segmind.imagesOf(house.segmind.submits.at(-1)?.requestId ?? '');
    expect(files.every(({ bytes }, index) => bytes.equals(images[index] ?? Buffer.alloc(0)))).toBe(true);
    await house.member('alice').press(first, 'Delete');
    await house.discord.waitFor(() => first.deleted && second?.deleted);
  });

  it('become WebP when a file is over the limit of this very interaction, and the message says so', async () => {
    house.segmind.script({ on: 'submit', largeImages: 3 * MIB });
    const extra = { attachmentSizeLimit: 2 * MIB };
    const message = await painted(await house.member('alice').command('timeless', { prompt: 'a giant' }, extra));
    expect(message.attachments[0]?.filename).toMatch(/\.webp$/);
    expect(message.attachments[0]?.size).toBeLessThanOrEqual(2 * MIB);
    expect(textOf(message)).toContain('Made smaller (WebP)');
  });

  it('become links when no WebP is small enough', async () => {
    const extra = { attachmentSizeLimit: 2_000 };
    const invocation = await house.member('alice').command('timeless', { prompt: 'a tight place' }, extra);
    const message = await invocation.waitForReply((reply) => textOf(reply).includes('Too large'));
    expect(textOf(message)).toContain(`http://${house.segmind.imageHost}/`);
    expect(message.attachments).toEqual([]);
  });

  it('are made smaller when Discord refuses them against its own word', async () => {
    house.discord.faults.add({
      method: 'PATCH',
      path: /@original/,
      respond: { status: 413, body: { code: 40_005, message: 'Request entity too large' } },
    });
    house.segmind.script({ on: 'submit', delayMs: 1 });
    house.segmind.hold();
    const invocation = await house.member('alice').command('timeless', { prompt: 'unwelcome' });
    await house.discord.waitFor(() => house.segmind.submits.length > 3 && house.segmind.activeCount > 0);
    house.segmind.release();
    const message = await painted(invocation, 25_000);
    expect(message.attachments).toHaveLength(1);
  });
});
