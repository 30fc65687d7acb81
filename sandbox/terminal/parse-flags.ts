import { parseArgs } from 'node:util';

export interface Flags {
  /** The one slash command to run; without it, the sandbox opens a prompt. */
  once: string | undefined;
  /** The member who types it; default alice. */
  as: string | undefined;
  /** The channel's name, or `dm`; default general. */
  in: string | undefined;
  /** Folder for images and other files. */
  out: string;
  /** Compile and restart the bot when its sources change. */
  watch: boolean;
  /** Whether the page is served beside the prompt. */
  page: boolean;
  /** The port of the page; 0 is any free one. */
  port: number;
  help: boolean;
}

export const USAGE = `npm run sandbox
    starts stand-ins for Discord and Segmind and the built bot, prints the address of a page that looks and works like
    Discord, and opens a prompt; type help there

npm run sandbox -- --once '/timeless prompt:"a red rose" seed:7' --out DIR
    runs one command, prints the conversation, saves the images into DIR
    and exits 0 when an image was delivered and no rule of Discord's or Segmind's was broken, else 1

npm run sandbox -- --once '/timeless-config limits role:@artists images_per_day:10' --as moderator
    the same for a command that makes no image: exits 0 when the bot answered; use names for members, roles and channels

  --once COMMAND   the slash command, as typed in Discord
  --as MEMBER      who types it; default alice
  --in CHANNEL     where: #art, or dm; default #general
  --out DIR        folder for images and other files, created if needed; default ./sandbox-output
  --watch          compile and restart the bot when its sources change (npm run dev)
  --port PORT      the port of the page on 127.0.0.1; default any free one
  --no-page        only the prompt
  --help           print this text`;

/** Reads the command line. A problem is described in one line. */
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
        'no-page': { type: 'boolean' },
        port: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.once !== undefined && !values.once.trim().startsWith('/')) {
      return { problem: '--once needs a slash command, such as \'/timeless prompt:"a red rose"\'' };
    }
    if (values.once === undefined && (values.as !== undefined || values.in !== undefined)) {
      return { problem: '--as and --in need --once; at the prompt, type as bob or in #art' };
    }
    if (values.once !== undefined && values.watch) return { problem: '--watch needs the prompt: leave out --once' };
    if (values.port !== undefined && !isPort(values.port)) return { problem: '--port needs a number from 0 to 65535' };
    const hasPage = values.once === undefined && !values['no-page'];
    if (values.port !== undefined && !hasPage)
      return { problem: '--port needs the page: leave out --once and --no-page' };
    if (values.out === '') return { problem: '--out needs a folder' };
    return {
      once: values.once,
      as: values.as,
      in: values.in,
      out: values.out ?? 'sandbox-output',
      watch: values.watch ?? false,
      page: hasPage,
      port: Number(values.port ?? 0),
      help: values.help ?? false,
    };
  } catch (error) {
    // Safe cast: parseArgs throws only its own TypeErrors. Their first sentence says what is wrong.
    const [sentence = ''] = String((error as Error).message).split(/\.\s|\n/);
    return { problem: `${sentence}; try --help` };
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}
