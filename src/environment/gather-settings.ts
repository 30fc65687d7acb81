import { hintAtNames } from './name-hints.ts';
import { readSecretFile } from './secret-file.ts';
import { findFlaw, tidyValue } from './tidy-value.ts';

export interface GatheredSettings {
  /** Those that are given, without those that have a problem, by their names. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with the others, by their names, without their values. */
  readonly problems: ReadonlyMap<string, string>;
  /** What did no harm but should be changed, a sentence each. */
  readonly hints: readonly string[];
}

/**
 * Takes the settings out of an environment as people fill it in: what is meant beyond doubt is taken, with a hint, and the rest is
 * a problem. An empty value counts as not given.
 * @param names those of the settings
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
