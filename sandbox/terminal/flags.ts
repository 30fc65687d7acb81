import { parseArgs } from 'node:util';

export interface Flags {
  /** The one slash command to run; without it there is a prompt. */
  once: string | undefined;
  /** Folder for the images. */
  out: string;
  help: boolean;
}

export const USAGE = `npm run sandbox
    starts stand-ins for Discord and Segmind and the built bot, and gives a prompt; type help there

npm run sandbox -- --once '/timeless prompt:"a red rose" seed:7' --out DIR
    runs one command, prints the conversation, saves the images into DIR
    and exits 0 when an image was delivered and no rule of Discord's was broken, else 1

  --once COMMAND   the slash command, as typed in Discord
  --out DIR        folder for the images, made if need be; default ./sandbox-output
  --help           this text`;

/** Reads the command line. The problem, if any, is one line. */
export function parseFlags(args: readonly string[]): Flags | { problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.once !== undefined && !values.once.trim().startsWith('/')) {
      return { problem: '--once takes a slash command, such as \'/timeless prompt:"a red rose"\'' };
    }
    if (values.out === '') return { problem: '--out takes a folder' };
    return { once: values.once, out: values.out ?? 'sandbox-output', help: values.help ?? false };
  } catch (error) {
    // parseArgs throws nothing but its own TypeErrors, whose first sentence says what is wrong.
    const [sentence = ''] = String((error as Error).message).split(/\.\s|\n/);
    return { problem: `${sentence}; try --help` };
  }
}
