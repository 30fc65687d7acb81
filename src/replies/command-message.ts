import type { Job } from '../jobs/job.ts';
import { commandOf } from './command-of.ts';
import { FENCE } from './format.ts';
import { textFile } from './text-file.ts';

const MAX_CONTENT_LENGTH = 2_000;
/** What Discord would show in another way than it is written, in the middle of a line. */
const MARKUP = /[\\*_~`|[\]<>@]|:\/\//;

interface CommandMessage {
  readonly content?: string;
  readonly files?: readonly { readonly attachment: Buffer; readonly name: string }[];
}

/**
 * The command that makes a job's images again, and nothing else. It is in a code block where Discord would take something in the
 * prompts for markup, and in a file where a message has no room for it.
 */
export function commandMessage(job: Pick<Job, 'parameters' | 'isPrivate'>): CommandMessage {
  const command = commandOf(job);
  const { prompt, negativePrompt = '' } = job.parameters;
  const isLiteral = ![prompt, negativePrompt].some((text) => MARKUP.test(text));
  const content = isLiteral ? command : [FENCE, command, FENCE].join('\n');
  const fits = content.length <= MAX_CONTENT_LENGTH && (isLiteral || !command.includes(FENCE));
  return fits ? { content } : { files: [textFile('command.txt', [command])] };
}
