import { isCancel } from '@clack/prompts';
import { parseSettings } from '../config.ts';

/** The setup ends without writing anything. The message says why; it is empty if the person cancelled. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** @throws Cancelled for Ctrl+C */
export function given<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Cancelled();
  // Safe cast: the only symbol that prompts return is that of a cancellation.
  return answer as Exclude<T, symbol>;
}

/** Why a setting can't have this value, in the words of the bot's start; undefined when it can. */
export function findProblem(name: string, value: string): string | undefined {
  const problem = parseSettings({ [name]: value }).problems.get(name);
  return problem && `${name} ${problem}.`;
}

/** The value without quotes and other things that people paste with it. */
export function tidy(name: string, value: string): string {
  return settingOf(name, parseSettings({ [name]: value }).values) ?? value;
}

/** The value of a setting, given or default. */
export function settingOf(name: string, values: object): string | undefined {
  const value: unknown = Reflect.get(values, name);
  return value === undefined ? undefined : String(value);
}
