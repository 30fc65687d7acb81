import type { ImageService } from '../../src/jobs/image-service.ts';
import { poll } from '../../src/segmind/poller.ts';
import type { InferenceResult, InferenceState } from '../../src/segmind/result.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** The result of a request: one image at Segmind's URL. */
export function resultOf(requestId: string): InferenceResult {
  return {
    requestId,
    images: [{ kind: 'url', url: `https://images.segmind.com/${requestId}.png` }],
    metrics: { costUsd: 0.01 },
  };
}

/** A stand-in for Segmind's client with answers that the test sets, and the prompts that it received. */
export function fakeSegmind() {
  const fake = {
    posts: [] as string[],
    /** The answer to the n-th POST. */
    answer: async (post: number): Promise<{ readonly requestId: string }> => ({ requestId: `request-${post}` }),
    answerSync: async (): Promise<InferenceResult> => resultOf('sync'),
    poll: async (): Promise<InferenceState> => 'PROCESSING',
    result: async (requestId: string): Promise<InferenceResult> => resultOf(requestId),
    download: async (_url: string): Promise<void> => {},
  };
  const client: ImageService = {
    async submit({ prompt }) {
      fake.posts.push(prompt);
      return fake.answer(fake.posts.length);
    },
    async runSync({ prompt }) {
      fake.posts.push(prompt);
      return fake.answerSync();
    },
    inference: (requestId) => ({
      wait: (options = {}) =>
        poll(
          {
            requestId,
            status: async () => ({ state: await fake.poll(), metrics: {} }),
            result: () => fake.result(requestId),
          },
          options,
        ),
    }),
    async downloadImage(url) {
      await fake.download(url);
      return { bytes: PNG, contentType: 'image/png', extension: 'png' };
    },
    isAllowedImageUrl: (url) => url.startsWith('https://images.segmind.com/'),
  };
  return Object.assign(fake, { client });
}
