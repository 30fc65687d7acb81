import { hintAtNames } from './name-hints.ts';
import { readSecretFile } from './secret-file.ts';
import { findFlaw, tidyValue } from './tidy-value.ts';

export interface GatheredSettings {
  /** Settings that are given and have no problem, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with the others, by name, without their values. */
  readonly problems: ReadonlyMap<string, string>;
  /** What is harmless but should be changed, one sentence each. */
  readonly hints: readonly string[];
}

/**
 * Reads the settings from an environment, tolerating typical mistakes: an untidy value whose meaning is certain is used, with a hint;
 * any other is a problem. An empty value counts as not given.
 * @param names of the settings
 */
export function gatherSettings(env: NodeJS.ProcessEnv, names: ReadonlySet<string>): GatheredSettings {
  const values: Record<string, string> = {};
  const problems = new Map<string, string>();
  const hints: string[] = [];
  const take = (name: string, given: string | undefined) => {
    const { value, ignored } = tidyValue(name, given ?? '');
    if (value === '') return;
    if (ignored.length > 0) hints.push(`${name} has ${ignored.join(' and ')} around its value: remove them.`);
    values[name] = value;
  };
  for (const name of names) take(name, env[name]);
  for (const name of names) {
    const secret = readSecretFile(name, values);
    if (secret?.value !== undefined) take(name, secret.value);
    const problem = secret?.problem ?? findFlaw(values[name] ?? '');
    if (problem === undefined) continue;
    problems.set(name, problem);
    delete values[name];
  }
  const others = Object.keys(env).filter((name) => !names.has(name) && tidyValue(name, env[name] ?? '').value !== '');
  return { values, problems, hints: [...hints, ...hintAtNames(others, names)] };
}
