import type { Allowance } from '../settings/allowance.ts';
import type { Texts } from '../texts/index.ts';
import { relativeTime } from './facts.ts';

/** What a member has left over time, each with its label. */
export function allowanceLines({ imagesPerDay, jobsAtOnce, cooldown }: Allowance, { me }: Texts): [string, string][] {
  const { overview } = me;
  return [
    [
      overview.imagesToday,
      Number.isFinite(imagesPerDay.value)
        ? overview.images({
            used: imagesPerDay.used,
            allowed: imagesPerDay.value,
            resets: relativeTime(imagesPerDay.resetsAtMs),
          })
        : overview.imagesUnlimited(imagesPerDay.used),
    ],
    [
      overview.concurrentRequests,
      Number.isFinite(jobsAtOnce.value)
        ? overview.requests(jobsAtOnce.used, jobsAtOnce.value)
        : overview.requestsUnlimited(jobsAtOnce.used),
    ],
    ...(cooldown.value > 0 ? ([[overview.cooldown, overview.pause(cooldown.value)]] as [string, string][]) : []),
  ];
}
