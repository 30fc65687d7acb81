import type { Forced } from '../jobs/job.ts';
import type { JobCharge } from '../jobs/upkeep/job-charge.ts';
import type { Log } from '../log.ts';
import type { Database } from '../storage/database.ts';
import { now, within } from '../time.ts';
import { type Allowance, allowanceOf } from './allowance.ts';
import { refuseCeiling } from './budget.ts';
import { type BudgetWarning, BudgetWatch } from './budget-watch.ts';
import { utcDay } from './calendar.ts';
import { type Ceilings, ceilingsOf, hasBudget, type OperatorLimits } from './ceilings.ts';
import type { Channel } from './channels.ts';
import type { CostEstimate, CostFactors } from './estimate.ts';
import { decide, type ImageRequest, type Member, type ModeratorRules, type Rules } from './policy.ts';
import type { PolicyRefusal } from './policy-refusal.ts';
import { directMessageRules } from './rules.ts';
import type { SettingsStore } from './store.ts';
import type { Reservation, Spending, Usage } from './usage.ts';
import type { UsageCache } from './usage-cache.ts';
import { DIRECT_MESSAGES, type UsageStore } from './usage-store.ts';

/** How long an interaction waits for the database. Discord requires an answer within 3 s. */
export const LOAD_TIMEOUT_MS = 1_000;
const NOTHING: Spending = { spentUsd: 0, reservedUsd: 0 };

/** The images that are requested, by whom and where. */
export interface AdmissionRequest {
  readonly jobId: string;
  readonly member: Member;
  readonly channel: Channel;
  readonly request: Omit<ImageRequest, 'estimateUsd'>;
}

interface RecordedCharge extends JobCharge {
  /** Whether the member has read that the job was accepted; if not, the cooldown is undone as well. Default true. */
  readonly wasAccepted?: boolean;
}

export type AdmissionAnswer =
  | {
      readonly allowed: true;
      readonly forced: Forced;
      /** Reserves what the job needs. To be called synchronously, or never. */
      readonly reserve: () => Reserved;
    }
  | { readonly allowed: false; readonly reason: PolicyRefusal };

export interface Reserved {
  /**
   * Stores the reservation in the transaction that stores the job; or, if one of the operator's budgets doesn't allow it over all
   * processes, returns that refusal and stores nothing.
   */
  readonly store: (db: Database['db']) => Promise<PolicyRefusal | undefined>;
  /** Undoes the reservation and the cooldown of a job that was not accepted after all; to be called after that transaction. */
  readonly undo: () => Promise<void>;
}

interface AdmissionDependencies {
  readonly settings: SettingsStore;
  readonly cache: UsageCache;
  readonly usageStore: UsageStore;
  readonly costs: CostEstimate;
  readonly operatorLimits: OperatorLimits;
  /** How many images a member may request on a UTC day in direct messages; 0 allows none. */
  readonly directMessageImagesPerDay: number;
  /** Tells the moderators of a server. */
  readonly onBudgetWarning: (guildId: string, warning: BudgetWarning) => void;
  readonly log: Log;
}

/** Where a request comes from, with what decides about it. */
interface Place {
  readonly guildId: string | undefined;
  /** For the usage cache. */
  readonly key: string;
  readonly rules: Rules;
  readonly usage: Usage;
}

/** Decides about requests by the policy, and counts their usage. */
export class Admission {
  readonly #parts: AdmissionDependencies;
  readonly #directMessageRules: ModeratorRules;
  readonly #watch: BudgetWatch;

  constructor(parts: AdmissionDependencies) {
    this.#parts = parts;
    this.#directMessageRules = directMessageRules(parts.directMessageImagesPerDay);
    this.#watch = new BudgetWatch(parts);
  }

