import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime } from '../../../sandbox/page/client/markdown/format-time.ts';
import { parseBlocks } from '../../../sandbox/page/client/markdown/parse-blocks.ts';
import { type Inline, parseInline } from '../../../sandbox/page/client/markdown/parse-inline.ts';

function text(value: string): Inline {
  return { kind: 'text', text: value };
}

describe('text within a paragraph', () => {
  it.each<[string, Inline[]]>([
    ['plain', [text('plain')]],
    ['**bold** text', [{ kind: 'bold', children: [text('bold')] }, text(' text')]],
    ['*a **b** c*', [{ kind: 'italic', children: [text('a '), { kind: 'bold', children: [text('b')] }, text(' c')] }]],
    [
      '__u__ ~~s~~',
      [{ kind: 'underline', children: [text('u')] }, text(' '), { kind: 'strike', children: [text('s')] }],
    ],
    ['||secret||', [{ kind: 'spoiler', children: [text('secret')] }]],
    ['`a*b*`', [{ kind: 'code', text: 'a*b*' }]],
    ['``a`b``', [{ kind: 'code', text: 'a`b' }]],
    ['\\*not bold\\*', [text('*not bold*')]],
    ['snake_case_name', [text('snake_case_name')]],
    ['_slanted_', [{ kind: 'italic', children: [text('slanted')] }]],
    [
      '<@12> <@&13> <#14>',
      [
        { kind: 'mention', of: 'user', id: '12' },
        text(' '),
        { kind: 'mention', of: 'role', id: '13' },
        text(' '),
        { kind: 'mention', of: 'channel', id: '14' },
      ],
    ],
    ['</config view:15>', [{ kind: 'command', name: 'config view' }]],
    ['<t:60:R>', [{ kind: 'time', atMs: 60_000, style: 'R' }]],
    ['<t:60>', [{ kind: 'time', atMs: 60_000, style: 'f' }]],
    [
      'see http://127.0.0.1/x.',
      [text('see '), { kind: 'link', url: 'http://127.0.0.1/x', children: [text('http://127.0.0.1/x')] }, text('.')],
    ],
    ['[here](https://a.test/b)', [{ kind: 'link', url: 'https://a.test/b', children: [text('here')] }]],
    ['[here](javascript:alert(1))', [text('[here](javascript:alert(1))')]],
    ['[here](data:text/html,x)', [text('[here](data:text/html,x)')]],
    ['<b>&amp;</b>', [text('<b>&amp;</b>')]],
  ])('%j', (given, expected) => {
    expect(parseInline(given)).toEqual(expected);
  });

  it('links to http and https only, whatever the text is', () => {
    const urls = (pieces: readonly Inline[]): string[] =>
      pieces.flatMap((piece) => [
        ...(piece.kind === 'link' ? [piece.url] : []),
        ...('children' in piece ? urls(piece.children) : []),
      ]);
    const parts = [
      '[a](',
      ')',
      'javascript:',
      'http://',
      'https://x.test/',
      '<',
      '>',
      '**',
      '||',
      '\\',
      ' ',
      'data:',
      '"',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 }))), (words) => {
        for (const url of urls(parseInline(words.join('')))) expect(url).toMatch(/^https?:\/\//);
      }),
    );
  });
});

describe('lines of a message', () => {
  it.each([
    ['one\ntwo', [{ kind: 'paragraph', children: [text('one\ntwo')] }]],
    [
      '# Title\nrest',
      [
        { kind: 'heading', level: 1, children: [text('Title')] },
        { kind: 'paragraph', children: [text('rest')] },
      ],
    ],
    ['-# small', [{ kind: 'subtext', children: [text('small')] }]],
    ['#art', [{ kind: 'paragraph', children: [text('#art')] }]],
    [
      '- a\n  - b\n1. c',
      [
        { kind: 'item', depth: 0, marker: '•', children: [text('a')] },
        { kind: 'item', depth: 1, marker: '•', children: [text('b')] },
        { kind: 'item', depth: 0, marker: '1.', children: [text('c')] },
      ],
    ],
    [
      '> a\n> b\nc',
      [
        { kind: 'quote', blocks: [{ kind: 'paragraph', children: [text('a\nb')] }] },
        { kind: 'paragraph', children: [text('c')] },
      ],
    ],
    ['>>> a\nb', [{ kind: 'quote', blocks: [{ kind: 'paragraph', children: [text('a\nb')] }] }]],
    [
      'see\n```ts\n**x**\n```',
      [
        { kind: 'paragraph', children: [text('see')] },
        { kind: 'codeBlock', text: '**x**' },
      ],
    ],
    ['```no end', [{ kind: 'paragraph', children: [text('```no end')] }]],
  ])('%j', (given, expected) => {
    expect(parseBlocks(given)).toEqual(expected);
  });

  it('end for any text', () => {
    const parts = ['```', '> ', '>>> ', '# ', '- ', '1. ', '\n', 'a', ' ', '-# ', '`'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), (words) => {
        expect(parseBlocks(words.join(''))).toBeInstanceOf(Array);
      }),
    );
  });
});

it.each([
  [125_000, 'R', '2 minutes ago'],
  [250_000, 'R', 'in 5 seconds'],
  [245_000 + 7_300_000, 'R', 'in 2 hours'],
  [0, 'd', '1/1/70'],
])('a timestamp of %d in style %s', (atMs, style, expected) => {
  expect(formatTime(atMs, style, { nowMs: 245_000, locale: 'en-US' })).toBe(expected);
});
