import type { Job } from '../../jobs/job.ts';
import { LOAD_TIMEOUT_MS } from '../../settings/admission.ts';
import { findByName } from '../../styles/style.ts';
import { textsIn } from '../../texts/index.ts';
import { within } from '../../time.ts';
import type { CommandContext } from '../command.ts';
import { type Invoker, rulesInTime } from '../invoker.ts';
import { listStyles } from './offered-styles.ts';

/**
 * Whether someone who picks the name of a job's style here gets the same texts; false when the database doesn't answer in time.
 * @param locale of that member
 */
export async function canPickStyle(
  { style }: Pick<Job, 'style'>,
  locale: string,
  { preferences }: Pick<CommandContext, 'preferences'>,
  invoker: Invoker,
): Promise<boolean> {
  if (!style) return true;
  const [rules, own] = await Promise.all([
    rulesInTime(invoker),
    within(LOAD_TIMEOUT_MS, preferences.load(invoker.userId)),
  ]);
  if (!rules || !own) return false;
  const picked = findByName(listStyles(own, rules.settings, textsIn(locale)), style.name)?.style;
  return picked !== undefined && picked.prompt === style.prompt && picked.negativePrompt === style.negativePrompt;
}
