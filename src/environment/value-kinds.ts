import * as z from 'zod';
import { isLoopback } from '../loopback.ts';
import { parseShardIds } from '../shards.ts';
import { SNOWFLAKE } from '../snowflake.ts';

/** The kinds of values that settings have: what is allowed, and the message for anything else. */

/** Without TLS, others in the network could read the secret that is sent to an API. */
function crossesNetworkInPlain(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** The base URL of an API, without the slashes at its end. */
export const apiUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .refine((value) => !crossesNetworkInPlain(value), 'must be an https URL: http is for this machine (127.0.0.1) alone')
  .transform((value) => value.replace(/\/+$/, ''));

/** The path of a file with a secret. It is read before the settings are validated. */
export const secretFile = z.string().optional();

/** A secret in a known format. @param findProblem undefined if there is no problem */
export function secret(missing: string, findProblem: (value: string) => string | undefined) {
  return z.string({ error: missing }).superRefine((value, context) => {
    const problem = findProblem(value);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
}

/** `true` or `false`. */
export const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.number().min(min, error).max(max, error));
}

/** A larger budget would be no limit. US$. */
const MAX_BUDGET_USD = 1_000_000;

/** US$ for a day: 0 allows nothing, -1 is no limit. */
export const dailyBudget = (() => {
  const error = `must be an amount in US$ from 0 to ${MAX_BUDGET_USD}, such as 10 or 2.50, or -1 for no limit`;
  return z
    .string()
    .regex(/^(-1|\d{1,7}(\.\d{1,6})?)$/, error)
    .transform(Number)
    .pipe(z.number().max(MAX_BUDGET_USD, error));
})();

/** A list separated by commas; spaces and empty items are ignored. */
const commaList = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** Host names in lower case, each with an optional port; at least one. */
export const hostList = commaList
  .transform((hosts) => hosts.map((host) => host.toLowerCase()))
  .pipe(
    z
      .array(
        z.string().regex(/^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/, {
          error: 'must be a comma list of host names, each with an optional port',
        }),
      )
      .min(1, 'must name at least one host'),
  );

/** Ids of Discord servers. */
export const serverIds = commaList.pipe(
  z.array(z.string().regex(SNOWFLAKE, 'must be a comma list of server ids of 17 to 20 digits')),
);

/** Discord allows no more sessions to be started in a day. @see https://discord.com/developers/docs/events/gateway#identifying */
const MAX_SHARDS = 1_000;

/** How many shards the whole bot has; `auto`: as many as Discord recommends. Default 1. */
export const shardCount = z
  .union([z.literal('auto'), wholeNumber(1, MAX_SHARDS)], {
    error: `must be auto or a whole number from 1 to ${MAX_SHARDS}`,
  })
  .default(1);

/** Shards such as `0-2,5`, in ascending order. */
export const shardIds = z.string().transform((value, context) => {
  const ids = parseShardIds(value);
  if (ids) return ids;
  context.addIssue({ code: 'custom', message: 'must be shards such as 0-2 or 0-2,5, each once' });
  return z.NEVER;
});
