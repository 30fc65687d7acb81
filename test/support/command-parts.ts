import type {
  APIModalInteractionResponseCallbackData,
  ButtonInteraction,
  ModalSubmitFields,
  ModalSubmitInteraction,
} from 'discord.js';
import type { CommandContext } from '../../src/commands/command.ts';
import type { Invoker, InvokerFacts } from '../../src/commands/invoker.ts';
import { Drafts } from '../../src/jobs/drafts.ts';
import type { Job, JobRequest } from '../../src/jobs/job.ts';
import type { Acceptance, JobRefusal } from '../../src/jobs/runner.ts';
import { Admission } from '../../src/settings/admission.ts';
import { utcDay } from '../../src/settings/calendar.ts';
import { CostEstimate } from '../../src/settings/estimate.ts';
import { PreferenceStore } from '../../src/settings/preference-store.ts';
import { SettingsStore } from '../../src/settings/store.ts';
import { UsageCache } from '../../src/settings/usage-cache.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import { recordedLog } from './job-fixtures.ts';
import {
  CHANNEL_ID,
  GUILD_ID,
  MEMBER_ID,
  MODERATOR_ID,
  NO_OPERATOR_LIMITS,
  parseSettings,
} from './settings-fixtures.ts';
import { newUrl, openForTest } from './storage/fixtures.ts';

/** The context of commands that make images: real settings and limits, and stand-ins for Discord and the jobs. */
export async function createCommandParts({ operatorLimits = NO_OPERATOR_LIMITS } = {}) {
  const database = await openForTest(await newUrl());
  const settings = new SettingsStore(database);
  const usageStore = new UsageStore(database);
  const cache = new UsageCache(usageStore);
  const { log, lines } = recordedLog();
  const parts = {
    /** What the member reads privately, or in the reply. */
    replies: [] as { readonly content?: string; readonly flags?: number; readonly components?: unknown[] }[],
    modals: [] as APIModalInteractionResponseCallbackData[],
    drafts: new Drafts(database),
    deferred: [] as object[],
    edits: [] as unknown[],
    accepted: [] as JobRequest[],
    refusals: [] as string[],
    noted: [] as object[],
    jobs: new Map<string, Job>(),
    refusal: undefined as JobRefusal | undefined,
    acceptance: 'accepted' as Acceptance,
    acknowledge: async (): Promise<void> => {},
  };
  const admission = new Admission({
    settings,
    cache,
    usageStore,
    costs: new CostEstimate(),
    operatorLimits,
    directMessageImagesPerDay: 2,
    onBudgetWarning: () => {},
    log,
  });
  // Safe cast: commands that make images use nothing else.
  const context = {
    findParent: async () => ({ isAgeRestricted: false }),
    jobs: {
      refusal: () => parts.refusal,
      async accept(
        request: JobRequest,
        acknowledge: () => Promise<unknown>,
        alongside: (db: never) => Promise<unknown>,
      ) {
        await acknowledge();
        if (parts.acceptance !== 'accepted') return parts.acceptance;
        const reason = await database.write((db) => alongside(db as never));
        if (reason !== undefined) return { name: 'refused', reason };
        parts.accepted.push(request);
        return parts.acceptance;
      },
      find: async (id: string) => parts.jobs.get(id),
    },
    admission,
    settings,
    preferences: new PreferenceStore(database, log),
    drafts: {
      save: (...draft: Parameters<Drafts['save']>) => parts.drafts.save(...draft),
      find: (userId: string) => parts.drafts.find(userId),
      remove: (...draft: Parameters<Drafts['remove']>) => parts.drafts.remove(...draft),
    },
    modLog: { note: (_: string, entry: object) => parts.noted.push(entry) },
    shardOf: () => 0,
    onRefused: (reason: string) => parts.refusals.push(reason),
    log,
  } as unknown as CommandContext;
  // Safe cast: commands that make images use nothing else of an interaction.
  const interaction = {
    id: '600000000000000001',
    applicationId: '700000000000000001',
    token: 'token',
    locale: 'de',
    attachmentSizeLimit: 10_485_760,
    isButton: () => false,
    isModalSubmit: () => false,
    reply: async (message: object) => parts.replies.push(message),
    async deferReply(options: object) {
      await parts.acknowledge();
      parts.deferred.push(options);
    },
    editReply: async (content: unknown) => parts.edits.push(content),
    showModal: async (modal: APIModalInteractionResponseCallbackData) => parts.modals.push(modal),
  } as unknown as ButtonInteraction;
  const invoker: InvokerFacts = {
    userId: MEMBER_ID,
    roleIds: [],
    permissions: 0n,
    guildId: GUILD_ID,
    channel: { id: CHANNEL_ID, type: 0, parentId: null, isAgeRestricted: false },
    botPermissions: 0n,
    namedChannels: new Map(),
  };
  /** The same interaction, as that of a submitted form. */
  const submitting = (fields: Pick<ModalSubmitFields, 'fields'>) =>
    // Safe cast: commands use nothing else of a form.
    Object.assign(interaction, { fields, isModalSubmit: () => true }) as unknown as ModalSubmitInteraction;
  const set = (given: object) => settings.change(GUILD_ID, MODERATOR_ID, () => parseSettings(given));
  /** What another process spends in another server, after this one has started. */
  const spendElsewhere = async (costUsd: number) => {
    await admission.recordMissedCharges(
      () => true,
      async () => undefined,
    );
    const row = { guild_id: '1', day: utcDay(Date.now()), member_id: '2', images: 1, accepted_at: 3 };
    await database.db
      .insertInto('usage_totals')
      .values({ ...row, cost_usd: costUsd })
      .execute();
  };
  /** How many images the member has used or reserved today. */
  const imagesUsed = async () => (await cache.load(GUILD_ID)).of(MEMBER_ID, Date.now()).imagesToday;
  /** The invoker with the rules as they are now. */
  const invokedBy = (facts: InvokerFacts = invoker): Invoker => ({
    ...facts,
    rules: admission.loadRules(facts.guildId),
  });
  return Object.assign(parts, {
    context,
    interaction,
    submitting,
    invoker,
    invokedBy,
    set,
    spendElsewhere,
    imagesUsed,
    lines,
  });
}
