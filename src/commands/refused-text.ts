import type { JobRequest } from '../jobs/job.ts';
import { findFiltered } from '../settings/find-filtered.ts';
import type { ModeratorRules } from '../settings/policy.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import { withStyle } from '../styles/style.ts';

/** What moderators read of a request that was refused: the text with a word of their filter, or else the prompt. */
export function refusedText(
  reason: PolicyRefusal,
  { filter }: Pick<ModeratorRules, 'filter'>,
  { parameters, style }: Pick<JobRequest, 'parameters' | 'style'>,
): string {
  const filtered = reason.name === 'filtered' ? findFiltered(filter, { ...parameters, style }) : undefined;
  return filtered?.text ?? withStyle(parameters, style).prompt;
}
