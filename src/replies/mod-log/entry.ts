import type { Job } from '../../jobs/job.ts';
import type { Change } from '../../settings/changes.ts';
import type { PolicyRefusal } from '../../settings/policy-refusal.ts';
import type { PurgePeriod } from '../custom-id.ts';
import type { LogTrouble } from './trouble.ts';

/** Something that moderators of a server want to know. */
export type ModLogEntry =
  /** A job that has ended. */
  | { readonly kind: 'finished'; readonly job: Job }
  /** Members want moderators to look at a message of a job. */
  | {
      readonly kind: 'reported';
      readonly job: Job;
      readonly messageId: string;
      readonly byIds: readonly string[];
      /** Absent when the images can't be loaded. */
      readonly preview?: Buffer;
    }
  | {
      readonly kind: 'refused';
      readonly memberId: string;
      readonly channelId: string;
      readonly isPrivate: boolean;
      /** The prompt; or the negative one, where that is what the filter refused. */
      readonly text: string;
      readonly reason: PolicyRefusal;
    }
  /** Somebody tried what only moderators may do: `what` names it, such as `/timeless-config limits`. */
  | { readonly kind: 'denied'; readonly memberId: string; readonly what: string }
  | { readonly kind: 'settings'; readonly byId: string; readonly changes: readonly Change[] }
  /** A moderator removed a member's images. */
  | {
      readonly kind: 'purged';
      readonly byId: string;
      readonly memberId: string;
      readonly period: PurgePeriod;
      readonly messages: number;
    }
  /** US$. */
  | { readonly kind: 'budget'; readonly period: 'day' | 'month'; readonly usedUsd: number; readonly budgetUsd: number };

/** Several of the same are one, with how often they were. */
export type CountedEntry = ModLogEntry & { readonly count: number };

/** Those that are about one job, with an embed and buttons of their own. */
export type JobEntry = Extract<CountedEntry, { readonly job: Job }>;

/** How many of those who report the same image are named. */
const MAX_REPORTERS = 25;

export function isJobEntry(entry: CountedEntry): entry is JobEntry {
  return 'job' in entry;
}

/** Where moderators read what happens in their server. */
export interface ModLog {
  /** Tells the moderators of a server, if they have a channel for it. Returns at once and never throws. */
  note(guildId: string, entry: ModLogEntry): void;
  /** Why the channel gets no entries; undefined when it gets them. */
  troubleOf(guildId: string): LogTrouble | undefined;
}

/** What entries have in common that become one with a count; undefined for those that stand alone. */
export function mergeKey(entry: ModLogEntry): string | undefined {
  switch (entry.kind) {
    case 'refused':
      return `refused ${entry.memberId} ${entry.channelId} ${entry.isPrivate} ${entry.reason.name}`;
    case 'denied':
      return `denied ${entry.memberId} ${entry.what}`;
    case 'reported':
      return `reported ${entry.job.id}`;
    case 'finished':
    case 'settings':
    case 'purged':
    case 'budget':
      return undefined;
    default:
      return entry satisfies never;
  }
}

/** An entry with an earlier one that has the same key: the latest is shown, with everyone who reported and the last preview. */
export function mergeEntries(earlier: CountedEntry, latest: ModLogEntry): CountedEntry {
  const count = earlier.count + 1;
  if (earlier.kind !== 'reported' || latest.kind !== 'reported') return { ...latest, count };
  // One more than are named, so that it is known that there are more.
  const byIds = [...new Set([...earlier.byIds, ...latest.byIds])].slice(0, MAX_REPORTERS + 1);
  return { ...earlier, ...latest, byIds, count };
}

/** Who reported an image, and whether others did too. */
export function reportersOf({ byIds }: Extract<ModLogEntry, { kind: 'reported' }>): {
  readonly named: readonly string[];
  readonly hasMore: boolean;
} {
  return { named: byIds.slice(0, MAX_REPORTERS), hasMore: byIds.length > MAX_REPORTERS };
}
