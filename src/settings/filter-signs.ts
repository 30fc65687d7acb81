import { digitReadingsOf, enclosedLetter, readingsOf, signReadingsOf } from './lookalikes.ts';

/** A letter of a text as the filter sees it, or what stands between words, or what may be either. */
export interface Sign {
  /** The letters that it may be, folded; the first is the plainest. Empty when it is none. */
  readonly letters: readonly string[];
  /** How often it stands in a row; more than once only for stretched letters, as in `nooooo`. */
  readonly count: number;
  /** A joiner is any punctuation and any symbol: people put them into words. A separator is a space, or an apostrophe. */
  readonly gap: 'none' | 'joiner' | 'separator';
  /** Of a script that is written without spaces, or a pictograph: every one may begin and end a word. */
  readonly standsAlone: boolean;
  readonly isApostrophe: boolean;
}

const APOSTROPHES = new Set("'’‘ʼ＇");
/** Nobody writes a letter three times in a row, but for effect. */
const STRETCHED = 3;

// Whole words in one character, of which normalization would make up to 18 letters.
const WORDS_IN_ONE = /[\u3300-\u3357\u33AE\u33AF\uFDFA\uFDFB]/gu;
// Accents with no letter below them: for normalization they are spaces.
const LONE_ACCENTS = /(?!\p{Emoji_Modifier})[\p{Sk}\u037A\u2017\u203E\uFE49-\uFE4C]/gu;
// Marks that are written over letters of any script, but not those that tell Japanese syllables apart.
const OVERLAID_MARKS = /\p{Me}|(?=[\p{Script=Inherited}\p{Script=Common}])(?![\u3099\u309A])\p{M}/gu;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Emoji_Modifier}\u0640]|(?!\s)\p{Cc}/gu;
const LETTER = /[\p{L}\p{M}]/u;
const DIGIT = /\p{N}/u;
const SPACE = /\s/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

interface RawSign extends Sign {
  readonly character: string;
  readonly kind: 'letter' | 'digit' | 'other';
  /** What a digit is within a number, where it stands for itself. */
  readonly asNumber: RawSign | undefined;
}

/** All fields in one literal: spreading a template takes most of the time where every character is another one. */
function makeSign(
  character: string,
  { kind, gap }: Pick<RawSign, 'kind' | 'gap'>,
  letters: readonly string[],
  { standsAlone = false, isApostrophe = false, asNumber = undefined as RawSign | undefined } = {},
): RawSign {
  return { character, kind, gap, letters, count: 1, standsAlone, isApostrophe, asNumber };
}

const LETTER_KIND = { kind: 'letter', gap: 'none' } as const;
const DIGIT_KIND = { kind: 'digit', gap: 'none' } as const;
const JOINER_KIND = { kind: 'other', gap: 'joiner' } as const;
const SEPARATOR_KIND = { kind: 'other', gap: 'separator' } as const;

function classify(character: string): RawSign {
  if (LETTER.test(character)) {
    if (WITHOUT_SPACES.test(character)) return makeSign(character, LETTER_KIND, [character], { standsAlone: true });
    return makeSign(character, LETTER_KIND, readingsOf(character));
  }
  if (DIGIT.test(character)) {
    const asNumber = makeSign(character, DIGIT_KIND, [character]);
    return makeSign(character, DIGIT_KIND, digitReadingsOf(character), { asNumber });
  }
  if (APOSTROPHES.has(character)) return makeSign(character, SEPARATOR_KIND, [], { isApostrophe: true });
  if (SPACE.test(character)) return makeSign(character, SEPARATOR_KIND, []);
  if (PICTOGRAPH.test(character)) return makeSign(character, JOINER_KIND, [character], { standsAlone: true });
  return makeSign(character, JOINER_KIND, signReadingsOf(character));
}

/** Letters and digits without a gap between them. */
interface Token {
  readonly start: number;
  readonly end: number;
  readonly isWord: boolean;
}

function findTokens(signs: readonly RawSign[]): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < signs.length; start += 1) {
    let end = start;
    let isWord = false;
    for (; signs[end]?.gap === 'none'; end += 1) isWord ||= signs[end]?.kind === 'letter';
    if (end > start) tokens.push({ start, end, isWord });
    start = end;
  }
  return tokens;
}

/** Digits are digits within a number, but for those of a word that is spelled out: `c 0 c k` has no fewer letters than digits. */
function keepNumbers(signs: RawSign[]): RawSign[] {
  let spelled: Token[] = [];
  const keep = ({ start, end }: Token) => {
    for (let index = start; index < end; index += 1) {
      const sign = signs[index];
      if (sign?.asNumber) signs[index] = sign.asNumber;
    }
  };
  const endSpelled = () => {
    const digits = spelled.filter(({ isWord }) => !isWord);
    if (digits.length > spelled.length - digits.length) digits.forEach(keep);
    spelled = [];
  };
  for (const token of findTokens(signs)) {
    if (token.end - token.start === 1) spelled.push(token);
    else {
      endSpelled();
      if (!token.isWord) keep(token);
    }
  }
  endSpelled();
  return signs;
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
    else for (let index = start; index < end; index += 1) folded.push(first);
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
  const plain = text
    .replace(WORDS_IN_ONE, ' ')
    .replace(LONE_ACCENTS, '~')
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .replace(OVERLAID_MARKS, '')
    .normalize('NFC');
  // Texts repeat few characters: what each one is gets looked up once.
  const known = new Map<string, readonly RawSign[]>();
  const signs: RawSign[] = [];
  for (const character of plain) {
    let its = known.get(character);
    if (!its) {
      const folded = foldCase(character);
      its = folded === character ? [classify(character)] : Array.from(folded, classify);
      known.set(character, its);
    }
    for (const sign of its) signs.push(sign);
  }
  return foldStretched(keepNumbers(signs));
}
