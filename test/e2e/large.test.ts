import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestBed, painted, type TestBed, textOf } from '../support/test-bed.ts';

const MIB = 1024 * 1024;

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed();
});
afterAll(() => bed.close());

describe('pictures that are large', () => {
  it('go out over several messages when one has no room for them all', async () => {
    bed.segmind.script({ on: 'submit', largeImages: 9 * MIB });
    const invocation = await bed.member('alice').command('timeless', { prompt: 'four giants', samples: 4 });
    const first = await painted(invocation, 25_000);
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

  it('become WebP when a file is over the limit of this very interaction, and the message says so', async () => {
    bed.segmind.script({ on: 'submit', largeImages: 3 * MIB });
    const extra = { attachmentSizeLimit: 2 * MIB };
    const message = await painted(await bed.member('alice').command('timeless', { prompt: 'a giant' }, extra));
    expect(message.attachments[0]?.filename).toMatch(/\.webp$/);
    expect(message.attachments[0]?.size).toBeLessThanOrEqual(2 * MIB);
    expect(textOf(message)).toContain('Made smaller (WebP)');
  });

  it('become links when no WebP is small enough', async () => {
    const extra = { attachmentSizeLimit: 2_000 };
    const invocation = await bed.member('alice').command('timeless', { prompt: 'a tight place' }, extra);
    const message = await invocation.waitForReply((reply) => textOf(reply).includes('Too large'));
    expect(textOf(message)).toContain(`http://${bed.segmind.imageHost}/`);
    expect(message.attachments).toEqual([]);
  });

  it('are made smaller when Discord refuses them against its own word', async () => {
    bed.discord.faults.add({
      method: 'PATCH',
      path: /@original/,
      respond: { status: 413, body: { code: 40_005, message: 'Request entity too large' } },
    });
    bed.segmind.script({ on: 'submit', delayMs: 1 });
    bed.segmind.hold();
    const invocation = await bed.member('alice').command('timeless', { prompt: 'unwelcome' });
    await bed.discord.waitFor(() => bed.segmind.submits.length > 3 && bed.segmind.activeCount > 0);
    bed.segmind.release();
    const message = await painted(invocation, 25_000);
    expect(message.attachments).toHaveLength(1);
  });
});
