/**
 * Lower-case letters and the Latin ones that they, or their capitals, are read as, the likeliest first.
 * @see https://www.unicode.org/reports/tr39/
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
const DIGITS = ['0o 1il 3e 4a 5s 7t 8b 9g'];

/** Signs that are either a letter or stand between words. */
const SIGNS = ['@a $s €e £l ¢c !il |il'];

/** The first letters of alphabets in boxes and circles, and of the regional indicators that flags are made of; for Unicode they are signs. */
const ENCLOSED_ALPHABETS = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6];

function toMap(rows: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const entries = rows.flatMap((row) => row.split(' ')).map((entry) => [...entry]);
  return new Map(entries.map(([sign = '', ...readings]) => [sign, readings]));
}

const letterReadings = toMap(LETTERS);
export const digitReadings = toMap(DIGITS);
export const signReadings = toMap(SIGNS);

/** The Latin letter within a box, a circle or a flag; undefined for anything else. */
export function enclosedLetter(character: string): string | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  const first = ENCLOSED_ALPHABETS.find((start) => codePoint >= start && codePoint < start + 26);
  return first === undefined ? undefined : String.fromCharCode('a'.charCodeAt(0) + codePoint - first);
}

/** What a lower-case letter may be read as; the first is the same for all that look alike. */
export function readingsOf(letter: string): readonly string[] {
  return letterReadings.get(letter) ?? [letter];
}
