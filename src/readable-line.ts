import { prettyFactory } from 'pino-pretty';

/** What JSON spells with a backslash: a control, a quote or the backslash itself. */
const ESCAPES = /\\(?:u[0-9a-f]{4}|.)/gi;
/** Escapes that are decoded: they print a character or end a line. */
const HARMLESS = new Set(['\\n', '\\"', '\\\\', '\\/']);

const prettify = prettyFactory({ translateTime: 'SYS:HH:MM:ss', singleLine: true });

/**
 * Makes a line of the log, which is JSON, readable; coloured, unless `NO_COLOR` is set or stdout is no terminal. What the
 * line spells out, such as controls, stays spelled out: the terminal would take it for commands.
 */
export function readableLine(json: string): string {
  return prettify(json.replace(ESCAPES, (spelled) => (HARMLESS.has(spelled) ? spelled : `\\${spelled}`)));
}
