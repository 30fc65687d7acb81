import * as z from 'zod';
import { snowflake } from '../snowflake.ts';
import { presetSchema } from '../styles/preset.ts';
import { STYLE_LIMITS, styleSchema } from '../styles/style.ts';
import { LIMIT_NAMES, LIMITS, type LimitName, NO_LIMIT } from './limits.ts';

/** Increased when the meaning of a setting changes; not when keys are only added. */
const SETTINGS_VERSION = 1;

/** The maximum length of a server's lists, and of its texts in characters. */
export const SETTINGS_LIMITS = {
  roles: 100,
  channels: 100,
  filterWords: 500,
  blocks: 1_000,
  moderatorRoles: 25,
  reasonLength: 300,
  blockNameLength: 100,
  negativePromptLength: 1_000,
} as const;

/** The largest budget for a day or a month. */
export const MAX_BUDGET_USD = 1_000_000;

const ids = (max: number) => z.array(snowflake).max(max).default([]).readonly();
const epochMs = z.int();
const reason = z.string().max(SETTINGS_LIMITS.reasonLength);

/** A schema for each name. */
function schemasFor<Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  toSchema: (name: Name) => Schema,
): Record<Name, Schema> {
  // Safe cast: there is an entry for every name.
  return Object.fromEntries(names.map((name) => [name, toSchema(name)])) as Record<Name, Schema>;
}

/** `0` allows nothing, `-1` is no limit, absent inherits. */
function limit(name: LimitName) {
  const { max, isWhole } = LIMITS[name];
  const value = (isWhole ? z.int() : z.number()).min(NO_LIMIT).max(max);
  return value.refine((given) => given === NO_LIMIT || given >= 0).exactOptional();
}

const limitsSchema = z.looseObject(schemasFor(LIMIT_NAMES, limit)).readonly();

const blockSchema = z
  .looseObject({
    kind: z.enum(['member', 'role']),
    id: snowflake,
    /** As Discord showed it when the block was set. */
    name: z.string().max(SETTINGS_LIMITS.blockNameLength).exactOptional(),
    /** Absent if it lasts until it is lifted. */
    untilMs: epochMs.exactOptional(),
    reason: reason.exactOptional(),
    byId: snowflake,
    atMs: epochMs,
  })
  .readonly();

const buttonPolicySchema = z.discriminatedUnion('who', [
  z.looseObject({ who: z.literal('requester') }).readonly(),
  /** Everyone who sees the message. */
  z.looseObject({ who: z.literal('anyone') }).readonly(),
  /** Only members with the role. */
  z.looseObject({ who: z.literal('role'), roleId: snowflake }).readonly(),
]);

/** US$; 0 allows nothing, -1 or absent is no limit. */
const budgetUsd = z
  .number()
  .min(NO_LIMIT)
  .max(MAX_BUDGET_USD)
  .refine((given) => given === NO_LIMIT || given >= 0)
  .exactOptional();

/**
 * All settings of a server. An empty object means the defaults. Keys that only a newer release knows are kept, so that a downgrade
 * loses nothing.
 */
export const settingsSchema = z
  .looseObject({
    version: z.int().min(1).default(SETTINGS_VERSION),
    limits: z
      .looseObject({
        everyone: limitsSchema.prefault({}),
        roles: z
          .record(snowflake, limitsSchema)
          .refine((roles) => Object.keys(roles).length <= SETTINGS_LIMITS.roles)
          .default({})
          .readonly(),
      })
      .readonly()
      .prefault({}),
    /** Channels and categories. */
    channels: z
      .looseObject({ allow: ids(SETTINGS_LIMITS.channels), deny: ids(SETTINGS_LIMITS.channels) })
      .readonly()
      .prefault({}),
    safety: z
      .looseObject({
        onlyAgeRestricted: z.boolean().default(false),
        spoilers: z.boolean().default(false),
        /** Added to that of every request; absent when there is none. */
        negativePrompt: z.string().min(1).max(SETTINGS_LIMITS.negativePromptLength).exactOptional(),
        privateAllowed: z.boolean().default(true),
      })
      .readonly()
      .prefault({}),
    /** As `parseFilterWord` returns them. */
    filterWords: z.array(z.string().max(200)).max(SETTINGS_LIMITS.filterWords).default([]).readonly(),
    blocks: z.array(blockSchema).max(SETTINGS_LIMITS.blocks).default([]).readonly(),
    /** For members who give none. */
    defaults: presetSchema.prefault({}),
    /** For all members; each has a name of its own. */
    styles: z.array(styleSchema).max(STYLE_LIMITS.stylesPerOwner).default([]).readonly(),
    budget: z.looseObject({ dayUsd: budgetUsd, monthUsd: budgetUsd }).readonly().prefault({}),
    logChannelId: snowflake.exactOptional(),
    /** Who may use the buttons, besides moderators. */
    buttons: z
      .looseObject({
        reroll: buttonPolicySchema.prefault({ who: 'anyone' }),
        newSeed: buttonPolicySchema.prefault({ who: 'anyone' }),
        delete: buttonPolicySchema.prefault({ who: 'requester' }),
      })
      .readonly()
      .prefault({}),
    pause: z.looseObject({ reason, byId: snowflake, atMs: epochMs }).readonly().exactOptional(),
    moderatorRoleIds: ids(SETTINGS_LIMITS.moderatorRoles),
  })
  .readonly();

export type Settings = z.output<typeof settingsSchema>;
export type Block = z.output<typeof blockSchema>;
export type ButtonPolicy = z.output<typeof buttonPolicySchema>;

/** The settings of a server whose moderators never changed any. */
export const defaultSettings: Settings = settingsSchema.parse({});
