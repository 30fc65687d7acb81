import { isCancel } from '@clack/prompts';
import { parseSettings } from '../config.ts';

/** The setup ends without having written anything. Its message says why, if that wasn't the person's wish. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** @throws Cancelled for Ctrl+C */
export function given<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Cancelled();
  // Safe cast: prompts give one symbol alone, that of a cancellation.
  return answer as Exclude<T, symbol>;
}

/** Why a setting can't have this value, as the bot would say at its start; undefined when it can. */
export function findProblem(name: string, value: string): string | undefined {
  const problem = parseSettings({ [name]: value }).problems.get(name);
  return problem && `${name} ${problem}.`;
}

/** The value without what people paste around it. */
export function tidy(name: string, value: string): string {
  return settingOf(name, parseSettings({ [name]: value }).values) ?? value;
}

/** What a setting has, given or by default. */
export function settingOf(name: string, values: object): string | undefined {
  const value: unknown = Reflect.get(values, name);
  return value === undefined ? undefined : String(value);
}
