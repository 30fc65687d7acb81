import type { SegmindClient } from '../segmind/client.ts';
import type { Inference } from '../segmind/inference.ts';

/** The part of SegmindClient that jobs need. */
export interface ImageService extends Pick<SegmindClient, 'runSync' | 'downloadImage' | 'isAllowedImageUrl'> {
  submit(...given: Parameters<SegmindClient['submit']>): Promise<{ readonly requestId: string }>;
  inference(...given: Parameters<SegmindClient['inference']>): Pick<Inference, 'wait'>;
}
