import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, escaped, isBlank, isEscapedWhole, plain } from '../../src/replies/escape.ts';

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

/** Of a surrogate pair. */
const HALF = /\p{Cs}/u;
const MARK = '\u0301';
/** Pieces of characters, in any order and any number of times: overlong ones come of it. */
const pieces = fc.constantFrom(
  'a',
  ' ',
  '\n',
  '*',
  '\\',
  MARK,
  '\u200D',
  '\uFE0F',
  '\u034F',
  '\u3164',
  '👩',
  '🏿',
  '🇫',
  '\u{E0067}',
  'ᄀ',
  '\u0600',
  'क',
  '्',
);
const repeated = fc.tuple(pieces, fc.integer({ min: 1, max: 120 })).map(([piece, times]) => piece.repeat(times));
const overlong = fc.array(fc.oneof(repeated, pieces), { maxLength: 30 }).map((parts) => parts.join(''));
const withoutEllipsis = (text: string) => (text.endsWith('…') ? text.slice(0, -1) : text);

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
    expect(cut('abcd', 1)).toBe('…');
    expect(cut('abcd', 0)).toBe('');
  });
});

describe('cut', () => {
  it.each([
    ['a letter with 1,500 marks', `e${MARK.repeat(1_500)}`],
    ['a chain of emoji', '👩\u200D'.repeat(800)],
    ['one cluster of jamo', 'ᄀ'.repeat(1_500)],
    ['a flag of 700 tags', `🏴${'\u{E0067}'.repeat(700)}`],
  ])('keeps as much of %s as there is room for', (_, character) => {
    const kept = withoutEllipsis(cut(`${character} and more`, 300));
    expect(kept.length).toBeGreaterThan(290);
    expect(character.startsWith(kept)).toBe(true);
  });

  it('keeps a part of the first character where there is no room for all of it', () => {
    expect(cut('👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩…');
    expect(cut('👩‍👩‍👧', 3)).toBe('👩…');
  });

  it.each([
    ['a joiner', '👩\u200D'.repeat(100)],
    ['half of an escape', 'a\\*'.repeat(100)],
    ['half of an escaped backslash', '\\\\'.repeat(100)],
  ])('never ends with %s', (_, text) => {
    for (let maxLength = 1; maxLength < 40; maxLength += 1) {
      const kept = withoutEllipsis(cut(text, maxLength));
      expect(kept).not.toMatch(/\u200D$/);
      expect((/\\*$/.exec(kept)?.[0].length ?? 0) % 2).toBe(0);
      expect(kept).not.toMatch(HALF);
    }
  });

  it('keeps to the limit, uses the room, and leaves no half of anything, whatever the text', () => {
    fc.assert(
      fc.property(overlong, fc.integer({ min: 0, max: 300 }), (text, maxLength) => {
        for (const shown of [cut(text, maxLength), escaped(text, maxLength)]) {
          expect(shown.length).toBeLessThanOrEqual(maxLength);
          expect(shown).not.toMatch(HALF);
        }
        const shown = cut(text, maxLength);
        if (text.length <= maxLength) expect(shown).toBe(text);
        else {
          expect(text.startsWith(withoutEllipsis(shown))).toBe(true);
          // An overlong character is cut within; what hangs loose at the end is not kept.
          const kept = withoutEllipsis(shown).length;
          const loose = /^\\?\u200D*/.exec(text.slice(kept))?.[0].length ?? 0;
          expect(kept + loose).toBeGreaterThanOrEqual(maxLength - 34);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what stands before a text', () => {
  it('never hides it, however much of it there is', () => {
    fc.assert(
      fc.property(fc.array(repeated, { minLength: 1, maxLength: 8 }), (parts) => {
        const text = `${parts.join('').replace(/[^\s\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')}hidden`;
        expect(escaped(text, 300)).toContain('hid');
      }),
    );
  });

  it.each([
    ['marks', `e${MARK.repeat(1_500)}`],
    ['marks on several letters', `e${MARK.repeat(200)}`.repeat(5)],
    ['joiners', '\u200D'.repeat(1_500)],
    ['variation selectors', `a${'\u{E0100}'.repeat(1_500)}`],
    ['fillers', '\u3164'.repeat(1_500)],
    ['empty braille', '\u2800'.repeat(1_500)],
    ['spaces and what is invisible in turns', ' \u034F\u200B'.repeat(500)],
  ])('is shortened where it is %s', (_, before) => {
    expect(escaped(`${before} hidden words`, 300)).toContain('hidden words');
  });
});

describe('isEscapedWhole', () => {
  it('is false of what is cut, and of what is left out of a pile of marks', () => {
    expect(isEscapedWhole('a*c', 4)).toBe(true);
    expect(isEscapedWhole('a*c', 3)).toBe(false);
    expect(isEscapedWhole(`e${MARK.repeat(11)}`, 100)).toBe(false);
    expect(isEscapedWhole(`é\n\nשָּׁ֖ 👨🏻‍❤️‍💋‍👨🏻 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}`, 100)).toBe(
      true,
    );
  });
});

describe('plain', () => {
  it('takes away what turns text around or hides in it, and keeps what emoji are joined with', () => {
    expect(plain('a\u202Eb\u200Bc\n\n d 👩‍👩‍👧')).toBe('abc d 👩‍👩‍👧');
  });

  it('leaves scripts with many marks and emoji as they are', () => {
    const written = 'שָּׁ֖ Việt ཧཱུྃ ज़्ज़्य می‌خواهم ❤️ 👨🏻‍❤️‍💋‍👨🏻 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}';
    expect(plain(written)).toBe(written);
  });

  it('takes away halves of characters', () => {
    expect(plain('a\uD83Db\uDE00')).toBe('ab');
  });
});

describe('isBlank', () => {
  it.each(['', ' \n\t', '\u200B', '\u200D\uFE0F', '\u00AD\u2060', '\u3164', '\u2800', '\u{E0020}', '\uD83D'])(
    'is true of %j',
    (text) => {
      expect(isBlank(text)).toBe(true);
    },
  );

  it.each(['.', ' a ', '\u200Ba', '👩‍👩‍👧', 'שלום', '\u0600'])('is false of %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});
