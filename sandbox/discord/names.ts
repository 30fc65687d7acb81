import { TIME_STYLES } from './time-styles.ts';

/** The names that a client shows instead of ids. */
export interface Names {
  /** Each method returns a name by id, without `@` or `#`. */
  user(id: string): string;
  role(id: string): string;
  channel(id: string): string;
  /** The time to which relative times refer. */
  nowMs: number;
}

const MENTION = /<(@!?|@&|#)(\d{1,20})>|<t:(-?\d{1,13})(?::([tTdDfFR]))?>/g;

/**
 * Replaces mentions and timestamps by the text that a client shows for them.
 * @param relative formats a time that is this many milliseconds from now
 */
export function withNames(text: string, names: Names, relative: (ms: number) => string): string {
  return text.replace(MENTION, (_, sign: string | undefined, id = '', seconds = '', style = 'f') => {
    if (sign === '#') return `#${names.channel(id)}`;
    if (sign === '@&') return atName(names.role(id));
    if (sign !== undefined) return atName(names.user(id));
    const atMs = Number(seconds) * 1000;
    return style === 'R' ? relative(atMs - names.nowMs) : formatDate(atMs, style);
  });
}

function atName(name: string): string {
  return name.startsWith('@') ? name : `@${name}`;
}

/** A client uses the time zone and language of its member: here UTC and English. */
function formatDate(atMs: number, style: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...TIME_STYLES[style] }).format(atMs);
}
