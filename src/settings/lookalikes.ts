import { createRequire } from 'node:module';
import { lazy } from '../lazy.ts';

/**
 * Unicode's table of look-alikes: a character and what it looks like, such as `ꓚ` and `C`. For more than the plainest use
 * the package itself is too slow.
 * @see https://www.unicode.org/reports/tr39/
 */
const confusables = lazy(
  // Safe cast: what the package's own code takes the file for.
  () => createRequire(import.meta.url)('unhomoglyph/data.json') as Readonly<Record<string, string>>,
);

/**
 * Lower-case letters and the Latin ones that they, or their capitals, are read as, the likeliest first. The letters of a row
 * are one to the filter: `хуй` is `xyй`.
 */
const LETTERS = [
  // Cyrillic
  'аa вb сc ԁd еe гr һh нh іi јj кk ӏl мm оo пn рp ԛq ѕs тt уy ѵv ԝw хx',
  // Greek
  'αa βb εe ηnh ιi κk μmu νvn οo ρp τt υuy χx γy ωw ζz',
  // Armenian
  'օo ոn սu հh ցg',
  // Latin letters that no normalization makes plain
  'ɑa øo đd ɖd łl ħh ŧt ƒf ɡg ɩi ɪi ɭl ɴn ɵo ʀr ʏy ƶz ƅb ɓb ƈc ɗd ɛe ɠg ɦh ƙk ɱm ɲn ƥp ʠq ʂs ƭt ʋv',
  'ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ᴊj ᴋk ʟl ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ᴢz',
];

/** Digits, within a word, and what they may stand for. */
const DIGITS = ['0o 1il 2z 3e 4a 5s 6bg 7t 8b 9g'];

/** Signs that are either a letter or stand between words. */
const SIGNS = ['@a $s €e £l ¢c !il |il'];

/** The first letters of alphabets in boxes and circles, and of the regional indicators that flags are made of; for Unicode they are signs. */
const ENCLOSED_ALPHABETS = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6] as const;

/** What is written from right to left can't dress up a Latin word: within one it stands out, and moves what is around it. */
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}]/u;
const MARKS = /\p{M}/gu;

function toMap(rows: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const entries = rows.flatMap((row) => row.split(' ')).map((entry) => [...entry]);
  return new Map(entries.map(([sign = '', ...readings]) => [sign, readings]));
}

const letterReadings = toMap(LETTERS);
const digitReadings = toMap(DIGITS);
const signReadings = toMap(SIGNS);

/** The Latin letter within a box, a circle or a flag; undefined for anything else. */
export function enclosedLetter(character: string): string | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < ENCLOSED_ALPHABETS[0]) return undefined;
  const first = ENCLOSED_ALPHABETS.find((start) => codePoint >= start && codePoint < start + 26);
  return first === undefined ? undefined : String.fromCharCode('a'.charCodeAt(0) + codePoint - first);
}

/** The Latin letters that a character looks like in Unicode's table. */
function latinReadings(character: string): readonly string[] {
  const looks = confusables()[character];
  if (looks === undefined || character <= '\u007F' || RIGHT_TO_LEFT.test(character)) return [];
  const plain = looks.normalize('NFKD').replace(MARKS, '');
  // To Unicode a capital I is a small L.
  if (plain === 'l') return ['l', 'i'];
  const letter = plain.toLowerCase();
  return /^[a-z]$/.test(letter) ? [letter] : (letterReadings.get(letter) ?? []);
}

/** What each lower-case letter and sign may be read as, itself or its Latin letter of the rows above first. */
const allReadings = lazy(() => {
  const readings = new Map<string, readonly string[]>(letterReadings);
  for (const character of Object.keys(confusables())) {
    const latin = latinReadings(character);
    const letter = character.toLowerCase();
    if (latin.length > 0) readings.set(letter, [...new Set([...(readings.get(letter) ?? [letter]), ...latin])]);
  }
  return readings;
});

/** What a lower-case letter may be read as; the first is the same for all of a row above. */
export const readingsOf = (letter: string): readonly string[] => allReadings().get(letter) ?? [letter];

/** What a digit may be read as within a word; the first is the digit itself. */
export const digitReadingsOf = (digit: string): readonly string[] => [digit, ...(digitReadings.get(digit) ?? [])];

/** The letters that a sign may be read as; none for most. */
export const signReadingsOf = (sign: string): readonly string[] =>
  signReadings.get(sign) ?? allReadings().get(sign)?.slice(1) ?? [];
