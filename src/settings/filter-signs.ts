import { digitReadings, enclosedLetter, readingsOf, signReadings } from './lookalikes.ts';

/** A letter of a text as the filter sees it, or what stands between words, or what may be either. */
export interface Sign {
  /** The letters that it may be, folded; the first is the plainest. Empty when it is none. */
  readonly letters: readonly string[];
  /** How often it stands in a row; more than once only for stretched letters, as in `nooooo`. */
  readonly count: number;
  /** `joiner` is what people put into a word, such as a dot or a hyphen. */
  readonly gap: 'none' | 'joiner' | 'separator';
  /** Of a script that is written without spaces, or a pictograph: every one may begin and end a word. */
  readonly standsAlone: boolean;
  readonly isApostrophe: boolean;
}

const JOINERS = new Set('-‐_.~*•·^+=`\\');
const APOSTROPHES = new Set("'’‘ʼ＇");
/** Nobody writes a letter three times in a row, but for effect. */
const STRETCHED = 3;

// Marks that are written over letters of any script, but not those that tell Japanese syllables apart.
const OVERLAID_MARKS = /\p{Me}|(?=\p{Script=Inherited})(?![\u3099\u309A])\p{M}/gu;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Emoji_Modifier}\u0640]|(?!\s)\p{Cc}/gu;
const LETTER = /[\p{L}\p{M}]/u;
const DIGIT = /\p{N}/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

interface RawSign extends Sign {
  readonly character: string;
  readonly kind: 'letter' | 'digit' | 'other';
  /** What a digit is within a number, where it stands for itself. */
  readonly asNumber?: RawSign;
}

function classify(character: string): RawSign {
  const sign = { character, letters: [], count: 1, gap: 'separator', standsAlone: false, isApostrophe: false } as const;
  if (LETTER.test(character)) {
    const standsAlone = WITHOUT_SPACES.test(character);
    return { ...sign, kind: 'letter', letters: readingsOf(character), gap: 'none', standsAlone };
  }
  if (DIGIT.test(character)) {
    const asNumber: RawSign = { ...sign, kind: 'digit', letters: [character], gap: 'none' };
    return { ...asNumber, letters: [character, ...(digitReadings.get(character) ?? [])], asNumber };
  }
  if (JOINERS.has(character)) return { ...sign, kind: 'other', gap: 'joiner' };
  if (PICTOGRAPH.test(character)) return { ...sign, kind: 'other', letters: [character], standsAlone: true };
  const letters = signReadings.get(character) ?? [];
  return { ...sign, kind: 'other', letters, isApostrophe: APOSTROPHES.has(character) };
}

/** Within a number, digits are digits. */
function keepNumbers(signs: readonly RawSign[]): RawSign[] {
  const kept: RawSign[] = [];
  for (let start = 0; start < signs.length; ) {
    let end = start;
    let isWord = false;
    for (; signs[end]?.gap === 'none'; end += 1) isWord ||= signs[end]?.kind === 'letter';
    end = Math.max(end, start + 1);
    for (const sign of signs.slice(start, end)) kept.push((!isWord && sign.asNumber) || sign);
    start = end;
  }
  return kept;
}

/** Joins stretched letters; what stands in a row within a number is no stretching. */
function foldStretched(signs: readonly RawSign[]): Sign[] {
  const folded: Sign[] = [];
  for (let start = 0; start < signs.length; ) {
    const first = signs[start];
    if (!first) break;
    let end = start + 1;
    while (signs[end]?.character === first.character) end += 1;
    const isNumber = first.kind === 'digit' && !first.asNumber;
    const count = end - start;
    if (count >= STRETCHED && first.letters.length > 0 && !isNumber) folded.push({ ...first, count });
    else folded.push(...signs.slice(start, end));
    start = end;
  }
  return folded;
}

/** By way of the capital, which makes one letter of `ſ` and `s`, of `ς` and `σ`, and two of `ß`; of `ẞ` only from the small one. */
function foldCase(character: string): string {
  return enclosedLetter(character) ?? character.toLowerCase().toUpperCase().toLowerCase();
}

/**
 * A text as the filter sees it: compatibility forms, case, accents and look-alikes folded, what can't be seen removed.
 * Takes any text, also malformed one, in time linear to its length.
 */
export function readSigns(text: string): Sign[] {
  const plain = text.normalize('NFKD').replace(INVISIBLE, '').replace(OVERLAID_MARKS, '').normalize('NFC');
  // Texts repeat few characters: what each one is gets looked up once.
  const known = new Map<string, readonly RawSign[]>();
  const signs: RawSign[] = [];
  for (const character of plain) {
    let its = known.get(character);
    if (!its) {
      its = Array.from(foldCase(character), classify);
      known.set(character, its);
    }
    for (const sign of its) signs.push(sign);
  }
  return foldStretched(keepNumbers(signs));
}
