import type { FileReport } from '../replies/ending.ts';
import type { Fitted } from './fit.ts';
import type { Numbered } from './upload.ts';

/** The images that could not go out as they are, and why. */
export interface Leftover {
  readonly shrunk: readonly Numbered[];
  readonly tooLarge: readonly Numbered[];
  readonly refused: readonly Numbered[];
}

/** What is left over once all of these messages have arrived, but for images that were refused. */
export function plannedLeftover({ batches, tooLarge }: Fitted<Numbered>, refused: readonly Numbered[]): Leftover {
  return { shrunk: shrunkOf(batches.flat().filter((image) => !refused.includes(image))), tooLarge, refused };
}

/** Those that go out smaller than they were painted. */
export function shrunkOf(images: readonly Numbered[]): Numbered[] {
  return images.filter(({ bytes, original }) => bytes !== original.bytes);
}

export function reportOf({ shrunk, tooLarge, refused }: Leftover): FileReport {
  const linksOf = (images: readonly Numbered[]) => images.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return {
    reencoded: shrunk.length,
    tooLarge: linksOf(tooLarge),
    refused: linksOf(refused),
    lost: tooLarge.filter(({ url }) => url === undefined).length,
    withheld: refused.filter(({ url }) => url === undefined).length,
  };
}

/** The same where Discord takes no addresses either. @param missingLinks those of images that could not be downloaded */
export function withoutAddresses(report: FileReport, missingLinks: readonly string[]): FileReport {
  const withheld = report.withheld + report.tooLarge.length + report.refused.length + missingLinks.length;
  return { ...report, tooLarge: [], refused: [], withheld };
}
