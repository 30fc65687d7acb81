import { PARAMETERS } from '../segmind/parameters.ts';
import type { LimitSource } from '../settings/effective-limit.ts';
import { LIMITS, type LimitName, requestLimit } from '../settings/limits.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Texts } from '../texts/index.ts';
import { explainCeiling } from './ceilings.ts';
import { isBlank } from './escape.ts';
import { countdown, relativeTime } from './facts.ts';
import { mention, quoted } from './format.ts';

/** Room for a moderator's reason. */
const REASON_LENGTH = 600;
/** Of the channels where images are allowed, how many are named. */
const MAX_CHANNELS = 5;

/** Where a request was refused, and in which language its member reads about it. */
export interface Reader {
  readonly texts: Texts;
  readonly isDirectMessage: boolean;
  /**
   * What the member used, if not a command: other advice helps then. `image` is a button that shows an existing image. The refusal
   * of a form has the button Edit again.
   */
  readonly used?: 'button' | 'form' | 'image' | undefined;
  /** Channels where images are allowed and that the member can see; empty when none is known. */
  readonly channelIds: readonly string[];
}

/** What is wrong, and what helps; and the subcommand that sets it, if one does. */
interface Explanation {
  readonly text: string;
  readonly advice?: string;
  readonly command?: string;
}

type RefusalNamed<Name extends PolicyRefusal['name']> = Extract<PolicyRefusal, { name: Name }>;
type NumberLimit = Exclude<LimitName, 'cooldownSeconds'>;

/** For whom a limit holds. */
function whomOf(source: LimitSource, { texts, isDirectMessage }: Reader): string {
  const { everyone, role, directMessages } = texts.policy.whom;
  if (isDirectMessage) return directMessages;
  return source.kind === 'role' ? role(mention('@&', source.roleId)) : everyone;
}

/** A limit that lets nothing through. */
function explainNone(limit: NumberLimit, allowed: number, source: LimitSource, reader: Reader): Explanation {
  const { policy, limited } = reader.texts;
  const command = 'limits';
  if (reader.isDirectMessage) return { ...policy.noDirectMessages, command };
  const smallest = allowed > 0 ? reader.texts.format.number(LIMITS[limit].smallest) : undefined;
  const text = policy.none(whomOf(source, reader), limited[limit](allowed), smallest);
  return { text, advice: policy.isItAMistake, command };
}

/** The side of the largest square that has no more than so many megapixels. */
function largestSide(megapixels: number): number {
  const { max, multipleOf } = PARAMETERS.width;
  return Math.min(max, Math.floor(Math.sqrt(megapixels * 1_000_000) / multipleOf) * multipleOf);
}

/** `asked` with as few decimals as still show that it is more than `allowed`. */
function roundAsked(asked: number, allowed: number): number {
  const rounded = Math.round(asked * 100) / 100;
  return rounded > allowed ? rounded : asked;
}

function explainAbove({ limit, asked, allowed, source }: RefusalNamed<'above_limit'>, reader: Reader): Explanation {
  const { parameter, smallest } = requestLimit(limit);
  if (allowed < smallest) return explainNone(limit, allowed, source, reader);
  const { policy, limited, format } = reader.texts;
  const { text } = policy.aboveLimit;
  const { use, useSize } = reader.used === 'form' && limit !== 'maxSamples' ? policy.inForm : policy.aboveLimit;
  const advice =
    parameter === undefined ? useSize(largestSide(allowed)) : use(PARAMETERS[parameter].option, Math.floor(allowed));
  const number = format.number(roundAsked(asked, allowed));
  return { text: text(whomOf(source, reader), limited[limit](allowed), number), advice, command: 'limits' };
}

function explainLength(
  { field, length, maxLength, isStyled }: RefusalNamed<'too_long'>,
  { texts, used }: Reader,
): Explanation {
  const { useEdit, shorten, shortenOrRestyle, ...texted } = texts.policy.tooLong;
  const typed = isStyled ? shortenOrRestyle : shorten;
  const advise = used === 'button' ? useEdit : used === 'form' ? texts.policy.inForm.shorten : typed;
  return { text: texted[field](length, maxLength, isStyled), advice: advise(length - maxLength) };
}

function explainJobs({ allowed, underWay, source }: RefusalNamed<'jobs_at_once'>, reader: Reader): Explanation {
  if (allowed < 1) return explainNone('jobsAtOnce', allowed, source, reader);
  const { text, advice } = reader.texts.policy.jobsAtOnce;
  const limit = reader.texts.limited.jobsAtOnce(allowed);
  return { text: text(whomOf(source, reader), limit, underWay), advice, command: 'limits' };
}

function explainDay(refusal: RefusalNamed<'images_per_day'>, reader: Reader): Explanation {
  const { allowed, used, asked, resetsAtMs, source } = refusal;
  if (allowed < 1) return explainNone('imagesPerDay', allowed, source, reader);
  const { text, useFewer, wait, waitAndUseFewer } = reader.texts.policy.imagesPerDay;
  const limit = reader.texts.limited.imagesPerDay(allowed);
  const left = Math.floor(allowed - used);
  const resets = countdown(resetsAtMs);
  const later = asked > allowed ? waitAndUseFewer(Math.floor(allowed), resets) : wait(resets);
  const advice = left >= 1 ? useFewer(left, resets) : later;
  return { text: text(whomOf(source, reader), limit, used, asked), advice, command: 'limits' };
}

