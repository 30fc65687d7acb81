import { parseArgs } from 'node:util';

export interface Flags {
  /** The one slash command to run; without it there is a prompt. */
  once: string | undefined;
  /** Who types it; default alice. */
  as: string | undefined;
  /** Where: a channel's name, or `dm`; default general. */
  in: string | undefined;
  /** Folder for the images. */
  out: string;
  /** Compile and restart the bot when its sources change. */
  watch: boolean;
  help: boolean;
}

export const USAGE = `npm run sandbox
    starts stand-ins for Discord and Segmind and the built bot, and gives a prompt; type help there

npm run sandbox -- --once '/timeless prompt:"a red rose" seed:7' --out DIR
    runs one command, prints the conversation, saves the images into DIR
    and exits 0 when an image was delivered and no rule of Discord's or Segmind's was broken, else 1

npm run sandbox -- --once '/timeless-config limits role:@artists images_per_day:10' --as moderator
    the same for a command that makes no image: exits 0 when it was answered; members, roles and channels go by name

  --once COMMAND   the slash command, as typed in Discord
  --as MEMBER      who types it; default alice
  --in CHANNEL     where: #art, dm; default #general
  --out DIR        folder for images and other files, made if need be; default ./sandbox-output
  --watch          compile and restart the bot when its sources change (npm run dev)
  --help           this text`;

/** Reads the command line. The problem, if any, is one line. */
export function parseFlags(args: readonly string[]): Flags | { problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'string' },
        as: { type: 'string' },
        in: { type: 'string' },
        out: { type: 'string' },
        watch: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.once !== undefined && !values.once.trim().startsWith('/')) {
      return { problem: '--once takes a slash command, such as \'/timeless prompt:"a red rose"\'' };
    }
    if (values.once === undefined && (values.as !== undefined || values.in !== undefined)) {
      return { problem: '--as and --in go with --once; at the prompt, type as bob and in #art' };
    }
    if (values.once !== undefined && values.watch) return { problem: '--watch goes with the prompt, not with --once' };
    if (values.out === '') return { problem: '--out takes a folder' };
    return {
      once: values.once,
      as: values.as,
      in: values.in,
      out: values.out ?? 'sandbox-output',
      watch: values.watch ?? false,
      help: values.help ?? false,
    };
  } catch (error) {
    // parseArgs throws nothing but its own TypeErrors, whose first sentence says what is wrong.
    const [sentence = ''] = String((error as Error).message).split(/\.\s|\n/);
    return { problem: `${sentence}; try --help` };
  }
}
