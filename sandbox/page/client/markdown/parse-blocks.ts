import { type Inline, parseInline } from './parse-inline.ts';

/** A part of a message's text that takes lines of its own. */
export type Block =
  | { kind: 'paragraph' | 'subtext'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'item'; depth: number; marker: string; children: Inline[] }
  | { kind: 'codeBlock'; text: string };

const CODE_BLOCK = /^```(?:[\w+-]+\n)?\n?([\s\S]*?)\n?```\n?/;
const LONG_QUOTE = /^>>> ([\s\S]*)$/;
const QUOTE = /^(?:> [^\n]*(?:\n|$))+/;
const HEADING = /^(#{1,3}) +([^\n]+)\n?/;
const SUBTEXT = /^-# +([^\n]+)\n?/;
const ITEM = /^( *)([-*]|\d{1,9}\.) +([^\n]+)\n?/;
/** Text up to the next line that begins something else, or a code block anywhere. */
const PARAGRAPH =
  /^(?:(?!```)[\s\S])(?:(?!```|\n(?:> |>>> |#{1,3} +\S|-# +\S| *(?:[-*]|\d{1,9}\.) +\S))[\s\S])*(?:\n(?=[>#]|-# | *[-*\d]))?/;

/** Takes the text of a message apart as Discord's client does. */
export function parseBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let rest = text;
  while (rest !== '') {
    const { length, block } = takeBlock(rest);
    blocks.push(block);
    rest = rest.slice(length);
  }
  return blocks;
}

function takeBlock(rest: string): { length: number; block: Block } {
  const code = CODE_BLOCK.exec(rest);
  if (code?.[1]) return { length: code[0].length, block: { kind: 'codeBlock', text: code[1] } };
  const long = LONG_QUOTE.exec(rest);
  if (long) return { length: long[0].length, block: { kind: 'quote', blocks: parseBlocks(long[1] ?? '') } };
  const quote = QUOTE.exec(rest)?.[0];
  if (quote) {
    const inner = quote.replace(/^> /gm, '').replace(/\n$/, '');
    return { length: quote.length, block: { kind: 'quote', blocks: parseBlocks(inner) } };
  }
  const heading = HEADING.exec(rest);
  if (heading) {
    const [all, marks = '', title = ''] = heading;
    return { length: all.length, block: { kind: 'heading', level: marks.length, children: parseInline(title) } };
  }
  const subtext = SUBTEXT.exec(rest);
  if (subtext) {
    return { length: subtext[0].length, block: { kind: 'subtext', children: parseInline(subtext[1] ?? '') } };
  }
  const item = ITEM.exec(rest);
  if (item) {
    const [all, indent = '', mark = '', content = ''] = item;
    const marker = /\d/.test(mark) ? mark : '•';
    const depth = Math.floor(indent.length / 2);
    return { length: all.length, block: { kind: 'item', depth, marker, children: parseInline(content) } };
  }
  const paragraph = PARAGRAPH.exec(rest)?.[0] ?? rest;
  return {
    length: paragraph.length,
    block: { kind: 'paragraph', children: parseInline(paragraph.replace(/\n$/, '')) },
  };
}
