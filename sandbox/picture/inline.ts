import { type Names, withNames } from '../discord/index.ts';
import type { Face } from './faces.ts';
import type { Run, Style } from './runs.ts';
import { COLOUR } from './theme.ts';

const BOLD: Readonly<Record<Face, Face>> = {
  regular: 'bold',
  bold: 'bold',
  italic: 'boldItalic',
  boldItalic: 'boldItalic',
  mono: 'mono',
  full: 'bold',
};
const ITALIC: Readonly<Record<Face, Face>> = {
  regular: 'italic',
  bold: 'boldItalic',
  italic: 'italic',
  boldItalic: 'boldItalic',
  mono: 'mono',
  full: 'italic',
};

/** What stands at the beginning of a text; its first group is what the style is about. */
const RULES: readonly { pattern: RegExp; runs(match: RegExpExecArray, style: Style, names: Names): Run[] }[] = [
  { pattern: /^\\([!-/:-@[-`{-~])/, runs: ([, sign = ''], style) => [{ text: sign, style }] },
  {
    pattern: /^(`+)(?!`)([\s\S]*?[^`])\1(?!`)/,
    runs: ([, , code = ''], style) => [
      { text: code.trim(), style: { ...style, face: 'mono', size: style.size * 0.9, background: COLOUR.code } },
    ],
  },
  {
    pattern: /^<(?:@[!&]?|#)\d{1,20}>/,
    runs: ([text], style, names) => [{ text: withNames(text, names, inWords), style: mention(style) }],
  },
  {
    pattern: /^<t:-?\d{1,13}(?::[tTdDfFR])?>/,
    runs: ([text], style, names) => [
      { text: withNames(text, names, inWords), style: { ...style, background: COLOUR.time } },
    ],
  },
  {
    pattern: /^<(\/[^:<>\n]+):\d{1,20}>/,
    runs: ([, command = ''], style) => [{ text: command, style: mention(style) }],
  },
  {
    pattern: /^\[((?:\\.|[^\]\n\\])+)\]\(<?https?:\/\/[^\s)>]+>?\)/,
    runs: ([, label = ''], style, names) => inlineRuns(label, { ...style, colour: COLOUR.link }, names),
  },
  {
    pattern: /^<?(https?:\/\/[^\s<>]*[^\s<>.,:;"')\]])>?/,
    runs: ([, url = ''], style) => [{ text: url, style: { ...style, colour: COLOUR.link } }],
  },
  {
    pattern: /^\|\|((?:\\.|[^\\])+?)\|\|/s,
    runs: ([, inner = ''], style, names) =>
      inlineRuns(inner, style, names).map((run) => ({
        ...run,
        style: { ...run.style, background: COLOUR.spoiler, hidden: true },
      })),
  },
  { pattern: /^\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/s, runs: nested((style) => ({ ...style, face: BOLD[style.face] })) },
  { pattern: /^__((?:\\.|[^\\])+?)__(?!_)/s, runs: nested((style) => ({ ...style, underline: true })) },
  { pattern: /^~~((?:\\.|[^\\])+?)~~/s, runs: nested((style) => ({ ...style, strike: true })) },
  {
    pattern: /^\*(?![\s*])((?:\\.|[^\\*]|\*\*)+?)\*(?!\*)/s,
    runs: nested((style) => ({ ...style, face: ITALIC[style.face] })),
  },
  {
    pattern: /^_((?:\\.|[^\\_])+?)_(?![\p{L}\p{N}_])/su,
    runs: nested((style) => ({ ...style, face: ITALIC[style.face] })),
  },
];
const ORDINARY = /^[^\\`<[h|*_~]+/;

/** Takes the marks of a text that stay within a line apart, as a client does: bold, code, mentions, times, escapes. */
export function inlineRuns(text: string, style: Style, names: Names): Run[] {
  const runs: Run[] = [];
  let rest = text;
  while (rest !== '') {
    const { length, found } = next(rest, style, names);
    for (const run of found) append(runs, run);
    rest = rest.slice(length);
  }
  return runs;
}

function next(rest: string, style: Style, names: Names): { length: number; found: Run[] } {
  for (const { pattern, runs } of RULES) {
    const match = pattern.exec(rest);
    if (match) return { length: match[0].length, found: runs(match, style, names) };
  }
  const ordinary = ORDINARY.exec(rest)?.[0] ?? rest.slice(0, 1);
  // An underscore within a word emphasises nothing.
  const word = /^[\p{L}\p{N}]+_+(?=[\p{L}\p{N}])/u.exec(rest)?.[0];
  const plain = word ?? ordinary;
  return { length: plain.length, found: [{ text: plain, style }] };
}

function append(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  const isSame = last && !run.style.background && JSON.stringify(last.style) === JSON.stringify(run.style);
  if (isSame) last.text += run.text;
  else runs.push({ ...run });
}

function nested(change: (style: Style) => Style): (match: RegExpExecArray, style: Style, names: Names) => Run[] {
  return ([, inner = ''], style, names) => inlineRuns(inner, change(style), names);
}

function mention(style: Style): Style {
  return { ...style, colour: COLOUR.mention, background: COLOUR.mentionBackground };
}

const UNITS: readonly [number, Intl.RelativeTimeFormatUnit][] = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];
const RELATIVE = new Intl.RelativeTimeFormat('en');

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [size, unit] = UNITS.find(([least]) => Math.abs(seconds) >= least) ?? [1, 'second'];
  return RELATIVE.format(Math.round(seconds / size), unit);
}
