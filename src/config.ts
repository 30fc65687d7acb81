import { resolve } from 'node:path';
import { populate } from 'dotenv';
import * as z from 'zod';
import { type EnvFile, readEnvFile } from './environment/env-file.ts';
import { gatherSettings } from './environment/gather-settings.ts';
import { findKeyProblem, findTokenProblem } from './environment/secret-shapes.ts';
import {
  apiUrl,
  dailyBudget,
  flag,
  hostList,
  secret,
  secretFile,
  serverIds,
  shardCount,
  shardIds,
  wholeNumber,
} from './environment/value-kinds.ts';
import { SNOWFLAKE } from './snowflake.ts';

/** Settings are missing or malformed. Each problem is one line: the name, what is wrong, what is allowed, never the value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  /** What may have caused them, one line each. */
  readonly hints: readonly string[];

  constructor(problems: readonly string[], hints: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
    this.hints = hints;
  }
}

/** @param ids each once, in ascending order */
function nameAll(ids: readonly number[] | undefined, count: number | 'auto'): boolean {
  return ids?.length === count && ids.at(-1) === count - 1;
}

const settings = z
  .object({
    DISCORD_TOKEN: secret("is required: the bot's token", findTokenProblem),
    DISCORD_TOKEN_FILE: secretFile,
    DISCORD_API_URL: apiUrl.default('https://discord.com/api'),
    DISCORD_GUILD_ID: z.string().regex(SNOWFLAKE, 'must be a server id of 17 to 20 digits').optional(),
    DISCORD_SHARD_COUNT: shardCount,
    DISCORD_SHARD_IDS: shardIds.optional(),
    SEGMIND_API_KEY: secret('is required: SG_ and 16 hexadecimal digits', findKeyProblem),
    SEGMIND_API_KEY_FILE: secretFile,
    SEGMIND_API_URL: apiUrl.default('https://api.segmind.com'),
    SEGMIND_MODE: z.enum(['async', 'sync'], { error: 'must be async or sync' }).default('async'),
    SEGMIND_BASE64: flag.default(false),
    SEGMIND_IMAGE_HOSTS: hostList.default(['images.segmind.com', 'segmind-inference-io.s3.amazonaws.com']),
    SEGMIND_REQUESTS_PER_MINUTE: wholeNumber(1, 10_000).default(5),
    SEGMIND_MAX_IN_FLIGHT: wholeNumber(1, 10_000).default(50),
    QUEUE_LIMIT: wholeNumber(1, 1_000_000).optional(),
    JOB_DEADLINE_SECONDS: wholeNumber(10, 3_500).default(600),
    JOB_RETENTION_DAYS: wholeNumber(1, 3_650).default(90),
    DM_IMAGES_PER_DAY: wholeNumber(0, 100_000).default(5),
    OPERATOR_GUILD_IDS: serverIds.default([]),
    ALLOWED_GUILD_IDS: serverIds.default([]),
    BUDGET_USD_PER_DAY: dailyBudget.default(10),
    GUILD_BUDGET_USD_PER_DAY: dailyBudget.default(2),
    DATABASE_URL: z
      .string()
      .regex(/^(file:|postgres(ql)?:\/\/)/, 'must be file: and a path, or a postgres:// URL')
      .default('file:./data/timeless.db'),
    DATABASE_URL_FILE: secretFile,
    HTTP_PORT: wholeNumber(1, 65_535).optional(),
    HTTP_HOST: z
      .string()
      .regex(/^[\w.:-]+$/, 'must be an IP address or a host name of this machine')
      .default('127.0.0.1'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be fatal, error, warn, info, debug, trace or silent',
      })
      .default('info'),
    LOG_PROMPTS: flag.default(false),
  })
  .transform((env) => ({
    discord: {
      token: env.DISCORD_TOKEN,
      apiUrl: env.DISCORD_API_URL,
      guildId: env.DISCORD_GUILD_ID,
      shardCount: env.DISCORD_SHARD_COUNT,
      /** Undefined: all. */
      shardIds: nameAll(env.DISCORD_SHARD_IDS, env.DISCORD_SHARD_COUNT) ? undefined : env.DISCORD_SHARD_IDS,
      operatorGuildIds: env.OPERATOR_GUILD_IDS,
    },
    segmind: {
      apiKey: env.SEGMIND_API_KEY,
      apiUrl: env.SEGMIND_API_URL,
      mode: env.SEGMIND_MODE,
      base64: env.SEGMIND_BASE64,
      imageHosts: env.SEGMIND_IMAGE_HOSTS,
      requestsPerMinute: env.SEGMIND_REQUESTS_PER_MINUTE,
      maxInFlight: env.SEGMIND_MAX_IN_FLIGHT,
    },
    jobs: {
      // Ten minutes of work at the full rate.
      queueLimit: env.QUEUE_LIMIT ?? 10 * env.SEGMIND_REQUESTS_PER_MINUTE,
      deadlineMs: env.JOB_DEADLINE_SECONDS * 1_000,
      retentionDays: env.JOB_RETENTION_DAYS,
      directMessageImagesPerDay: env.DM_IMAGES_PER_DAY,
    },
    operatorLimits: {
      allowedGuildIds: env.ALLOWED_GUILD_IDS,
      dayUsd: env.BUDGET_USD_PER_DAY,
      guildDayUsd: env.GUILD_BUDGET_USD_PER_DAY,
    },
    databaseUrl: env.DATABASE_URL,
    /** Undefined: nothing is served. */
    http: env.HTTP_PORT === undefined ? undefined : { port: env.HTTP_PORT, host: env.HTTP_HOST },
    log: { level: env.LOG_LEVEL, prompts: env.LOG_PROMPTS },
  }));

