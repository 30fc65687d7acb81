import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, escaped, isBlank, plain } from '../../src/replies/escape.ts';

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\\',
      '*',
      '_',
      '~',
      '`',
      '|',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '#',
      '@',
      ':',
      '-',
      '\n',
      ' ',
      'a',
      '1',
      '.',
      '👩‍👩‍👧',
      '\u202E',
    ),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  ),
  maxLength: 300,
});

describe('escaped', () => {
  it.each([
    ['**bold** and __underlined__', '\\*\\*bold\\*\\* and \\_\\_underlined\\_\\_'],
    ['[free nitro](https://evil.example)', '\\[free nitro\\]\\(https\\://evil.example\\)'],
    ['<@123> <@&456> @everyone', '\\<\\@123\\> \\<\\@&456\\> \\@everyone'],
    ['# heading\n> quote\n-# small', '\\# heading \\> quote \\-\\# small'],
    ['\\*not literal', '\\\\\\*not literal'],
    ['```js\ncode```', '\\`\\`\\`js code\\`\\`\\`'],
    ['(sci-fi:1.4)', '\\(sci\\-fi\\:1.4\\)'],
  ])('shows %j literally', (text, expected) => {
    expect(escaped(text, 1_000)).toBe(expected);
  });

  it('leaves no special character alive and stays within the limit', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, maxLength) => {
        const shown = escaped(text, maxLength);
        expect(shown.length).toBeLessThanOrEqual(maxLength);
        const withoutEscapes = shown.replace(/\\[^0-9A-Za-z\s]/g, '');
        expect(withoutEscapes).not.toMatch(/[\\*_~`|[\]()<>#@\n\r]/);
      }),
    );
  });

  it('cuts between characters and says so with an ellipsis', () => {
    expect(escaped('a**', 4)).toBe('a\\*…');
    expect(escaped('👩‍👩‍👧👩‍👩‍👧', 9)).toBe('👩‍👩‍👧…');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
  });
});

describe('plain', () => {
  it('takes away what turns text around or hides in it, and keeps what emoji are joined with', () => {
    expect(plain('a\u202Eb\u200Bc\n\n d 👩‍👩‍👧')).toBe('abc d 👩‍👩‍👧');
  });
});

describe('isBlank', () => {
  it.each(['', ' \n\t', '\u200B', '\u200D\uFE0F', '\u00AD\u2060', '\u3164', '\u2800', '\u{E0020}'])(
    'is true of %j',
    (text) => {
      expect(isBlank(text)).toBe(true);
    },
  );

  it.each(['.', ' a ', '\u200Ba', '👩‍👩‍👧', 'שלום', '\u0600'])('is false of %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});
