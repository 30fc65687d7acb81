import type { Forced } from '../jobs/job.ts';
import { PARAMETERS } from '../segmind/parameters.ts';
import { joinTexts, type Style, withStyle } from '../styles/style.ts';
import { allowanceOf } from './allowance.ts';
import { isInForce } from './blocks.ts';
import { refuseBudget } from './budget.ts';
import type { Ceilings } from './ceilings.ts';
import { type Channel, refuseChannel } from './channels.ts';
import { effectiveLimit } from './effective-limit.ts';
import type { CostFactors } from './estimate.ts';
import type { Filter } from './filter.ts';
import { findFiltered } from './find-filtered.ts';
import { REQUEST_LIMIT_NAMES, requestLimit } from './limits.ts';
import type { PolicyRefusal } from './policy-refusal.ts';
import type { Block, Settings } from './schema.ts';
import type { MemberUsage, Spending } from './usage.ts';

/** A server's settings, prepared for decisions. */
export interface ModeratorRules {
  readonly settings: Settings;
  /** Of `settings.filterWords`. */
  readonly filter: Filter;
}

/** All rules of a server, or of direct messages. */
export interface Rules extends ModeratorRules {
  readonly ceilings: Ceilings;
}

/** The usage that counts for a member's request. */
export interface RequestUsage extends MemberUsage {
  /** Today, over all servers and direct messages. */
  readonly everywhere: Spending;
}

export interface Member {
  readonly id: string;
  /** From the interaction's payload; empty in direct messages. */
  readonly roleIds: readonly string[];
}

/** The images that a member requests, with the member's own texts. */
export interface ImageRequest extends CostFactors {
  readonly prompt: string;
  readonly negativePrompt?: string | undefined;
  readonly style?: Style | undefined;
  readonly isPrivate: boolean;
  readonly estimateUsd: number;
}

type Shown = Pick<ImageRequest, 'prompt' | 'negativePrompt' | 'style' | 'isPrivate'>;

export type Decision =
  | { readonly allowed: true; readonly forced: Forced }
  | { readonly allowed: false; readonly reason: PolicyRefusal };

/** Decides about a request. Pure: if it is allowed, the caller has to reserve synchronously. */
export function decide(
  { settings, filter, ceilings }: Rules,
  member: Member,
  channel: Channel,
  request: ImageRequest,
  usage: RequestUsage,
  nowMs: number,
): Decision {
  const reason =
    refuseShowing({ settings, filter, ceilings }, member, channel, request, nowMs) ??
    refuseLength(settings, request) ??
    refuseSize(settings, member, request) ??
    refuseUsage(settings, member, request, usage, nowMs) ??
    refuseBudget(settings, ceilings, usage, request.estimateUsd, nowMs);
  if (reason) return { allowed: false, reason };
  const { negativePrompt, spoilers } = settings.safety;
  return { allowed: true, forced: { spoilers, ...(negativePrompt === undefined ? {} : { negativePrompt }) } };
}

/** Why a member may not show an image here, whatever it costs; undefined if they may. */
export function refuseShowing(
  { settings, filter, ceilings }: Rules,
  member: Member,
  channel: Channel,
  image: Shown,
  nowMs: number,
): PolicyRefusal | undefined {
  return (
    refuseServer(ceilings) ??
    refuseBlocked(settings, member, nowMs) ??
    refusePaused(settings) ??
    refuseChannel(settings, channel) ??
    refusePrivate(settings, image) ??
    refuseText(filter, image)
  );
}

function refuseServer({ isServerAllowed }: Ceilings): PolicyRefusal | undefined {
  return isServerAllowed ? undefined : { name: 'server_not_allowed' };
}

/** Whether a block is in force for the member or one of the member's roles. */
function isBlockOf(block: Block, member: Member, nowMs: number): boolean {
  if (!isInForce(block, nowMs)) return false;
  const { kind, id } = block;
  return kind === 'member' ? id === member.id : member.roleIds.includes(id);
}

/** Of several blocks, the one that ends last. */
function refuseBlocked({ blocks }: Settings, member: Member, nowMs: number): PolicyRefusal | undefined {
  const endOf = (block: Block) => block.untilMs ?? Number.POSITIVE_INFINITY;
  const [block] = blocks
    .filter((candidate) => isBlockOf(candidate, member, nowMs))
    .toSorted((a, b) => (endOf(a) < endOf(b) ? 1 : -1));
  if (!block) return undefined;
  return {
    name: 'blocked',
    kind: block.kind,
    ...(block.untilMs === undefined ? {} : { untilMs: block.untilMs }),
    ...(block.reason === undefined ? {} : { reason: block.reason }),
  };
}

function refusePaused({ pause }: Settings): PolicyRefusal | undefined {
  return pause && { name: 'paused', reason: pause.reason, sinceMs: pause.atMs };
}

/** Why an image may not be private here; undefined if it may, or is not. */
export function refusePrivate(
  { safety }: Settings,
  { isPrivate }: Pick<ImageRequest, 'isPrivate'>,
): PolicyRefusal | undefined {
  return isPrivate && !safety.privateAllowed ? { name: 'private_not_allowed' } : undefined;
}

function refuseText(filter: Filter, request: Shown): PolicyRefusal | undefined {
  const filtered = findFiltered(filter, request);
  return filtered && { name: 'filtered', field: filtered.field };
}

/** What members type fits by itself; what the style and the server add may not. */
function refuseLength({ safety }: Settings, request: ImageRequest): PolicyRefusal | undefined {
  const styled = withStyle(request, request.style);
  const sent = { prompt: styled.prompt, negativePrompt: joinTexts(styled.negativePrompt, safety.negativePrompt) };
  for (const field of ['prompt', 'negativePrompt'] as const) {
    const { length } = sent[field];
    const { maxLength } = PARAMETERS[field];
    if (length > maxLength)
      return { name: 'too_long', field, length, maxLength, isStyled: request.style?.[field] !== undefined };
  }
  return undefined;
}

function refuseSize(settings: Settings, { roleIds }: Member, request: ImageRequest): PolicyRefusal | undefined {
  for (const limit of REQUEST_LIMIT_NAMES) {
    const { value, source } = effectiveLimit(settings, roleIds, limit);
    const asked = requestLimit(limit).measure(request);
    if (asked > value) return { name: 'above_limit', limit, asked, allowed: value, source };
  }
  return undefined;
}

function refuseUsage(
  settings: Settings,
  { roleIds }: Member,
  { samples }: ImageRequest,
  usage: MemberUsage,
  nowMs: number,
): PolicyRefusal | undefined {
  const { cooldown, jobsAtOnce, imagesPerDay } = allowanceOf(settings, roleIds, usage, nowMs);
  if (cooldown.untilMs !== undefined)
    return { name: 'cooldown', untilMs: cooldown.untilMs, allowed: cooldown.value, source: cooldown.source };
  if (jobsAtOnce.used + 1 > jobsAtOnce.value)
    return { name: 'jobs_at_once', underWay: jobsAtOnce.used, allowed: jobsAtOnce.value, source: jobsAtOnce.source };
  const { value, used, resetsAtMs, source } = imagesPerDay;
  if (used + samples <= value) return undefined;
  return { name: 'images_per_day', used, asked: samples, resetsAtMs, allowed: value, source };
}
