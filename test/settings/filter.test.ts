import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../src/settings/filter.ts';
import { FILTER_WORD_LIMITS, parseFilterWord } from '../../src/settings/filter-word.ts';

const WORDS = ['ass', 'fuck', 'kid', 'cunt', 'nude', 'hell', 'kkk', 'penis', 'sex', 'tit', 'coon', 'rape', 'nazi'];
const filter = compileFilter(WORDS);

describe('the filter finds a word', () => {
  it.each([
    ['as it is', 'a fuck b', 'fuck'],
    ['in capitals', 'FUCK', 'fuck'],
    ['among the weights of a prompt', '(nude:1.3), masterpiece', 'nude'],
    ['before punctuation', 'go to hell!', 'hell'],
    ['before an apostrophe', 'hell’s gate', 'hell'],
    ['with underscores around it', '__nude__', 'nude'],
    ['with accents', 'ñüdé', 'nude'],
    ['with accents of its own characters', 'n\u0342u\u0336d\u0489e\u20dd', 'nude'],
    ['in full width', 'ｆｕｃｋ', 'fuck'],
    ['in mathematical letters', '𝒇𝓾𝕔𝖐', 'fuck'],
    ['in small capitals', 'ꜰᴜᴄᴋ', 'fuck'],
    ['in circles and boxes', 'ⓕ🅤🅒🅺', 'fuck'],
    ['in regional indicators', '🇫 🇺 🇨 🇰', 'fuck'],
    ['with Cyrillic letters', 'сunt', 'cunt'],
    ['all in Cyrillic letters', 'кіԁ', 'kid'],
    ['with Greek letters', 'fυcκ', 'fuck'],
    ['in Greek capitals', 'ΗELL', 'hell'],
    ['with a dotless i', 'kıd', 'kid'],
    ['with a long s', 'aſs', 'ass'],
    ['with a sharp s', 'aß', 'ass'],
    ['with a capital sharp s', 'Aẞ', 'ass'],
    ['with digits', 'a55 and n4z1', 'ass'],
    ['with a digit that may be two letters', '5ex t1t', 'sex'],
    ['with signs for letters', 'a$$', 'ass'],
    ['with a sign at its beginning', '@ss', 'ass'],
    ['with zero-width characters', 'n\u200bu\u200dd\ufeffe', 'nude'],
    ['with soft hyphens and direction marks', 'nu\u00adde\u202e', 'nude'],
    ['with variation selectors', 'n\ufe0fude', 'nude'],
    ['with control characters', 'n\u0000u\u0007de', 'nude'],
    ['with dots', 'f.u.c.k', 'fuck'],
    ['with a hyphen', 'fu-ck', 'fuck'],
    ['with an underscore', 'nu_de', 'nude'],
    ['spelled out', 'an image of f u c k please', 'fuck'],
    ['spelled out with several signs', 'f - u - c - k', 'fuck'],
    ['spelled out with slashes', 'f/u/c/k', 'fuck'],
    ['spelled out with apostrophes', "f'u'c'k", 'fuck'],
    ['spelled out with emoji', 'f😀u😀c😀k', 'fuck'],
    ['spelled out on lines', 'f\nu\nc\nk', 'fuck'],
    ['stretched', 'fuuuuuuck', 'fuck'],
    ['stretched and with a double letter', 'aaaassssss', 'ass'],
    ['that is nothing but one letter', 'KKKK', 'kkk'],
    ['with a slash', 'fu/ck', 'fuck'],
    ['with an en dash', 'fu–ck', 'fuck'],
    ['with an em dash', 'fu—ck', 'fuck'],
    ['with a middle dot', 'fu·ck', 'fuck'],
    ['with a katakana dot', 'fu・ck', 'fuck'],
    ['with a tilde', 'fu~ck', 'fuck'],
    ['with a full-width tilde', 'fu～ck', 'fuck'],
    ['with an ellipsis', 'fu…ck', 'fuck'],
    ['with several dots', 'fu...ck', 'fuck'],
    ['with a bar, which may be a letter', 'fu|ck', 'fuck'],
    ['with an exclamation mark, which may be a letter', 'fu!ck', 'fuck'],
    ['with a colon', 'fu:ck', 'fuck'],
    ['with a comma', 'fu,ck', 'fuck'],
    ['with brackets', 'f[u]ck', 'fuck'],
    ['with quotation marks', 'f"u"ck', 'fuck'],
    ['with a bullet', 'fu•ck', 'fuck'],
    ['with a box line', 'fu│ck', 'fuck'],
    ['with an arrow', 'fu→ck', 'fuck'],
    ['with emoji', 'fu🔥ck', 'fuck'],
    ['with several kinds of signs', 'fu-/.ck', 'fuck'],
    ['with an accent of its own', 'fu´ck', 'fuck'],
    ['with a blank braille pattern', 'fu\u2800ck', 'fuck'],
    ['with a sign for private use', 'fu\ue000ck', 'fuck'],
    ['with a fraction slash', 'fu⁄ck', 'fuck'],
    ['with dots and a digit', 'n.u.d.3', 'nude'],
    ['with hyphens and a digit', 'c-0-o-n', 'coon'],
    ['with spaces and a digit', 'k 1 d', 'kid'],
    ['with slashes and two digits', 'n/4/z/1', 'nazi'],
    ['with digits and a dot between parts', 'n4.z1', 'nazi'],
    ['with a 2 for a z', 'na2i', 'nazi'],
    ['in Lisu letters', 'ꓝꓴꓚꓗ', 'fuck'],
    ['with a Lisu letter', 'ꓠude', 'nude'],
    ['in Cherokee letters', 'ᎡᎪᏢᎬ', 'rape'],
    ['with small Cherokee letters', 'ꭺss', 'ass'],
    ['with a letter of Canadian syllabics', 'ᖴuck', 'fuck'],
    ['in Coptic letters', 'ⲤⲞⲞⲚ', 'coon'],
    ['in Deseret letters', '𐐕oon', 'coon'],
    ['with an Armenian letter', 'ոude', 'nude'],
    ['with a Greek sigma', 'cσσn', 'coon'],
    ['with a Georgian letter', 'cჿon', 'coon'],
    ['with a Lisu i', 'kꓲd', 'kid'],
    ['with a sign of mathematics', '⊤it', 'tit'],
    ['with everything at once', 'F\u200b·υ·с·ĸ'.replace('ĸ', 'к'), 'fuck'],
  ])('%s: %j', (_, text, word) => {
    expect(filter.find(text)).toBe(word);
  });
});

