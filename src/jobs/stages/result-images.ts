import type { Log } from '../../log.ts';
import type { ImageSource } from '../../segmind/client.ts';
import { inlineImage } from '../../segmind/output.ts';
import { RESULT_RETENTION_MS } from '../../segmind/poller.ts';
import { msLeft } from '../../time.ts';
import type { ImageService } from '../image-service.ts';
import type { JobIn } from '../job.ts';
import type { ImageFiles } from './image-files.ts';

/** Finds the images of a rendered job: in memory, in our files, at their URLs, or by fetching the result again. */
export class ResultImages {
  readonly #kept = new Map<string, readonly ImageSource[]>();
  readonly #segmind: Pick<ImageService, 'inference'>;
  readonly #files: ImageFiles;
  readonly #log: Log;

  constructor(segmind: Pick<ImageService, 'inference'>, files: ImageFiles, log: Log) {
    this.#segmind = segmind;
    this.#files = files;
    this.#log = log;
  }

  /** Keeps the images of a result in memory until `forget`. */
  keep(jobId: string, images: readonly ImageSource[]): void {
    this.#kept.set(jobId, images);
  }

  forget(jobId: string): void {
    this.#kept.delete(jobId);
  }

  /** @throws what reading a file or fetching the result throws; `signal.reason` */
  async find(
    { id, parameters, state }: JobIn<'rendered' | 'delivering'>,
    signal: AbortSignal,
  ): Promise<readonly ImageSource[]> {
    const kept = this.#kept.get(id);
    if (kept) return kept;
    const { requestId, imageUrls, imageFiles, imageCount, submittedAtMs } = state;
    if (imageFiles.length > 0) {
      const files = await Promise.all(imageFiles.map((name) => this.#files.load(name)));
      return (await Promise.all(files.map(inlineImage))).flat();
    }
    if (imageUrls.length === imageCount || requestId === undefined) {
      return imageUrls.map((url) => ({ kind: 'url', url }));
    }
    const leftMs = msLeft(RESULT_RETENTION_MS, submittedAtMs);
    const result = await this.#segmind.inference(requestId, { samples: parameters.samples }).wait({
      timeoutMs: leftMs,
      ageMs: RESULT_RETENTION_MS - leftMs,
      signal,
      onTrouble: (error) => this.#log.error({ err: error, job: id }, 'poll failed'),
    });
    return result.images;
  }
}
