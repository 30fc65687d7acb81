import type { Settings } from '../config.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** What stands in the environment and in `.env`. Names only: a value may be a secret. */
export function checkSettings({ values, problems, given, hints }: Settings): Finding {
  if (problems.size > 0) {
    const told = [...problems].map(([name, wrong]) => `${name} ${wrong}`).join('; ');
    const where = 'Set it in .env or in the environment; .env.example says what is allowed.';
    return problem([`${told}.`, ...hints, where].join(' '));
  }
  if (hints.length > 0) return warning(hints.join(' '));
  if (values.REDIS_URL && !values.DISCORD_SHARD_IDS) {
    return warning(
      'REDIS_URL is for several processes, each with its DISCORD_SHARD_IDS: leave it empty for one, which needs no turns.',
    );
  }
  return ok(`${given} are set, the others have their defaults.`);
}