describe('the filter leaves innocent texts alone', () => {
  it.each([
    'kidney',
    'kidnapped by pirates',
    'Scunthorpe',
    'classic, class, glass, grass, bass, assassin, assess, massage, embassy, passport, cassette',
    'Essex and Sussex, Middlesex',
    'a raccoon in a cocoon',
    'grapes, drapes and a trapeze',
    'the title of the titan, constitution',
    "he'll, she'll, I'll, we'll",
    'shell, hello, Michelle',
    'the pen is on the table',
    'peninsula',
    'drapery',
    "it's a s.o.s",
    '4k, 8k, 1990s, 3d render, f1 car, r2d2, mp3, 35mm',
    '100 455 1917 80085',
    '$5 a piece @ 3 pm',
    'see k k',
    'an asset',
    'Dick Tracy, Moby Dick',
    'cla$$ic gra$$',
    'and/or, his/her, s/he, either/or, as/it',
    'a state-of-the-art, black-and-white, well-lit, half-assembled set',
    'classic/glass/bass, grass-fed, kidney-shaped, raccoon-like',
    'assess/assassin, mass–produced, passport…classics',
    'as/so, as-is, as~on, hi/ts, ki/lled, se-xtant',
    '12/10/2024, 2024-10-12, 10.12.24, 18:30, 4/5, 3-4, 16:9, 1024×1024, 1/2',
    'f/1.8, f/22, iso 400, 18-55mm, 4 k, a 5 5, 5 x 5, b-52, v1.5',
    'lora:glass_v2:0.8>, (as:1.2), [se|xt]',
    'ＣＬＡＳＳ, cläss, clᴀss',
    'Привет, это касса и масса',
    'Η Ελλάδα και η θάλασσα',
    'ꓮꓢꓢꓰꓢꓢ',
    'שלום, סוס, מים',
    'مرحبا بالعالم',
    "rock'n'roll, l'été, o'clock, it's, he's here",
    '',
    ' \n\t',
  ])('%j', (text) => {
    expect(filter.find(text)).toBeUndefined();
  });
});

describe('the words of a filter', () => {
  it.each([
    ['a wildcard at the end', 'porn*', ['porn', 'pornographic'], ['hentaiporn', 'por']],
    ['wildcards at both ends', '*porn*', ['hentaiporno', 'P0RN'], ['por n']],
    ['a wildcard within', 'f*ck', ['fuck', 'fck', 'f.u.c.k', 'f@ck'], ['f ck', 'fire-duck', 'fire+stock', 'firm-neck']],
    [
      'a phrase',
      'red rose',
      ['a Red, Rose', 'red\nrose', 'red_rose', 'r e d r o s e'],
      ['redrose', 'red roses', 'rose red'],
    ],
    ['a wildcard as a word', 'red * rose', ['red big rose'], ['red rose', 'red big fat rose']],
    ['a hyphen', 'blow-job', ['blow job', 'blow-job'], ['blow the job']],
    ['an accent and capitals', 'CAFÉ', ['cafe', 'Café'], ['cafeteria']],
    ['Cyrillic', 'хуй', ['ХУЙ', 'xyй'], ['хуйня']],
    ['Chinese, which has no spaces', '坏人', ['他是坏人吗', '坏 人'], ['坏的人']],
    ['Japanese syllables that differ by a mark', 'バス', ['赤いバスです'], ['ハス']],
    ['Hindi, whose vowels are marks', 'कमल', ['लाल कमल'], ['कमाल']],
    ['an emoji', '🍆', ['look🍆', '🍆🏽'], ['🍅']],
    ['a number', '18+', ['18 +', '18+'], ['118', '1888']],
  ])('%s: %j', (_, word, hits, misses) => {
    const one = compileFilter([word]);
    for (const hit of hits) expect(one.find(hit), hit).toBeDefined();
    for (const miss of misses) expect(one.find(miss), miss).toBeUndefined();
  });

  it.each([
    ['', 'too_short'],
    ['*', 'too_short'],
    ['a', 'too_short'],
    ['a*', 'too_short'],
    ['...', 'too_short'],
    ['x'.repeat(FILTER_WORD_LIMITS.maxLength + 1), 'too_long'],
    ['a*b*c*', 'too_many_wildcards'],
  ])('refuses %j: %s', (text, problem) => {
    expect(parseFilterWord(text)).toEqual({ problem });
    expect(compileFilter([text]).find(text)).toBeUndefined();
  });

  it('are shown in lower case, with single spaces', () => {
    expect(parseFilterWord('  Red \n ROSE ')).toMatchObject({ word: 'red rose' });
  });
});

