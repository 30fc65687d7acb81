import { LIMITS } from '../../settings/limits.ts';
import type { Refusal } from '../../settings/refusal.ts';
import { textsIn } from '../../texts/index.ts';
import { isCeilingRefusal } from '../ceilings.ts';
import { escaped, isEscapedWhole } from '../escape.ts';
import { durationWords, mention, numberWords, quoted, spoiler, usdWords } from '../format.ts';
import { describeChanges } from '../settings/changes.ts';
import type { CountedEntry } from './entry.ts';

const PROMPT_LENGTH = 300;
const CHANGES_LENGTH = 1_500;

/** Why a member's request was refused, in a few words for moderators. */
function refusalWords(refusal: Refusal): string {
  if (isCeilingRefusal(refusal)) return textsIn('en').ceilings.modLog[refusal.name];
  switch (refusal.name) {
    case 'blocked':
      return refusal.kind === 'member' ? 'is blocked' : 'has a blocked role';
    case 'paused':
      return 'this server is paused';
    case 'channel_denied':
      return `${mention('#', refusal.placeId)} is denied`;
    case 'channel_not_allowed':
      return 'not one of the allowed channels';
    case 'channel_unknown':
      return "it can't be seen what the channel belongs to";
    case 'not_age_restricted':
      return 'not an age-restricted channel';
    case 'private_not_allowed':
      return 'private images are not allowed';
    case 'filtered':
      return `word filter, in the ${refusal.field === 'prompt' ? 'prompt' : 'negative prompt'}`;
    case 'above_limit':
      return `${numberWords(refusal.asked)} ${LIMITS[refusal.limit].unit}, allowed ${numberWords(refusal.allowed)}`;
    case 'cooldown':
      return `cooldown of ${durationWords(refusal.allowed)}`;
    case 'jobs_at_once':
      return `${numberWords(refusal.allowed)} at a time allowed`;
    case 'images_per_day':
      return `${numberWords(refusal.allowed)} images a day allowed`;
    case 'budget':
      return `budget for the ${refusal.period}`;
    default:
      return refusal satisfies never;
  }
}

/** What the filter has found may be what nobody wants to see: behind a spoiler. */
function promptWords(prompt: string, { name }: Refusal): string {
  return name === 'filtered' ? spoiler(prompt, PROMPT_LENGTH) : quoted(prompt, PROMPT_LENGTH);
}

/** The prompt of a refusal, where its line has no room for all of it. */
export function longPrompt(entry: CountedEntry): string[] {
  if (entry.kind !== 'refused' || isEscapedWhole(entry.text, PROMPT_LENGTH)) return [];
  return [`Refused to the member ${entry.memberId} in the channel ${entry.channelId}\n${entry.text}`];
}

/** An entry as text; a job that has ended has an embed of its own. */
export function entryLine(entry: Exclude<CountedEntry, { kind: 'finished' }>): string {
  const times = entry.count > 1 ? ` (${numberWords(entry.count)} times)` : '';
  switch (entry.kind) {
    case 'refused':
      return `**Refused**${times}: ${mention('@', entry.memberId)} in ${mention('#', entry.channelId)}${entry.isPrivate ? ' (private)' : ''}, ${refusalWords(entry.reason)}: ${promptWords(entry.text, entry.reason)}`;
    case 'denied':
      return `**Denied**${times}: ${mention('@', entry.memberId)} may not use ${escaped(entry.what, 100)} and tried`;
    case 'settings': {
      // Who can read the channel need not be an administrator.
      const changes = describeChanges(entry.changes, { isAdministrator: false }, CHANGES_LENGTH).split('\n');
      return [`**Settings** changed by ${mention('@', entry.byId)}:`, ...changes.map((change) => `- ${change}`)].join(
        '\n',
      );
    }
    case 'budget': {
      const share = Math.floor((entry.usedUsd / entry.budgetUsd) * 100);
      return `**Budget** for the ${entry.period}: ${usdWords(entry.usedUsd)} of ${usdWords(entry.budgetUsd)} (${share} %) are spent or reserved. What would go beyond it is refused.`;
    }
    default:
      return entry satisfies never;
  }
}
