import type { Sign } from './filter-signs.ts';

/** How a word may go on behind a gap, if it may: `wo-rd`, or `w o r d`. */
export type Bridge = 'joined' | 'spelled' | undefined;

const isLetter = (sign: Sign | undefined) => sign !== undefined && sign.letters.length > 0;

/** For each sign whether it is a letter between gaps, as those of `w o r d`; the `s` of `it's` is not. */
function findLoneLetters(signs: readonly Sign[]): boolean[] {
  const isLone: boolean[] = [];
  for (let index = 0; index < signs.length; index += 1) {
    const before = signs[index - 1];
    const isBetweenGaps = before?.gap !== 'none' && signs[index + 1]?.gap !== 'none';
    const isContraction = before?.isApostrophe === true && isLetter(signs[index - 2]) && !isLone[index - 2];
    isLone.push(isLetter(signs[index]) && isBetweenGaps && !isContraction);
  }
  return isLone;
}

/** For each sign how a word may go on behind it although it is a gap. */
export function findBridges(signs: readonly Sign[]): Bridge[] {
  const isLone = findLoneLetters(signs);
  // Whether the next letter is a lone one, and whether nothing but joiners is before it.
  const isLoneNext: boolean[] = [];
  const isJoinedNext: boolean[] = [];
  for (let index = signs.length - 1; index >= 0; index -= 1) {
    const next = signs[index + 1];
    isLoneNext[index] = isLetter(next) ? isLone[index + 1] === true : isLoneNext[index + 1] === true;
    isJoinedNext[index] = isLetter(next) || (next?.gap === 'joiner' && isJoinedNext[index + 1] === true);
  }
  let isAfterLone = false;
  let isAfterJoined = false;
  return signs.map((sign, index) => {
    const isSpelled = isAfterLone && isLoneNext[index] === true;
    const isJoined = isAfterJoined && sign.gap === 'joiner' && isJoinedNext[index] === true;
    if (isLetter(sign)) isAfterLone = isLone[index] === true;
    isAfterJoined = isLetter(sign) || (isAfterJoined && sign.gap === 'joiner');
    return isSpelled ? 'spelled' : isJoined ? 'joined' : undefined;
  });
}
