import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/discord/index.ts';
import { carriesImagesOf } from '../support/invariants.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

describe('variants of Segmind’s answers', () => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = await openTestBed();
  });
  afterAll(() => bed.close());

  const requestIdOf = (prompt: string) =>
    bed.segmind.submits.find(({ body }) => body['prompt'] === prompt)?.requestId ?? '';
  const isPainted = (message: Message, prompt: string) => carriesImagesOf(bed, message, requestIdOf(prompt));

  it('polls request ids with a UUID and with 32 hex digits', { tags: 'slow' }, async () => {
    const prompts = ['known by one', 'known by another'];
    for (const prompt of prompts) {
      const message = await imageReply(await bed.member('alice').command('timeless', { prompt }));
      expect(isPainted(message, prompt)).toBe(true);
    }
    expect(prompts.map((prompt) => requestIdOf(prompt).length).toSorted()).toEqual([32, 36]);
  });

  it('downloads an image from the second host, without the key', async () => {
    const prompt = 'kept elsewhere';
    bed.segmind.script({ on: 'submit', secondImageHost: true });
    expect(isPainted(await imageReply(await bed.member('alice').command('timeless', { prompt })), prompt)).toBe(true);
    const fetched = bed.segmind.requests.filter(({ headers }) => headers.host === bed.segmind.secondImageHost);
    expect(fetched).toMatchObject([{ status: 200 }]);
    expect(fetched[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('waits for a cold model to start', { tags: 'slow' }, async () => {
    const prompt = 'the first in a long while';
    // Longer than the pause between two edits, else the end comes first.
    bed.segmind.coolDown(5_000);
    const invocation = await bed.member('alice').command('timeless', { prompt });
    await invocation.waitForReply((message) => textOf(message).includes('Waiting for a free GPU'));
    expect(isPainted(await imageReply(invocation), prompt)).toBe(true);
  });
});

it('a test fails when an image is downloaded with the key', async () => {
  const bed = await openTestBed();
  await imageReply(await bed.member('alice').command('timeless', { prompt: 'a leak' }));
  const { path = '' } = bed.segmind.requests.find(({ path }) => path.startsWith('/outputs/')) ?? {};
  await fetch(bed.segmind.url + path, { headers: { 'x-api-key': bed.segmind.apiKey } });
  await expect(bed.close()).rejects.toMatchObject({ actual: [{ rule: 'image without key' }] });
});
