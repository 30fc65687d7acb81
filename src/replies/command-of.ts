import type { Job } from '../jobs/job.ts';
import { PARAMETER_LIST } from '../segmind/parameters.ts';
import { plain } from './escape.ts';

/** The slash command that makes a job's images again, on one line. A server adds its own part by itself. */
export function commandOf({ parameters, isPrivate }: Pick<Job, 'parameters' | 'isPrivate'>): string {
  const options = PARAMETER_LIST.map(({ name, option }) => [option, plain(String(parameters[name] ?? ''))] as const);
  const given = options.filter(([, value]) => value !== '').map(([option, value]) => `${option}:${value}`);
  return ['/timeless', ...given, ...(isPrivate ? ['private:true'] : [])].join(' ');
}
