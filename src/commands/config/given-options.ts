import type { ChatInputCommandInteraction } from 'discord.js';
import { SNOWFLAKE } from '../../snowflake.ts';
import { SettingProblem } from './subcommand.ts';

/**
 * The id in a role or channel option; undefined when it isn't given. discord.js would look the rest up in a cache that is not there.
 * @throws SettingProblem for what is no id: Discord's clients send none
 */
export function idOption({ options }: ChatInputCommandInteraction, name: string): string | undefined {
  const value = options.get(name)?.value;
  if (value === undefined) return undefined;
  if (typeof value === 'string' && SNOWFLAKE.test(value)) return value;
  throw new SettingProblem(({ config }) => config.notFromPicker(name));
}

/** `before` with `values` in it; an undefined one removes its key. */
export function withValues<T extends object>(before: T, values: Readonly<Record<string, unknown>>): T {
  const entries = Object.entries({ ...before, ...values }).filter(([, value]) => value !== undefined);
  // Nearly true: the settings store parses what comes out, and refuses it when it isn't.
  return Object.fromEntries(entries) as T;
}
