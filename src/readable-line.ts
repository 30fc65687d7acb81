import { prettyFactory } from 'pino-pretty';

/** Escapes in JSON: of controls, quotes and backslashes. */
const ESCAPES = /\\(?:u[0-9a-f]{4}|.)/gi;
/** Escapes that are decoded: they print a character or end a line. */
const HARMLESS = new Set(['\\n', '\\"', '\\\\', '\\/']);

const prettify = prettyFactory({ translateTime: 'SYS:HH:MM:ss', singleLine: true });

/**
 * Makes a JSON log line readable; coloured, unless `NO_COLOR` is set or stdout is not a terminal. Escaped controls stay escaped,
 * since the terminal could treat them as commands.
 */
export function readableLine(json: string): string {
  return prettify(json.replace(ESCAPES, (sequence) => (HARMLESS.has(sequence) ? sequence : `\\${sequence}`)));
}
