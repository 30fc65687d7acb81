import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ended, imageReply, openTestBed, textOf } from '../support/test-bed.ts';

describe('SEGMIND_MODE=sync', () => {
  it('delivers one and four images from blocking calls, with unchanged bytes', async () => {
    const bed = await openTestBed({ env: { SEGMIND_MODE: 'sync' } });
    for (const samples of [1, 4]) {
      const message = await imageReply(
        await bed.member('alice').command('timeless', { prompt: 'in one go', samples, seed: 3 }),
      );
      expect(message.attachments).toHaveLength(samples);
      const images = bed.segmind.imagesOf(bed.segmind.submits.at(-1)?.requestId ?? '');
      expect(message.attachments.map(({ bytes }) => bytes.toString('base64'))).toEqual(
        images.map((bytes) => bytes.toString('base64')),
      );
      expect(textOf(message)).toContain('$0.0');
    }
    expect(bed.segmind.submits.map(({ version }) => version)).toEqual(['v1', 'v1']);
    await bed.close();
  });

  it('treats a gateway timeout as an unknown outcome, and does not send it again', async () => {
    const bed = await openTestBed({ env: { SEGMIND_MODE: 'sync' } });
    bed.segmind.script({ on: 'v1', html: 504 });
    const message = await ended(await bed.member('alice').command('timeless', { prompt: 'lost' }));
    expect(message.embeds[0]?.title).toBe('Outcome unknown');
    expect(bed.segmind.submits).toHaveLength(1);
    await bed.close();
  });
});

describe('SEGMIND_BASE64=true', () => {
  it.each(['async', 'sync'])('reads the images from the JSON (%s)', { tags: 'slow' }, async (mode) => {
    const bed = await openTestBed({ env: { SEGMIND_MODE: mode, SEGMIND_BASE64: 'true' } });
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'inline', samples: 2 }));
    expect(message.attachments).toHaveLength(2);
    expect(bed.segmind.submits[0]?.body['base64']).toBe(true);
    expect(bed.segmind.requests.some(({ path }) => path.startsWith('/outputs/'))).toBe(false);
    await bed.close();
  });
});

describe('undici imported before discord.js', () => {
  it('does not break uploads', async () => {
    const undici = pathToFileURL('node_modules/undici/index.js').href;
    const bed = await openTestBed({ nodeOptions: ['--import', undici] });
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'uploaded' }));
    await bed.close();
  });
});
