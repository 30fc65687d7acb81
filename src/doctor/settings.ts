import type { EnvironmentSettings } from '../config.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Checks the environment and `.env`. Shows only names, since a value may be a secret. */
export function checkSettings({ problems, given, hints }: EnvironmentSettings): Finding {
  if (problems.size > 0) {
    const list = [...problems].map(([name, wrong]) => `${name} ${wrong}`).join('; ');
    const where = 'Set it in .env or in the environment; .env.example says what is allowed.';
    return problem([`${list}.`, ...hints, where].join(' '));
  }
  if (hints.length > 0) return warning(hints.join(' '));
  return ok(`${given} are set, the others have their defaults.`);
}
