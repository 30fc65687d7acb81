/** A piece of a message's text, with Discord's marks taken apart. Nothing in it is markup. */
export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler'; children: Inline[] }
  | { kind: 'link'; url: string; children: Inline[] }
  | { kind: 'mention'; of: 'user' | 'role' | 'channel'; id: string }
  | { kind: 'command'; name: string }
  | { kind: 'time'; atMs: number; style: string };

type Rule = readonly [pattern: RegExp, create: (match: RegExpExecArray) => Inline];

const nested =
  (kind: 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler') =>
  ([, inner = '']: RegExpExecArray): Inline => ({ kind, children: parseInline(inner) });

/** What can stand at the beginning of the rest of a text. Links are http and https only, as in Discord's client. */
const RULES: readonly Rule[] = [
  [/^\\([!-/:-@[-`{-~])/, ([, text = '']) => ({ kind: 'text', text })],
  [/^(`+)(?!`)([\s\S]*?[^`])\1(?!`)/, ([, , code = '']) => ({ kind: 'code', text: code.trim() })],
  [/^<@!?(\d{1,20})>/, ([, id = '']) => ({ kind: 'mention', of: 'user', id })],
  [/^<@&(\d{1,20})>/, ([, id = '']) => ({ kind: 'mention', of: 'role', id })],
  [/^<#(\d{1,20})>/, ([, id = '']) => ({ kind: 'mention', of: 'channel', id })],
  [
    /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/,
    ([, seconds = '', style = 'f']) => ({ kind: 'time', atMs: Number(seconds) * 1_000, style }),
  ],
  [/^<\/([^:<>\n]+):\d{1,20}>/, ([, name = '']) => ({ kind: 'command', name })],
  [
    /^\[((?:\\.|[^\]\n\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/,
    ([, label = '', url = '']) => ({ kind: 'link', url, children: parseInline(label) }),
  ],
  [
    /^<?(https?:\/\/[^\s<>]*[^\s<>.,:;"')\]])>?/,
    ([, url = '']) => ({ kind: 'link', url, children: [{ kind: 'text', text: url }] }),
  ],
  [/^\|\|((?:\\.|[^\\])+?)\|\|/s, nested('spoiler')],
  [/^\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/s, nested('bold')],
  [/^__((?:\\.|[^\\])+?)__(?!_)/s, nested('underline')],
  [/^~~((?:\\.|[^\\])+?)~~/s, nested('strike')],
  [/^\*(?![\s*])((?:\\.|[^\\*]|\*\*)+?)\*(?!\*)/s, nested('italic')],
  [/^_((?:\\.|[^\\_])+?)_(?![\p{L}\p{N}_])/su, nested('italic')],
];
/** An underscore within a word emphasises nothing. */
const WORD_WITH_UNDERSCORE = /^[\p{L}\p{N}]+_+(?=[\p{L}\p{N}])/u;
const PLAIN = /^(?:(?!https?:\/\/)[^\\`<[|*_~])+/;

/** Takes the marks apart that stay within a paragraph: bold, code, links, mentions, times, escapes. */
export function parseInline(text: string): Inline[] {
  const pieces: Inline[] = [];
  let rest = text;
  while (rest !== '') {
    const { length, piece } = takePiece(rest);
    const last = pieces.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') last.text += piece.text;
    else pieces.push(piece);
    rest = rest.slice(length);
  }
  return pieces;
}

function takePiece(rest: string): { length: number; piece: Inline } {
  for (const [pattern, create] of RULES) {
    const match = pattern.exec(rest);
    if (match) return { length: match[0].length, piece: create(match) };
  }
  const text = WORD_WITH_UNDERSCORE.exec(rest)?.[0] ?? PLAIN.exec(rest)?.[0] ?? rest.slice(0, 1);
  return { length: text.length, piece: { kind: 'text', text } };
}