function explainBudget(refusal: RefusalNamed<'budget'>, { texts, used: means }: Reader): Explanation {
  const { period, budgetUsd, usedUsd, estimateUsd, opensAtMs } = refusal;
  const { perPeriod, thisPeriod, none, tooSmall, useLess, used, tooLittleLeft, wait } = texts.policy.budget;
  const command = 'budget';
  if (budgetUsd <= 0) return { text: none(perPeriod[period]), advice: texts.policy.isItAMistake, command };
  // In whole cents, so that the cost is seen to be more than what is left.
  const costUsd = Math.ceil(estimateUsd * 100) / 100;
  const leftUsd = Math.floor(Math.max(0, budgetUsd - usedUsd) * 100) / 100;
  if (opensAtMs === undefined) {
    const advice = means === 'form' ? texts.policy.inForm.useLess : useLess;
    return { text: tooSmall(costUsd, budgetUsd, perPeriod[period]), advice, command };
  }
  const current = thisPeriod[period];
  const text = leftUsd > 0 ? tooLittleLeft(costUsd, leftUsd, budgetUsd, current) : used(budgetUsd, current);
  return { text, advice: wait(countdown(opensAtMs)), command };
}

function explainBlock({ kind, untilMs, reason }: RefusalNamed<'blocked'>, { texts }: Reader): Explanation {
  const { blocked, isItAMistake } = texts.policy;
  const ends =
    untilMs === undefined ? blocked.endless : blocked.ends(countdown(untilMs), `<t:${Math.ceil(untilMs / 1_000)}:f>`);
  return { text: `${blocked[kind]}${ends}${reasonText(reason, texts)}`, advice: isItAMistake, command: 'block' };
}

function reasonText(reason: string | undefined, { policy }: Texts): string {
  return reason === undefined || isBlank(reason) ? '' : policy.reason(quoted(reason, REASON_LENGTH));
}

/** Where to go instead: one or more channels by name, else in general. */
function whereElse({ texts, channelIds }: Reader, inGeneral = texts.policy.channel.tryAnother): string {
  const named = channelIds.slice(0, MAX_CHANNELS).map((id) => mention('#', id));
  return named.length > 0 ? texts.policy.channel.tryIn(named) : inGeneral;
}

function explain(refusal: PolicyRefusal, reader: Reader): Explanation {
  const { policy } = reader.texts;
  const { channel, inForm } = policy;
  const isForm = reader.used === 'form';
  const whenAllowed = reader.used === 'image' ? { advice: policy.whenAllowed } : {};
  switch (refusal.name) {
    case 'blocked':
      return explainBlock(refusal, reader);
    case 'paused': {
      const text = `${policy.paused.text(relativeTime(refusal.sinceMs))}${reasonText(refusal.reason, reader.texts)}`;
      return { text, advice: policy.paused.advice, command: 'pause' };
    }
    case 'channel_denied': {
      const text = channel.denied(mention('#', refusal.placeId));
      return { text, advice: whereElse(reader), command: 'channels' };
    }
    case 'channel_not_allowed':
      return { text: channel.notAllowed, advice: whereElse(reader), command: 'channels' };
    case 'channel_unknown': {
      const advice = `${whereElse(reader)} ${channel.askForAccess}`;
      return { text: channel.unknown, advice, command: 'channels' };
    }
    case 'not_age_restricted': {
      const advice = whereElse(reader, channel.tryAgeRestricted);
      return { text: channel.notAgeRestricted, advice, command: 'safety' };
    }
    case 'private_not_allowed':
      return {
        ...policy.privateNotAllowed,
        ...(isForm ? { advice: inForm.notPrivate } : whenAllowed),
        command: 'safety',
      };
    case 'filtered':
      return {
        ...policy.filtered[refusal.field],
        ...(isForm ? { advice: inForm.filtered[refusal.field] } : whenAllowed),
        command: 'filter',
      };
    case 'too_long':
      return explainLength(refusal, reader);
    case 'above_limit':
      return explainAbove(refusal, reader);
    case 'cooldown': {
      const { text, advice } = policy.cooldown;
      const what = text(whomOf(refusal.source, reader), refusal.allowed);
      return { text: what, advice: advice(countdown(refusal.untilMs)), command: 'limits' };
    }
    case 'jobs_at_once':
      return explainJobs(refusal, reader);
    case 'images_per_day':
      return explainDay(refusal, reader);
    case 'budget':
      return explainBudget(refusal, reader);
    case 'server_not_allowed':
    case 'operator_budget':
    case 'operator_guild_budget':
      return explainCeiling(refusal, reader.texts, isForm);
    default:
      return refusal satisfies never;
  }
}

/**
 * What a member reads, privately, when the rules of a server or of direct messages don't allow a request. Names all but the word
 * of a filter, and fits into a message.
 */
export function policyRefusalText(refusal: PolicyRefusal, reader: Reader): string {
  const { text, advice, command } = explain(refusal, reader);
  const { free, withSetBy, setBy } = reader.texts.policy;
  if (refusal.name === 'server_not_allowed') return text;
  // An image that exists may have cost something.
  const refused = reader.used === 'image' ? joined(text, advice) : free(text, advice);
  if (command === undefined) return refused;
  return withSetBy(refused, reader.isDirectMessage ? setBy.operator : setBy.moderators(command));
}

/** The same for a member who hasn't requested anything: why the rules wouldn't allow it now. */
export function policyReasonText(refusal: PolicyRefusal, reader: Reader): string {
  const { text, advice } = explain(refusal, reader);
  return joined(text, advice);
}

const joined = (text: string, advice: string | undefined) => (advice === undefined ? text : `${text} ${advice}`);
