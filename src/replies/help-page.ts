import type { APIEmbedField } from 'discord.js';
import { PARAMETERS } from '../segmind/parameters.ts';
import type { Allowance } from '../settings/allowance.ts';
import type { BudgetLeft } from '../settings/budget.ts';
import { megapixelsOf } from '../settings/estimate.ts';
import { REQUEST_LIMIT_NAMES, type RequestLimitName } from '../settings/limits.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Texts } from '../texts/index.ts';
import { allowanceLines } from './allowance-lines.ts';
import { relativeTime } from './facts.ts';
import { button, type MessageBody, message, rowOf } from './message.ts';
import { type PresentRefusals, presentRefusalsText } from './present-refusals.ts';

/** What Segmind's model takes at most, as far as it is shown. */
const MODEL_LIMITS: Readonly<Record<RequestLimitName, number>> = {
  maxSteps: PARAMETERS.steps.max,
  maxSamples: PARAMETERS.samples.max,
  maxMegapixels: Math.floor(megapixelsOf({ width: PARAMETERS.width.max, height: PARAMETERS.height.max }) * 100) / 100,
};

/** They pass by themselves, within minutes. */
const PASSING: ReadonlySet<PolicyRefusal['name']> = new Set(['cooldown', 'jobs_at_once']);

/** What applies to a member where they ask for help. */
export interface HelpFacts extends PresentRefusals {
  readonly isDirectMessage: boolean;
  /** Channels where images are allowed, if the refusal is about this one. */
  readonly channelIds: readonly string[];
  /** Which of the suggested prompts the server's filter lets through; the first is 1. */
  readonly examples: readonly number[];
  /** The names of the sizes that the member may use. */
  readonly sizes: readonly string[];
  readonly allowance: Allowance;
  /** Infinity for no limit. */
  readonly requestLimits: Readonly<Record<RequestLimitName, number>>;
  readonly budget: BudgetLeft | undefined;
  readonly isPrivateAllowed: boolean;
  readonly hasLogChannel: boolean;
}

function limitsText({ allowance, requestLimits, budget }: HelpFacts, texts: Texts): string {
  const { help, limited } = texts;
  const request = REQUEST_LIMIT_NAMES.map((name) => limited[name](Math.min(requestLimits[name], MODEL_LIMITS[name])));
  return [
    ...allowanceLines(allowance, texts).map(([label, value]) => `${label}: ${value}`),
    help.request(request),
    ...(budget
      ? [help.budget({ left: budget.leftUsd, of: budget.budgetUsd, resets: relativeTime(budget.opensAtMs) })]
      : []),
  ].join('\n');
}

/** How to make images, and what of it this member can do here. */
export function helpPage(facts: HelpFacts, texts: Texts): MessageBody {
  const { isDirectMessage, refusal, jobRefusal, channelIds, sizes, isPrivateAllowed, hasLogChannel } = facts;
  const { help } = texts;
  const reader = { texts, isDirectMessage, channelIds };
  const rightNow = presentRefusalsText(facts, reader);
  const canTry = !jobRefusal && (!refusal || PASSING.has(refusal.name));
  const examples = canTry ? facts.examples : [];
  const privacy = isPrivateAllowed ? help.private.allowed : help.private.notAllowed;
  const reportingHere = hasLogChannel ? help.report.menu : help.report.moderator;
  const lines: readonly (readonly [string, string | undefined])[] = [
    [help.rightNow, rightNow],
    [help.examples.label, examples.length > 0 ? help.examples.text : undefined],
    [help.sizes.label, sizes.length > 0 ? sizes.join(', ') : help.sizes.none],
    [help.limits, limitsText(facts, texts)],
    [help.private.label, isDirectMessage ? undefined : privacy],
    [help.report.label, isDirectMessage ? help.report.directMessage : reportingHere],
    [help.more, help.moreText],
  ];
  const fields = lines.flatMap(([name, value]): APIEmbedField[] => (value === undefined ? [] : [{ name, value }]));
  return {
    ...message('', {
      colour: rightNow ? 'warning' : 'progress',
      embed: { title: help.title, description: help.introduction, fields },
      buttons: [],
    }),
    components: rowOf(
      examples.map((number) =>
        button({ action: 'example', label: help.examples.prompts[number - 1] ?? '' }, String(number)),
      ),
    ),
  };
}
