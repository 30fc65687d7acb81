import type { Sign } from './filter-signs.ts';

/** How a word may go on behind a gap, if it may: `wo-rd`, or `w o r d`. */
export type Bridge = 'joined' | 'spelled' | undefined;

const isLetter = (sign: Sign | undefined) => sign !== undefined && sign.letters.length > 0;

/** For each sign whether it is a letter between gaps (1), as those of `w o r d`; the `s` of `it's` is not. */
function findLoneLetters(signs: readonly Sign[]): Uint8Array {
  const isLone = new Uint8Array(signs.length);
  for (let index = 0; index < signs.length; index += 1) {
    const before = signs[index - 1];
    const isBetweenGaps = before?.gap !== 'none' && signs[index + 1]?.gap !== 'none';
    if (!isBetweenGaps || !isLetter(signs[index])) continue;
    const isContraction = before?.isApostrophe === true && isLetter(signs[index - 2]) && isLone[index - 2] === 0;
    if (!isContraction) isLone[index] = 1;
  }
  return isLone;
}

/** For each sign how a word may go on behind it although it is a gap. */
export function findBridges(signs: readonly Sign[]): Bridge[] {
  const isLone = findLoneLetters(signs);
  // Whether the next letter is a lone one, and whether nothing but joiners is before it.
  const isLoneNext = new Uint8Array(signs.length);
  const isJoinedNext = new Uint8Array(signs.length);
  for (let index = signs.length - 2; index >= 0; index -= 1) {
    const next = signs[index + 1];
    const isNextLetter = isLetter(next);
    isLoneNext[index] = (isNextLetter ? isLone : isLoneNext)[index + 1] ?? 0;
    isJoinedNext[index] = isNextLetter ? 1 : next?.gap === 'joiner' ? (isJoinedNext[index + 1] ?? 0) : 0;
  }
  let isAfterLone = false;
  let isAfterJoined = false;
  return signs.map((sign, index) => {
    const isSpelled = isAfterLone && isLoneNext[index] === 1;
    const isJoined = isAfterJoined && sign.gap === 'joiner' && isJoinedNext[index] === 1;
    if (isLetter(sign)) isAfterLone = isLone[index] === 1;
    isAfterJoined = isLetter(sign) || (isAfterJoined && sign.gap === 'joiner');
    return isSpelled ? 'spelled' : isJoined ? 'joined' : undefined;
  });
}
