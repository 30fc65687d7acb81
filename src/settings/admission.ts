import type { Forced } from '../jobs/job.ts';
import type { JobCharge } from '../jobs/upkeep/job-charge.ts';
import type { Database } from '../storage/database.ts';
import { now, within } from '../time.ts';
import { type Allowance, allowanceOf } from './allowance.ts';
import { monthOf, utcDay } from './calendar.ts';
import type { Channel } from './channels.ts';
import type { CostEstimate, CostFactors } from './estimate.ts';
import { NO_LIMIT } from './limits.ts';
import { decide, type ImageRequest, type Member, type Rules } from './policy.ts';
import type { PolicyRefusal } from './policy-refusal.ts';
import { directMessageRules } from './rules.ts';
import type { SettingsStore } from './store.ts';
import type { Spending, Usage } from './usage.ts';
import type { UsageCache } from './usage-cache.ts';
import { DIRECT_MESSAGES, type UsageStore } from './usage-store.ts';

/** How long an interaction waits for what the database has of its server. Discord takes an answer within 3 s. */
export const LOAD_TIMEOUT_MS = 1_000;
/** The share of a budget at which moderators are warned. */
const WARNING_SHARE = 0.8;

/** A budget that has just reached its `WARNING_SHARE`. US$. */
export interface BudgetWarning {
  readonly period: 'day' | 'month';
  readonly usedUsd: number;
  readonly budgetUsd: number;
}

/** What is about to be made, for whom and where. */
export interface AdmissionRequest {
  readonly jobId: string;
  readonly member: Member;
  readonly channel: Channel;
  readonly request: Omit<ImageRequest, 'estimateUsd'>;
}

interface RecordedCharge extends JobCharge {
  /** False gives back the cooldown as well: nobody was told that the job was taken. Default true. */
  readonly wasAccepted?: boolean;
}

export type AdmissionAnswer =
  | {
      readonly allowed: true;
      readonly forced: Forced;
      /** Takes what the job needs of the limits. To be called in the same synchronous step, or never. */
      readonly reserve: () => Reserved;
    }
  | { readonly allowed: false; readonly reason: PolicyRefusal };

export interface Reserved {
  /** Stores the reservation, in the transaction that stores the job. */
  readonly store: (db: Database['db']) => Promise<void>;
  /** Takes it back, cooldown included, when the job was not accepted after all; not before that transaction has ended. */
  readonly undo: () => Promise<void>;
}

interface AdmissionDependencies {
  readonly settings: SettingsStore;
  readonly cache: UsageCache;
  readonly usageStore: UsageStore;
  readonly costs: CostEstimate;
  /** Images a member may make on a UTC day in direct messages; 0 is none. */
  readonly directMessageImagesPerDay: number;
  readonly onBudgetWarning: (guildId: string, warning: BudgetWarning) => void;
}

/** Who may have an image made: the one place that asks the policy, and that counts. */
export class Admission {
  readonly #parts: AdmissionDependencies;
  readonly #directMessageRules: Rules;
  /** Of each server and period, of what moderators were warned last. */
  readonly #warned = new Map<string, string>();

  constructor(parts: AdmissionDependencies) {
    this.#parts = parts;
    this.#directMessageRules = directMessageRules(parts.directMessageImagesPerDay);
  }

  /** The rules of a server, or of direct messages. @throws what the database throws */
  async loadRules(guildId: string | undefined): Promise<Rules> {
    return guildId === undefined ? this.#directMessageRules : this.#parts.settings.load(guildId);
  }

