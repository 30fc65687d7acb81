import type { FileReport } from '../replies/ending.ts';
import type { FittedImages } from './fit-images.ts';
import type { NumberedImage } from './upload.ts';

/** The images that could not be sent as they were rendered, and why. */
export interface ImageProblems {
  readonly shrunk: readonly NumberedImage[];
  readonly tooLarge: readonly NumberedImage[];
  readonly refused: readonly NumberedImage[];
}

/** The problems if all of these messages are delivered, except for images that were refused. */
export function expectedProblems(
  { batches, tooLarge }: FittedImages<NumberedImage>,
  refused: readonly NumberedImage[],
): ImageProblems {
  return { shrunk: shrunkOf(batches.flat().filter((image) => !refused.includes(image))), tooLarge, refused };
}

/** The images that are sent smaller than they were rendered. */
export function shrunkOf(images: readonly NumberedImage[]): NumberedImage[] {
  return images.filter(({ bytes, original }) => bytes !== original.bytes);
}

export function reportOf({ shrunk, tooLarge, refused }: ImageProblems): FileReport {
  const linksOf = (images: readonly NumberedImage[]) => images.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return {
    reencoded: shrunk.length,
    tooLarge: linksOf(tooLarge),
    refused: linksOf(refused),
    lost: tooLarge.filter(({ url }) => url === undefined).length,
    withheld: refused.filter(({ url }) => url === undefined).length,
  };
}

/** The same report when Discord accepts no links either. @param missingLinks links of images that could not be downloaded */
export function withoutAddresses(report: FileReport, missingLinks: readonly string[]): FileReport {
  const withheld = report.withheld + report.tooLarge.length + report.refused.length + missingLinks.length;
  return { ...report, tooLarge: [], refused: [], withheld };
}
