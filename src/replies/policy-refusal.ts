import { PARAMETERS } from '../segmind/parameters.ts';
import type { LimitSource } from '../settings/effective-limit.ts';
import { LIMITS, type LimitName, requestLimit } from '../settings/limits.ts';
import type { Refusal } from '../settings/refusal.ts';
import type { Texts } from '../texts/index.ts';
import { type CeilingRefusal, ceilingRefusalText, isCeilingRefusal } from './ceilings.ts';
import { isBlank } from './escape.ts';
import { relativeTime } from './facts.ts';
import { durationWords, listed, mention, numberWords, quoted, usdWords, utcWords } from './format.ts';

/** Room for the channels that are allowed, and for a moderator's reason. */
const LIST_LENGTH = 600;
const REASON_LENGTH = 600;

/** What is wrong, and what helps; and the subcommand that sets it. */
interface Explanation {
  readonly text: string;
  readonly command: string;
}

type Above = Extract<Refusal, { name: 'above_limit' }>;

/** When something is over, never too early: clients cut to whole seconds. */
const relative = (epochMs: number) => `<t:${Math.ceil(epochMs / 1_000)}:R>`;
const isOrAre = (count: number) => (count === 1 ? 'is' : 'are');
const images = (count: number) => `${numberWords(count)} ${count === 1 ? 'image' : 'images'}`;

function reasonWords(reason: string | undefined): string {
  return reason === undefined || isBlank(reason) ? '' : ` Reason: ${quoted(reason, REASON_LENGTH)}.`;
}

/** For whom a limit holds. */
function holds(source: LimitSource, isDirectMessage: boolean): string {
  if (isDirectMessage) return 'in direct messages';
  return source.kind === 'role' ? `for your role ${mention('@&', source.roleId)}` : 'for everyone here';
}

/** A limit that lets nothing through. */
function describeNone(limit: LimitName, allowed: number, whom: string, isDirectMessage: boolean): string {
  const { smallest } = LIMITS[limit];
  const label = LIMITS[limit].label.toLowerCase();
  if (isDirectMessage) return 'The bot makes no images in direct messages. Use it in a server.';
  if (allowed <= 0) return `You can't make images here: ${label} ${whom} is set to none.`;
  return `You can't make images here: ${label} ${whom} is set to ${numberWords(allowed)}, and none takes less than ${numberWords(smallest)}.`;
}

/** The side of the largest square that has no more than so many megapixels. */
function largestSide(megapixels: number): number {
  const { max, multipleOf } = PARAMETERS.width;
  return Math.min(max, Math.floor(Math.sqrt(megapixels * 1_000_000) / multipleOf) * multipleOf);
}

/** `asked` as short as it still shows that it is more than `allowed`. */
function askedWords(asked: number, allowed: number): string {
  const rounded = Math.round(asked * 100) / 100;
  return numberWords(rounded > allowed ? rounded : asked);
}

/** What a member can do about a request that asks for too much. */
function describeFitting({ limit, allowed }: Above): string {
  const { parameter } = requestLimit(limit);
  if (parameter === undefined) return `a smaller size: ${largestSide(allowed)}×${largestSide(allowed)} fits`;
  return `\`${PARAMETERS[parameter].option}\` of ${numberWords(Math.floor(allowed))} or less`;
}

function describeAbove(refusal: Above, isDirectMessage: boolean): string {
  const whom = holds(refusal.source, isDirectMessage);
  const { limit, asked, allowed } = refusal;
  const { smallest, unit } = requestLimit(limit);
  if (allowed < smallest) return describeNone(limit, allowed, whom, isDirectMessage);
  return `${askedWords(asked, allowed)} ${unit} are too many: at most ${numberWords(allowed)} ${isOrAre(allowed)} allowed ${whom}. Use \`/timeless\` with ${describeFitting(refusal)}.`;
}

function describeJobs(refusal: Extract<Refusal, { name: 'jobs_at_once' }>, isDirectMessage: boolean): string {
  const { allowed, underWay, source } = refusal;
  const whom = holds(source, isDirectMessage);
  if (allowed < 1) return describeNone('jobsAtOnce', allowed, whom, isDirectMessage);
  return `You have ${numberWords(underWay)} waiting in line or under way, and at most ${numberWords(allowed)} at a time ${isOrAre(allowed)} allowed ${whom}. Wait until one is finished, or cancel one that still waits.`;
}

function describeDay(refusal: Extract<Refusal, { name: 'images_per_day' }>, isDirectMessage: boolean): string {
  const { allowed, used, asked, resetsAtMs, source } = refusal;
  const whom = holds(source, isDirectMessage);
  if (allowed < 1) return describeNone('imagesPerDay', allowed, whom, isDirectMessage);
  const facts = `${images(allowed)} a day ${isOrAre(allowed)} allowed ${whom}. You have used ${numberWords(used)}, and this would be ${numberWords(asked)} more.`;
  const reset = `${relative(resetsAtMs)} (${utcWords(resetsAtMs)})`;
  const left = Math.floor(allowed - used);
  const fitting = (count: number) => `\`/timeless\` with \`samples\` of ${numberWords(count)} or less`;
  if (left >= 1) return `${facts} Use ${fitting(left)} now; the count starts anew ${reset}.`;
  const then = asked > allowed ? `, with ${fitting(Math.floor(allowed))}` : '';
  return `${facts} You can make more ${reset}${then}.`;
}

