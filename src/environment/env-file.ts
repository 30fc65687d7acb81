import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { codeOf, fileReasonOf } from '../system-errors.ts';
import { decodeText } from './decode-text.ts';

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>;
  /** What people should change in it, one sentence each. */
  readonly hints: readonly string[];
  /** Why it was not read, and what to do; undefined when it was. */
  readonly missing: string | undefined;
}

/** Reads a `.env` file. @param names of our settings: hints are only about those */
export function readEnvFile(path: string, names: ReadonlySet<string>): EnvFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { values: {}, hints: [], missing: describeMissing(path, error) };
  }
  const { text, isUtf16 } = decodeText(bytes);
  const hints = isUtf16 ? [`${path} is saved as UTF-16: save it as UTF-8.`] : [];
  return { values: parse(text), hints: [...hints, ...findOddLines(path, text, names)], missing: undefined };
}

function describeMissing(path: string, error: unknown): string {
  const reason = fileReasonOf(error);
  if (!reason) throw error;
  if (codeOf(error) !== 'ENOENT') return `${path} can't be read (${reason}): make it a file that this user can read.`;
  if (existsSync(`${path}.txt`)) return `There is no ${path}, but there is ${path}.txt: rename that.`;
  return `There is no ${path}: run npm run setup, or set DISCORD_TOKEN and SEGMIND_API_KEY in the environment.`;
}

/** Hints about lines that don't do what they seem to. */
function findOddLines(path: string, text: string, names: ReadonlySet<string>): string[] {
  const hints: string[] = [];
  const linesOf = new Map<string, number[]>();
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [set] = Object.keys(parse(line));
    if (set !== undefined) linesOf.set(set, [...(linesOf.get(set) ?? []), index + 1]);
    const [mentioned] = line.match(/[A-Z][A-Z0-9_]+/g)?.filter((word) => names.has(word)) ?? [];
    if (set === undefined && mentioned) {
      hints.push(`Line ${index + 1} of ${path} was ignored: write ${mentioned}= and the value.`);
    }
  }
  for (const [name, lines] of linesOf) {
    if (names.has(name) && lines.length > 1) {
      hints.push(`${name} is set in ${path} more than once, in lines ${lines.join(', ')}: the last one counts.`);
    }
  }
  return hints;
}