  /**
   * Makes ready for synchronous questions about a server, or about direct messages.
   * @param rules those of the server
   * @returns undefined when the database doesn't answer within a second
   */
  async open(
    guildId: string | undefined,
    rules: Rules,
  ): Promise<((asked: AdmissionRequest) => AdmissionAnswer) | undefined> {
    const key = guildId ?? DIRECT_MESSAGES;
    const usage = this.#parts.cache.get(key) ?? (await within(LOAD_TIMEOUT_MS, this.#parts.cache.load(key)));
    return usage && ((asked) => this.#ask({ key, rules, usage }, asked));
  }

  /** What is left for a member of a server, or in direct messages; undefined when the database doesn't answer within a second. */
  async allowance(guildId: string | undefined, { settings }: Rules, member: Member): Promise<Allowance | undefined> {
    const { cache } = this.#parts;
    const key = guildId ?? DIRECT_MESSAGES;
    const usage = cache.get(key) ?? (await within(LOAD_TIMEOUT_MS, cache.load(key)));
    return usage && allowanceOf(settings, member.roleIds, usage.of(member.id, now()), now());
  }

  /** What a server has spent and reserved; undefined when the database doesn't say within a second. */
  async spending(guildId: string): Promise<{ today: Spending; thisMonth: Spending } | undefined> {
    const { cache } = this.#parts;
    const usage = cache.get(guildId) ?? (await within(LOAD_TIMEOUT_MS, cache.load(guildId)));
    return usage?.spending(now());
  }

  /** Notes what a job has really cost, or that it cost nothing; the second time nothing happens. */
  async recordCharge({ jobId, guildId, isCharged, costUsd, wasAccepted = true }: RecordedCharge): Promise<void> {
    const { cache } = this.#parts;
    const key = guildId ?? DIRECT_MESSAGES;
    if (!isCharged) return cache.giveBack(key, jobId, { wasAccepted });
    const usage = await cache.load(key);
    const settled = cache.replaceEstimate(key, jobId, costUsd === undefined ? undefined : Math.max(0, costUsd));
    this.#watchBudget(key, usage);
    await settled;
  }

  /**
   * At the start: settles what an earlier process has reserved and not settled.
   * @param isOwn whether a server, or direct messages without one, are this process's
   * @param find what became of a job; `under way` when it has not ended, undefined when it is gone
   */
  async recordMissedCharges(
    isOwn: (guildId: string | undefined) => boolean,
    find: (jobId: string) => Promise<JobCharge | 'under way' | undefined>,
  ): Promise<void> {
    for (const { jobId, guildId } of await this.#parts.usageStore.reservedJobs()) {
      if (!isOwn(guildId === DIRECT_MESSAGES ? undefined : guildId)) continue;
      const found = await find(jobId);
      if (found === 'under way') continue;
      const gone = { jobId, ...(guildId === DIRECT_MESSAGES ? {} : { guildId }), isCharged: false, wasAccepted: false };
      await this.recordCharge(found ?? gone);
    }
  }

  /** Remembers what such a request has cost. */
  recordCost(factors: CostFactors, costUsd: number): void {
    this.#parts.costs.record(factors, costUsd);
  }

  #ask({ key, rules, usage }: { key: string; rules: Rules; usage: Usage }, asked: AdmissionRequest): AdmissionAnswer {
    const { cache, usageStore, costs } = this.#parts;
    const { jobId, member, channel } = asked;
    const request = { ...asked.request, estimateUsd: costs.estimateUsd(asked.request) };
    const decision = decide(rules, member, channel, request, usage.of(member.id, now()), now());
    if (!decision.allowed) return decision;
    const reserve = (): Reserved => {
      const taken = { jobId, memberId: member.id, images: request.samples, estimateUsd: request.estimateUsd };
      const reservation = usage.reserve(taken, now());
      this.#watchBudget(key, usage);
      return {
        store: (db) => usageStore.reserve(key, reservation, db),
        undo: () => cache.giveBack(key, jobId, { wasAccepted: false }),
      };
    };
    return { allowed: true, forced: decision.forced, reserve };
  }

  /** Tells moderators, once a day or month, of a budget that is nearly used up. */
  #watchBudget(guildId: string, usage: Usage): void {
    const { settings, onBudgetWarning } = this.#parts;
    const { dayUsd = NO_LIMIT, monthUsd = NO_LIMIT } = settings.get(guildId)?.settings.budget ?? {};
    if (dayUsd <= 0 && monthUsd <= 0) return;
    const { today, thisMonth } = usage.spending(now());
    const day = utcDay(now());
    for (const { period, date, budgetUsd, spending } of [
      { period: 'day', date: day, budgetUsd: dayUsd, spending: today },
      { period: 'month', date: monthOf(day), budgetUsd: monthUsd, spending: thisMonth },
    ] as const) {
      const usedUsd = spending.spentUsd + spending.reservedUsd;
      const key = `${guildId} ${period}`;
      const warning = `${date} ${budgetUsd}`;
      if (budgetUsd <= 0 || usedUsd < budgetUsd * WARNING_SHARE || this.#warned.get(key) === warning) continue;
      this.#warned.set(key, warning);
      onBudgetWarning(guildId, { period, usedUsd, budgetUsd });
    }
  }
}