function describeBudget(refusal: Extract<Refusal, { name: 'budget' }>): string {
  const { period, budgetUsd, usedUsd, estimateUsd, opensAtMs } = refusal;
  if (budgetUsd <= 0) return `This server's budget for a ${period} is set to nothing, so no images can be made here.`;
  const cost = `this would cost about ${usdWords(estimateUsd)}`;
  if (opensAtMs === undefined)
    return `${usdWords(budgetUsd)} is all that this server may spend in a ${period}, and ${cost}. Use \`/timeless\` with fewer samples, fewer steps or a smaller size.`;
  const current = period === 'day' ? 'today' : 'this month';
  const left = Math.max(0, budgetUsd - usedUsd);
  return `This server's budget for ${current} is nearly or fully used: ${usdWords(left)} of ${usdWords(budgetUsd)} is left, and ${cost}. It opens again ${relative(opensAtMs)} (${utcWords(opensAtMs)}).`;
}

function explain(refusal: Exclude<Refusal, CeilingRefusal>, isDirectMessage: boolean): Explanation {
  switch (refusal.name) {
    case 'blocked': {
      const who =
        refusal.kind === 'member'
          ? 'Moderators have blocked you from making images in this server'
          : 'Moderators have blocked one of your roles from making images in this server';
      const until =
        refusal.untilMs === undefined
          ? ', until they lift it'
          : `. It ends ${relative(refusal.untilMs)} (<t:${Math.ceil(refusal.untilMs / 1_000)}:f>)`;
      const text = `${who}${until}.${reasonWords(refusal.reason)} Ask a moderator if this looks like a mistake.`;
      return { text, command: 'block' };
    }
    case 'paused':
      return {
        text: `Moderators paused making images in this server ${relativeTime(refusal.sinceMs)}.${reasonWords(refusal.reason)} Try again when they have resumed it; what was accepted before runs on.`,
        command: 'pause',
      };
    case 'channel_denied':
      return {
        text: `Images can't be made in ${mention('#', refusal.placeId)}, nor in what belongs to it. Use another channel.`,
        command: 'channels',
      };
    case 'channel_not_allowed': {
      const channels = refusal.allowedIds.map((id) => mention('#', id));
      return {
        text: `Images can't be made in this channel. They can be made in: ${listed(channels, LIST_LENGTH)}.`,
        command: 'channels',
      };
    }
    case 'channel_unknown':
      return {
        text: "This server has rules about channels, and the bot can't find out which channel or category this one belongs to. Use another channel, or ask a moderator to give the bot the permission View Channel there.",
        command: 'channels',
      };
    case 'not_age_restricted':
      return {
        text: 'In this server images can only be made in age-restricted channels. Use such a channel.',
        command: 'safety',
      };
    case 'private_not_allowed':
      return {
        text: 'Private images are not allowed in this server. Use `/timeless` without `private`.',
        command: 'safety',
      };
    case 'filtered': {
      const field = refusal.field === 'prompt' ? 'prompt' : 'negative prompt';
      return {
        text: `The ${field} has a word or phrase that this server's filter doesn't allow. Use \`/timeless\` with another ${field}. This counts towards no limit.`,
        command: 'filter',
      };
    }
    case 'above_limit':
      return { text: describeAbove(refusal, isDirectMessage), command: 'limits' };
    case 'cooldown':
      return {
        text: `A pause of ${durationWords(refusal.allowed)} between two requests holds ${holds(refusal.source, isDirectMessage)}. You can ask again ${relative(refusal.untilMs)}.`,
        command: 'limits',
      };
    case 'jobs_at_once':
      return { text: describeJobs(refusal, isDirectMessage), command: 'limits' };
    case 'images_per_day':
      return { text: describeDay(refusal, isDirectMessage), command: 'limits' };
    case 'budget':
      return { text: describeBudget(refusal), command: 'budget' };
    default:
      return refusal satisfies never;
  }
}

/**
 * What a member reads, privately, when the rules of a server or of direct messages don't let a request through. Names all but
 * the word of a filter, and fits into a message.
 */
export function policyRefusalText(
  refusal: Refusal,
  { isDirectMessage, texts }: { readonly isDirectMessage: boolean; readonly texts: Texts },
): string {
  if (isCeilingRefusal(refusal)) return ceilingRefusalText(refusal, texts);
  const { text, command } = explain(refusal, isDirectMessage);
  const setBy = isDirectMessage
    ? "The bot's operator sets this."
    : `Moderators set this with \`/timeless-config ${command}\`.`;
  return `${text} ${setBy} Nothing was started.`;
}