describe('all words that a text has', () => {
  const matches = (text: string, ...words: string[]) => compileFilter(words).matches(text);

  it('are named once each, in the order in which they end', () => {
    expect(matches('a kid, nude, and a KID', 'nude', 'kid', 'hell')).toEqual(['kid', 'nude']);
    expect(matches('pornographic n.u.d.e', '*graph*', 'porn*', 'nude')).toEqual(['porn*', '*graph*', 'nude']);
    expect(matches('a red rose', 'rose', 'red rose', 'red')).toEqual(['red', 'red rose', 'rose']);
  });

  it('are none where there are none', () => {
    expect(matches('kidney', 'kid')).toEqual([]);
    expect(matches('', 'kid')).toEqual([]);
    expect(matches('kid')).toEqual([]);
  });
});

describe('whatever stands in a text', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 200 });
  const dressedWord = fc.constantFrom(...WORDS).chain((word) =>
    fc
      .array(fc.tuple(fc.boolean(), fc.constantFrom('', '\u200b', '\u0301', '\u00ad', '\ufe0f', '\u2060')), {
        minLength: word.length,
        maxLength: word.length,
      })
      .map((dress) =>
        [...word]
          .map((letter, index) => (dress[index]?.[0] ? letter.toUpperCase() : letter) + dress[index]?.[1])
          .join(''),
      ),
  );

  it('the filter never throws', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 10 }), anyText, (words, text) => {
        compileFilter(words).find(text);
      }),
    );
  });

  it('finds a word in any case, with accents and invisible characters in it', () => {
    fc.assert(
      fc.property(
        dressedWord,
        fc.constantFrom('', 'a ', '(', 'see: '),
        fc.constantFrom('', ' b', ')', '!'),
        (word, before, after) => {
          expect(filter.find(before + word + after)).toBeDefined();
        },
      ),
    );
  });

  it('finds a word with any punctuation or symbol in it', () => {
    // Some, such as ™, are letters when they are made plain; those in boxes and circles count as letters.
    const isJoiner = (character: string) =>
      /[\p{P}\p{S}]/u.test(character) &&
      !/[\p{L}\p{N}]/u.test(character.normalize('NFKD')) &&
      !/['’‘＇]/.test(character);
    const signs = Array.from({ length: 0x1f130 }, (_, code) => String.fromCodePoint(code)).filter(isJoiner);
    const one = compileFilter(['fuck']);
    expect(signs.filter((sign) => one.find(`fu${sign}ck`) === undefined)).toEqual([]);
  });

  it('one more word never lets through what was blocked', () => {
    const alphabet = fc.constantFrom(..."abcdeABс0413$!*.-_ '\u200b坏🍆");
    const word = fc.string({ unit: alphabet, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 5 }),
        word,
        fc.string({ unit: alphabet, maxLength: 30 }),
        (words, more, text) => {
          fc.pre(compileFilter(words).find(text) !== undefined);
          expect(compileFilter([...words, more]).find(text)).toBeDefined();
          expect(compileFilter([more, ...words]).find(text)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a word of the filter finds itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        const parsed = parseFilterWord(text);
        fc.pre('steps' in parsed && !text.includes('*'));
        expect(compileFilter([text]).find(text)).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('matches names the word that find finds first, and each word that is found alone', () => {
    const alphabet = fc.constantFrom(..."abcABс041$!*.-_ '坏🍆");
    const words = fc.array(fc.string({ unit: alphabet, maxLength: 6 }), { maxLength: 5 });
    fc.assert(
      fc.property(words, fc.string({ unit: alphabet, maxLength: 30 }), (list, text) => {
        const all = compileFilter(list);
        expect(all.matches(text).at(0)).toBe(all.find(text));
        const alone = list.flatMap((word) => compileFilter([word]).find(text) ?? []);
        expect(all.matches(text).toSorted()).toEqual([...new Set(alone)].toSorted());
      }),
      { numRuns: 300 },
    );
  });
});
