import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ended, openHouse, painted, textOf } from './house.ts';

describe('SEGMIND_MODE=sync', () => {
  it('paints one picture and four by blocking calls, bytes unchanged', async () => {
    const house = await openHouse({ env: { SEGMIND_MODE: 'sync' } });
    for (const samples of [1, 4]) {
      const message = await painted(
        await house.member('alice').command('timeless', { prompt: 'in one go', samples, seed: 3 }),
      );
      expect(message.attachments).toHaveLength(samples);
      const images = house.segmind.imagesOf(house.segmind.submits.at(-1)?.requestId ?? '');
      expect(message.attachments.map(({ bytes }) => bytes.toString('base64'))).toEqual(
        images.map((bytes) => bytes.toString('base64')),
      );
      expect(textOf(message)).toContain('cost US$');
    }
    expect(house.segmind.submits.map(({ version }) => version)).toEqual(['v1', 'v1']);
    await house.close();
  });

  it('calls the outcome of a gateway time-out unknown, and does not send it again', async () => {
    const house = await openHouse({ env: { SEGMIND_MODE: 'sync' } });
    house.segmind.script({ on: 'v1', html: 504 });
    const message = await ended(await house.member('alice').command('timeless', { prompt: 'lost' }));
    expect(message.embeds[0]?.title).toBe('Outcome unknown');
    expect(house.segmind.submits).toHaveLength(1);
    await house.close();
  });
});

describe('SEGMIND_BASE64=true', () => {
  it.each(['async', 'sync'])('takes the pictures out of the JSON (%s)', async (mode) => {
    const house = await openHouse({ env: { SEGMIND_MODE: mode, SEGMIND_BASE64: 'true' } });
    const message = await painted(await house.member('alice').command('timeless', { prompt: 'inline', samples: 2 }));
    expect(message.attachments).toHaveLength(2);
    expect(house.segmind.submits[0]?.body['base64']).toBe(true);
    expect(house.segmind.requests.some(({ path }) => path.endsWith('.jpg'))).toBe(false);
    await house.close();
  });
});

describe('an undici that is imported before discord.js', () => {
  it('uploads a picture all the same', async () => {
    const undici = pathToFileURL('node_modules/undici/index.js').href;
    const house = await openHouse({ nodeOptions: ['--import', undici] });
    await painted(await house.member('alice').command('timeless', { prompt: 'uploaded' }));
    await house.close();
  });
});
