import type { Job } from '../jobs/job.ts';
import type { Outgoing } from './discord-routes.ts';
import type { NumberedImage } from './upload.ts';

/** A message of a job with images, each named by its number. @param describe for those who don't see them; default: not at all */
export function withFiles(
  job: Job,
  body: Outgoing['body'],
  images: readonly NumberedImage[],
  describe?: (job: Job, number: number) => string,
): Outgoing {
  const files = images.map(({ bytes, extension, number }) => ({
    name: `timeless-${job.parameters.seed}-${number}.${extension}`,
    data: bytes,
  }));
  const attachments = images.map(({ number }, index) => ({
    id: String(index),
    filename: files[index]?.name,
    ...(describe ? { description: describe(job, number) } : {}),
    ...(job.forced.spoilers ? { is_spoiler: true } : {}),
  }));
  return { body: { ...body, attachments }, files };
}
