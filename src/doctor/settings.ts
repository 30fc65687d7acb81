import type { Settings } from '../config.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** What stands in the environment and in `.env`. Names only: a value may be a secret. */
export function checkSettings({ values, problems, given, unknown }: Settings): Finding {
  if (problems.size > 0) {
    const told = [...problems].map(([name, wrong]) => `${name} ${wrong}`).join('; ');
    return problem(`${told}. Set it in .env or in the environment; .env.example says what is allowed.`);
  }
  if (unknown.length > 0) {
    return warning(`No setting is called ${unknown.join(' or ')}: .env.example lists them all.`);
  }
  if (values.REDIS_URL && !values.DISCORD_SHARD_IDS) {
    return warning(
      'REDIS_URL is for several processes, each with its DISCORD_SHARD_IDS: leave it empty for one, which needs no turns.',
    );
  }
  return ok(`${given} are set, the others have their defaults.`);
}
