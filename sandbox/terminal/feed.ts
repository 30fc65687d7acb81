import { writeFileSync } from 'node:fs';
import type { Channel, DiscordSandbox, Message } from '../discord/index.ts';
import type { StandIns } from '../session/stack.ts';
import { coloured, colouredLine } from './coloured.ts';
import { freePath } from './free-path.ts';
import { messageHeader, messageLines } from './transcript.ts';

const POLL_INTERVAL_MS = 100;

/** A message as it was last printed. */
interface PrintedMessage {
  readonly channel: Channel;
  /** Counts the messages, so that a reader knows which one an edit belongs to. */
  readonly number: number;
  readonly appearance: string;
  readonly lines: readonly string[];
}

/** Prints new and changed messages, saves their files, and reports broken rules. */
export class Feed {
  /** How many images were saved so far; other files don't count. */
  imageCount = 0;
  private readonly discord: DiscordSandbox;
  private readonly segmind: StandIns['segmind'];
  private readonly folder: string;
  private readonly print: (text: string) => void;
  private readonly printed = new Map<Message, PrintedMessage>();
  private readonly savedIds = new Set<string>();
  private readonly reported = new Set<object>();
  private readonly timer: NodeJS.Timeout;

  constructor({ discord, segmind }: StandIns, folder: string, print: (text: string) => void) {
    this.discord = discord;
    this.segmind = segmind;
    this.folder = folder;
    this.print = print;
    this.timer = setInterval(() => this.printNews(), POLL_INTERVAL_MS);
  }

  /** Prints everything that changed since the last call. */
  printNews(): void {
    for (const channel of this.channels()) {
      for (const message of this.discord.messages(channel)) this.printChange(channel, message);
    }
    // A channel no longer lists its deleted messages.
    for (const [message, { channel }] of this.printed) if (message.deleted) this.printChange(channel, message);
    for (const violation of this.discord.violations) {
      const { rule, detail, request } = violation;
      this.report(violation, `A rule of Discord's was broken: ${rule}: ${detail}${request ? ` (${request})` : ''}`);
    }
    for (const violation of this.segmind.violations) {
      this.report(violation, `A rule of Segmind's was broken: ${violation.rule}: ${violation.detail}`);
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private report(violation: object, text: string): void {
    if (!this.reported.has(violation)) this.print(coloured('red', `! ${text}`));
    this.reported.add(violation);
  }

  private channels(): Channel[] {
    const { guild, guilds } = this.discord;
    const users = [...guild.members.values()].map(({ user }) => user).filter(({ bot }) => !bot);
    return [...guilds.flatMap(({ channels }) => channels), ...users.map((user) => this.discord.directMessages(user))];
  }

  private printChange(channel: Channel, message: Message): void {
    const { content, embeds, components, thinking, deleted, attachments, embedded } = message;
    const files = [...attachments, ...embedded].map(({ id }) => id);
    const appearance = JSON.stringify({ content, embeds, components, thinking, deleted, files });
    const before = this.printed.get(message);
    if (before?.appearance === appearance) return;
    const names = this.discord.names();
    const lines = messageLines(message, names);
    const saved = deleted ? [] : [...attachments, ...embedded].flatMap((attachment) => this.save(attachment));
    const number = before?.number ?? this.printed.size + 1;
    this.printed.set(message, { channel, number, appearance, lines });
    const news = [...lines.filter((line) => !before?.lines.includes(line)), ...saved];
    if (news.length === 0) return;
    const place = channel.guildId ? `#${channel.name}` : `direct message with ${channel.name}`;
    const edited = before && !deleted ? ' (edited)' : '';
    this.print(
      [
        coloured('dim', `${place}  ${messageHeader(message, names)}, message ${number}${edited}`),
        ...news.map((line) => `    ${colouredLine(line)}`),
      ].join('\n'),
    );
  }

  private save({ id, filename, bytes, contentType, description }: Message['attachments'][number]): string[] {
    if (this.savedIds.has(id)) return [];
    this.savedIds.add(id);
    const path = freePath(this.folder, filename);
    writeFileSync(path, bytes);
    if (contentType.startsWith('image/')) this.imageCount += 1;
    return [`file ${path} (${Math.ceil(bytes.length / 1024)} KiB)${description ? `, "${description}"` : ''}`];
  }
}