export type Config = z.output<typeof settings>;

/** Problems of settings in combination: a process with a part of the shards shares the database and budget with others. */
function shardProblems({ discord: { shardCount: count, shardIds: ids }, ...config }: Config): Map<string, string> {
  const problems = new Map<string, string>();
  if (!ids) return problems;
  if (count === 'auto') return problems.set('DISCORD_SHARD_COUNT', 'must be a number with DISCORD_SHARD_IDS');
  if (ids.some((id) => id >= count)) return problems.set('DISCORD_SHARD_IDS', 'must be below DISCORD_SHARD_COUNT');
  const reason = 'in a process with a part of the shards (DISCORD_SHARD_IDS)';
  if (!/^postgres/.test(config.databaseUrl)) problems.set('DATABASE_URL', `must be a postgres:// URL ${reason}`);
  return problems;
}

/** The names of all settings. */
export const SETTING_NAMES: ReadonlySet<string> = new Set(Object.keys(settings.in.shape));
const REQUIRED = Object.entries(settings.in.shape).flatMap(([name, type]) =>
  type.safeParse(undefined).success ? [] : [name],
);

/** @param file that a part of `env` comes from */
function validate(env: NodeJS.ProcessEnv, file?: EnvFile) {
  const gathered = gatherSettings(env, SETTING_NAMES);
  const parsed = settings.safeParse(gathered.values);
  const problems = new Map([...problemsOf(parsed), ...gathered.problems]);
  const isIncomplete = REQUIRED.some((name) => !(name in gathered.values) && !gathered.problems.has(name));
  const missing = isIncomplete && file?.missing !== undefined ? [file.missing] : [];
  return { gathered, parsed, problems, hints: [...gathered.hints, ...(file?.hints ?? []), ...missing] };
}

/**
 * The settings of the process; `.env.example` names each with its default, unit and range. An empty value counts as not set.
 * @throws ConfigError with one problem for each bad setting
 */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  return configOf(validate(env));
}

function configOf({ parsed, problems, hints }: ReturnType<typeof validate>): Config {
  if (parsed.success && problems.size === 0) return parsed.data;
  throw new ConfigError(
    [...problems].map(([name, problem]) => `${name} ${problem}.`),
    hints,
  );
}

/** Each setting by itself: some may have problems. */
export interface EnvironmentSettings {
  /** Settings without a problem, by name, with defaults. */
  readonly values: Partial<z.output<(typeof settings)['in']>>;
  /** What is wrong with the others, by name. */
  readonly problems: ReadonlyMap<string, string>;
  /** How many were given a value. */
  readonly given: number;
  /** What is harmless but should be changed, or may have caused a problem; one sentence each. */
  readonly hints: readonly string[];
}

/** As `parseConfig`, but treats each setting by itself and doesn't throw. */
export function parseSettings(env: NodeJS.ProcessEnv, file?: EnvFile): EnvironmentSettings {
  const { gathered, problems, hints } = validate(env, file);
  const valid = Object.fromEntries(Object.entries(gathered.values).filter(([name]) => !problems.has(name)));
  const values = Object.entries(settings.in.partial().parse(valid)).filter(([name]) => !problems.has(name));
  const given = Object.keys(gathered.values).length + gathered.problems.size;
  return { values: Object.fromEntries(values), problems, given, hints };
}

function problemsOf(parsed: z.ZodSafeParseResult<Config>): Map<string, string> {
  if (parsed.success) return shardProblems(parsed.data);
  return new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
}

/** discord.js reads these as its own settings: it would skip shards, or end the process on `auto`. */
const DISCORD_JS_SETTINGS = ['SHARDS', 'SHARD_COUNT', 'SHARDING_MANAGER', 'SHARDING_MANAGER_MODE'];

/** The process's environment, completed by a `.env` file in the working folder. */
function readEnvironment(): [NodeJS.ProcessEnv, EnvFile] {
  const file = readEnvFile(resolve('.env'), SETTING_NAMES);
  const isSet = ([, value]: [string, string | undefined]) => value !== undefined && value.trim() !== '';
  const env = { ...file.values, ...Object.fromEntries(Object.entries(process.env).filter(isSet)) };
  // Libraries read their own settings there, such as PGHOST and TZ.
  populate(process.env, file.values);
  for (const name of DISCORD_JS_SETTINGS) delete process.env[name];
  return [env, file];
}

/**
 * `parseConfig` of the process's environment, with hints about what should be changed.
 * @throws ConfigError
 */
export function readConfig(): { readonly config: Config; readonly hints: readonly string[] } {
  const validated = validate(...readEnvironment());
  return { config: configOf(validated), hints: validated.hints };
}

/** `parseSettings` of the process's environment. */
export function readSettings(): EnvironmentSettings {
  return parseSettings(...readEnvironment());
}
