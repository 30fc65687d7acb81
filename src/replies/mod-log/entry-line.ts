import type { PolicyRefusal } from '../../settings/policy-refusal.ts';
import type { Texts } from '../../texts/index.ts';
import { isCeilingRefusal } from '../ceilings.ts';
import { escaped, isEscapedWhole } from '../escape.ts';
import { mention, quoted, spoiler } from '../format.ts';
import { describeChanges } from '../settings/changes.ts';
import type { CountedEntry, JobEntry } from './entry.ts';

const PROMPT_LENGTH = 300;
const CHANGES_LENGTH = 1_500;

/** Why a member's request was refused, in a few words for moderators. */
function describeRefusal(refusal: PolicyRefusal, { modLog, limited, ceilings, format }: Texts): string {
  const { reasons } = modLog;
  if (isCeilingRefusal(refusal)) return ceilings.modLog[refusal.name];
  switch (refusal.name) {
    case 'blocked':
      return refusal.kind === 'member' ? reasons.blockedMember : reasons.blockedRole;
    case 'paused':
      return reasons.paused;
    case 'channel_denied':
      return reasons.channelDenied(mention('#', refusal.placeId));
    case 'channel_not_allowed':
      return reasons.channelNotAllowed;
    case 'channel_unknown':
      return reasons.channelUnknown;
    case 'not_age_restricted':
      return reasons.notAgeRestricted;
    case 'private_not_allowed':
      return reasons.privateNotAllowed;
    case 'filtered':
      return reasons.filtered[refusal.field];
    case 'too_long':
      return reasons.tooLong(refusal.length, refusal.maxLength);
    case 'above_limit':
      return reasons.aboveLimit(limited[refusal.limit](refusal.asked), refusal.allowed);
    case 'cooldown':
      return reasons.cooldown(format.duration(refusal.allowed));
    case 'jobs_at_once':
      return reasons.concurrentRequests(refusal.allowed);
    case 'images_per_day':
      return reasons.imagesPerDay(refusal.allowed);
    case 'budget':
      return reasons.budget[refusal.period];
    default:
      return refusal satisfies never;
  }
}

/** What the filter has found may be what nobody wants to see: behind a spoiler. */
function promptText(prompt: string, { name }: PolicyRefusal): string {
  return name === 'filtered' ? spoiler(prompt, PROMPT_LENGTH) : quoted(prompt, PROMPT_LENGTH);
}

/** The prompt of a refusal, where its line has no room for all of it. */
export function longPrompt(entry: CountedEntry, { modLog }: Texts): string[] {
  if (entry.kind !== 'refused' || isEscapedWhole(entry.text, PROMPT_LENGTH)) return [];
  return [`${modLog.file.refused(entry.memberId, entry.channelId)}\n${entry.text}`];
}

/** An entry as text; one about a job has an embed of its own. */
export function entryLine(entry: Exclude<CountedEntry, JobEntry>, texts: Texts): string {
  const { modLog, format } = texts;
  const times = entry.count > 1 ? ` (${modLog.times(entry.count)})` : '';
  switch (entry.kind) {
    case 'refused': {
      const where = modLog.memberIn(mention('@', entry.memberId), mention('#', entry.channelId));
      const reason = describeRefusal(entry.reason, texts);
      return `**${modLog.refused}**${times}: ${where}${entry.isPrivate ? ` (${modLog.private})` : ''}, ${reason}: ${promptText(entry.text, entry.reason)}`;
    }
    case 'denied':
      return `**${modLog.denied}**${times}: ${modLog.triedToUse(mention('@', entry.memberId), escaped(entry.what, 100))}`;
    case 'settings': {
      // Who can read the channel need not be an administrator.
      const changes = describeChanges(entry.changes, { isAdministrator: false }, texts, CHANGES_LENGTH).split('\n');
      const title = `**${modLog.settings}** ${modLog.changedBy(mention('@', entry.byId))}:`;
      return [title, ...changes.map((change) => `- ${change}`)].join('\n');
    }
    case 'purged': {
      const { byId, memberId, period, messages } = entry;
      const purge = { moderator: mention('@', byId), member: mention('@', memberId), messages };
      return `**${modLog.purge}**: ${modLog.purged({ ...purge, period: modLog.periods[period] })}`;
    }
    case 'budget': {
      const { period, usedUsd, budgetUsd } = entry;
      const percent = Math.floor((usedUsd / budgetUsd) * 100);
      const title = period === 'day' ? modLog.dayBudget : modLog.monthBudget;
      return `**${title}**: ${modLog.budgetUsed(format.usd(usedUsd), format.usd(budgetUsd), percent)}`;
    }
    default:
      return entry satisfies never;
  }
}
