import { FILTER_WORD_LIMITS } from '../../src/settings/filter-word.ts';

/** Numbers from 0 to below 1 that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

const random = seeded(7);
const COUNT = 500;
const LETTERS = 'abcdefghijklmnoprstuvw';
const draw = (length: number, alphabet: string) =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
const list = (word: (index: number) => string, count = COUNT) =>
  Array.from({ length: count }, (_, index) => word(index));

/** A text with a space behind each letter. */
export const spaced = (text: string): string => [...text].map((letter) => `${letter} `).join('');

/** Full filters that are made to take long; some only an earlier release let in. */
export const HOSTILE_WORDS: Readonly<Record<string, readonly string[]>> = {
  'repeated parts and two wildcards': list(
    (index) => `${'ab'.repeat(1 + (index % 20))}*${'ba'.repeat(3)}*q${draw(3, 'ab')}`,
  ),
  'wildcards within': list(() => `${draw(2, LETTERS)}*${draw(3, LETTERS)}z`),
  'long tails': list((index) => `${'a'.repeat(1 + (index % 24))}*${'a'.repeat(20 + (index % 5))}z`),
  'look-alikes': list(() => draw(50, '1il')),
  phrases: list(() => `i${draw(47, 'i ')}l`),
  open: list(() => `*${draw(4, LETTERS)}z*`),
  plain: list(() => `${draw(8, LETTERS)}z`),
};

const LENGTH = 6_000;
const fill = (part: string) => part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);

/** As long as a prompt and a negative prompt may be together. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  'one letter': fill('a'),
  'two letters': fill('ab'),
  'two letters spelled out': fill('a b '),
  'look-alikes': fill('1l!i|'),
  'look-alikes spelled out': fill('l.1.'),
  signs: fill('1.!.|.l.'),
  stretched: fill('aaabbb'),
  'stretched signs': fill('aaa!!!'),
  'all letters spelled out': fill(spaced(draw(300, LETTERS))),
  'all letters': draw(LENGTH, LETTERS),
  'all characters': String.fromCodePoint(...Array.from({ length: LENGTH }, (_, index) => 0x100 + index)),
  'characters of four letters': fill('\uFDF2'),
};

/** A filter with as much of everything as is allowed, of words that no text of the tests has. */
export function allowedWords(count: number): string[] {
  const inner = list((index) => `${LETTERS[index]}*${draw(4, LETTERS)}z`, FILTER_WORD_LIMITS.maxInnerWildcards);
  const others = list((index) => {
    const word = `${draw(3 + (index % 8), LETTERS)}z${draw(2, LETTERS)}`;
    return [`${word}`, `${word}*`, `*${word}`, `*${word}*`, `${word} ${draw(4, LETTERS)}`][index % 5] ?? word;
  }, COUNT);
  return [...inner, ...others].slice(0, count);
}