  /** The operator's limits for a server, or for direct messages. */
  ceilingsOf(guildId: string | undefined): Ceilings {
    return ceilingsOf(this.#parts.operatorLimits, guildId);
  }

  /** The rules of a server, or of direct messages. @throws what the database throws */
  async loadRules(guildId: string | undefined): Promise<Rules> {
    const rules = guildId === undefined ? this.#directMessageRules : await this.#parts.settings.load(guildId);
    return { ...rules, ceilings: this.ceilingsOf(guildId) };
  }

  /**
   * Prepares synchronous decisions for a server, or for direct messages.
   * @param rules of the server
   * @returns decides about a request; undefined when the database doesn't answer within a second
   */
  async open(
    guildId: string | undefined,
    rules: Rules,
  ): Promise<((asked: AdmissionRequest) => AdmissionAnswer) | undefined> {
    const { cache } = this.#parts;
    const key = guildId ?? DIRECT_MESSAGES;
    const [usage] = await Promise.all([
      cache.get(key) ?? within(LOAD_TIMEOUT_MS, cache.load(key)),
      // If this fails, only the transaction that stores the job decides.
      within(LOAD_TIMEOUT_MS, cache.refresh()).catch(() => undefined),
    ]);
    return usage && ((asked) => this.#ask({ guildId, key, rules, usage }, asked));
  }

  /** Today's spending of all servers and direct messages; undefined until it was read. */
  spendingEverywhere(): Spending | undefined {
    const { cache } = this.#parts;
    cache.refresh().catch((error: unknown) => this.#parts.log.warn({ err: error }, 'spending not read'));
    return cache.everywhere;
  }

  /** US$ that the server with the most costs has spent today, over all processes; undefined when that can't be read within a second. */
  async maxGuildSpending(): Promise<number | undefined> {
    const { usageStore, log } = this.#parts;
    try {
      return await within(LOAD_TIMEOUT_MS, usageStore.maxGuildSpending(utcDay(now())));
    } catch (error) {
      log.warn({ err: error }, 'spending not read');
      return undefined;
    }
  }

  /** What is left for a member of a server, or in direct messages; undefined when the database doesn't answer within a second. */
  async allowance(guildId: string | undefined, { settings }: Rules, member: Member): Promise<Allowance | undefined> {
    const { cache } = this.#parts;
    const key = guildId ?? DIRECT_MESSAGES;
    const usage = cache.get(key) ?? (await within(LOAD_TIMEOUT_MS, cache.load(key)));
    return usage && allowanceOf(settings, member.roleIds, usage.of(member.id, now()), now());
  }

  /** What a server has spent and reserved; undefined when the database doesn't answer within a second. */
  async spending(guildId: string): Promise<{ today: Spending; thisMonth: Spending } | undefined> {
    const { cache } = this.#parts;
    const usage = cache.get(guildId) ?? (await within(LOAD_TIMEOUT_MS, cache.load(guildId)));
    return usage?.spending(now());
  }

  /** To be called with every refusal: warns the operator about a budget that is used up. */
  noteRefusal(guildId: string | undefined, refusal: PolicyRefusal): void {
    this.#watch.noteRefusal(guildId, refusal);
  }

  /** Records what a job cost, or that it cost nothing. A second call does nothing. */
  async recordCharge({ jobId, guildId, isCharged, costUsd, wasAccepted = true }: RecordedCharge): Promise<void> {
    const { cache } = this.#parts;
    const key = guildId ?? DIRECT_MESSAGES;
    if (!isCharged) return cache.releaseReservation(key, jobId, { wasAccepted });
    const usage = await cache.load(key);
    const stored = cache.replaceEstimate(key, jobId, costUsd === undefined ? undefined : Math.max(0, costUsd));
    this.#watchBudgets(guildId, usage);
    await stored;
  }

  /**
   * At the start: reads the spending, and records the charges that an earlier process did not.
   * @param isOwn whether a server, or direct messages without one, belong to this process
   * @param find the charge of a job; `under way` when it has not ended, undefined when it is gone
   */
  async recordMissedCharges(
    isOwn: (guildId: string | undefined) => boolean,
    find: (jobId: string) => Promise<JobCharge | 'under way' | undefined>,
  ): Promise<void> {
    await this.#parts.cache.refresh();
    for (const { jobId, guildId } of await this.#parts.usageStore.reservedJobs()) {
      if (!isOwn(guildId === DIRECT_MESSAGES ? undefined : guildId)) continue;
      const found = await find(jobId);
      if (found === 'under way') continue;
      const gone = { jobId, ...(guildId === DIRECT_MESSAGES ? {} : { guildId }), isCharged: false, wasAccepted: false };
      await this.recordCharge(found ?? gone);
    }
  }

  /** Remembers what such a request cost, for estimates. */
  recordCost(factors: CostFactors, costUsd: number): void {
    this.#parts.costs.record(factors, costUsd);
  }

  #ask({ guildId, key, rules, usage }: Place, asked: AdmissionRequest): AdmissionAnswer {
    const { cache, costs } = this.#parts;
    const { jobId, member, channel } = asked;
    const request = { ...asked.request, estimateUsd: costs.estimateUsd(asked.request) };
    const used = { ...usage.of(member.id, now()), everywhere: cache.everywhere ?? NOTHING };
    const decision = decide(rules, member, channel, request, used, now());
    if (!decision.allowed) return decision;
    const reserve = (): Reserved => {
      const taken = { jobId, memberId: member.id, images: request.samples, estimateUsd: request.estimateUsd };
      const reservation = cache.reserve(key, taken);
      this.#watchBudgets(guildId, usage);
      return {
        store: (db) => this.#store(guildId, reservation, db),
        undo: () => cache.releaseReservation(key, jobId, { wasAccepted: false }),
      };
    };
    return { allowed: true, forced: decision.forced, reserve };
  }

  async #store(
    guildId: string | undefined,
    reservation: Reservation,
    db: Database['db'],
  ): Promise<PolicyRefusal | undefined> {
    const { usageStore } = this.#parts;
    const { day, estimateUsd, acceptedAtMs } = reservation;
    const key = guildId ?? DIRECT_MESSAGES;
    const ceilings = this.ceilingsOf(guildId);
    const refusal = hasBudget(ceilings)
      ? refuseCeiling(ceilings, await usageStore.spendingOn(day, key, db), estimateUsd, acceptedAtMs)
      : undefined;
    if (!refusal) await usageStore.reserve(key, reservation, db);
    return refusal;
  }

  #watchBudgets(guildId: string | undefined, usage: Usage): void {
    const { settings, cache } = this.#parts;
    const budget = (guildId === undefined ? undefined : settings.get(guildId)?.settings.budget) ?? {};
    const spending = { ...usage.spending(now()), everywhere: cache.everywhere ?? NOTHING };
    this.#watch.look({ guildId, budget, ceilings: this.ceilingsOf(guildId) }, spending);
  }
}
