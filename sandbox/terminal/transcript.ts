import { buttonsOf, type Message } from '../discord/index.ts';

export interface Names {
  /** A user's name by id. */
  user: (id: string) => string;
  nowMs: number;
}

/** One message as lines of text, without its files: what a member reads. */
export function messageLines(message: Message, names: Names): string[] {
  if (message.deleted) return ['(deleted)'];
  if (message.thinking) return ['is thinking...'];
  const lines = [
    message.content,
    ...message.embeds.flatMap(({ title, description, fields = [], footer }) => [
      title ? `** ${title} **` : '',
      description ?? '',
      fields.map(({ name, value }) => `${name}: ${value}`).join(' · '),
      footer?.text ?? '',
    ]),
    buttonsOf(message)
      .map(({ label, disabled }) => (disabled ? `(${label})` : `[${label}]`))
      .join(' '),
  ];
  return lines
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => readable(line, names));
}

/** The first line of a message: who says it, and who alone sees it. */
export function messageHeader(message: Message, names: Names): string {
  const seenBy = message.ephemeralFor === undefined ? '' : ` (only ${names.user(message.ephemeralFor)} sees this)`;
  return `${message.author.globalName}${seenBy}`;
}

/** What Discord's client makes of mentions, times and escapes. */
function readable(line: string, { user, nowMs }: Names): string {
  return line
    .replace(/<@!?(\d+)>/g, (_, id: string) => `@${user(id)}`)
    .replace(/<t:(\d+):R>/g, (_, seconds: string) => relative(Number(seconds) * 1000 - nowMs))
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

function relative(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const span = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return ms > 0 ? `in ${span}` : `${span} ago`;
}
