import type { Job } from '../jobs/job.ts';
import { PARAMETER_LIST } from '../segmind/parameters.ts';
import { withStyle } from '../styles/style.ts';
import { plain } from './escape.ts';

/**
 * The slash command that makes a job's images again, on one line. A server adds its own part by itself.
 * @param canPickStyle whether its reader can pick the job's style; if not, the prompts have its texts in them
 */
export function commandOf(
  { parameters, style, isPrivate }: Pick<Job, 'parameters' | 'style' | 'isPrivate'>,
  canPickStyle: boolean,
): string {
  const typed = canPickStyle ? parameters : withStyle(parameters, style);
  const options = [
    ...PARAMETER_LIST.map(({ name, option }) => [option, String(typed[name] ?? '')] as const),
    ['style', canPickStyle && style ? style.name : ''] as const,
  ].map(([option, value]) => [option, plain(value)] as const);
  const given = options.filter(([, value]) => value !== '').map(([option, value]) => `${option}:${value}`);
  return ['/timeless', ...given, ...(isPrivate ? ['private:true'] : [])].join(' ');
}
