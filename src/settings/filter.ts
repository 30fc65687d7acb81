import { readSigns, type Sign } from './filter-signs.ts';
import { addWord, createNode, type TrieNode } from './filter-trie.ts';
import { parseFilterWord } from './filter-word.ts';

export interface Filter {
  /** The first word of the filter in a text, as the moderators see it; only for their eyes. */
  find(text: string): string | undefined;
}

/**
 * Makes a filter of words and phrases. It finds whole words, however they are dressed up: case, accents, look-alikes, digits for
 * letters, stretched letters, invisible characters, signs within a word (`w.o.r.d`, `wo-rd`) and words spelled out (`w o r d`).
 * A word split by spaces otherwise (`wo rd`) is not found: that would hit innocent neighbours.
 *
 * All words are walked side by side, one sign of the text after the other, never back: the time is linear to the length of the
 * text, whatever stands in it. Words that `parseFilterWord` doesn't take are left out.
 */
export function compileFilter(words: readonly string[]): Filter {
  const root = createNode();
  for (const text of words) {
    const parsed = parseFilterWord(text);
    if ('steps' in parsed) addWord(root, parsed.steps, parsed.word);
  }
  return { find: (text) => walk(root, readSigns(text)) };
}

const isLetter = (sign: Sign | undefined) => sign !== undefined && sign.letters.length > 0;

/** Whether a word may begin or end between two signs; the ends of the text count as undefined. */
function isBoundary(before: Sign | undefined, after: Sign | undefined): boolean {
  if (!before || !after) return true;
  return before.gap !== 'none' || after.gap !== 'none' || before.standsAlone || after.standsAlone;
}

/** For each sign whether it is a letter between gaps, as those of `w o r d`; the `s` of `it's` is not. */
function findLoneLetters(signs: readonly Sign[]): boolean[] {
  const isLone: boolean[] = [];
  for (const [index, sign] of signs.entries()) {
    const before = signs[index - 1];
    const after = signs[index + 1];
    const isBetweenGaps = before?.gap !== 'none' && after?.gap !== 'none';
    const isContraction = before?.isApostrophe === true && isLetter(signs[index - 2]) && !isLone[index - 2];
    isLone.push(isLetter(sign) && isBetweenGaps && !isContraction);
  }
  return isLone;
}

/** How a word may go on behind a gap, if it may: `wo-rd`, or `w o r d`. */
type Bridge = 'joined' | 'spelled' | undefined;

/** For each sign how a word may go on behind it although it is a gap. */
function findBridges(signs: readonly Sign[]): Bridge[] {
  const isLone = findLoneLetters(signs);
  const follows = signs.map(() => false);
  for (let index = signs.length - 2; index >= 0; index -= 1)
    follows[index] = isLetter(signs[index + 1]) ? isLone[index + 1] === true : follows[index + 1] === true;
  let isAfterLone = false;
  return signs.map((sign, index) => {
    const isJoined = sign.gap === 'joiner' && isLetter(signs[index - 1]) && isLetter(signs[index + 1]);
    const isSpelled = isAfterLone && follows[index] === true;
    if (isLetter(sign)) isAfterLone = isLone[index] === true;
    return isSpelled ? 'spelled' : isJoined ? 'joined' : undefined;
  });
}

function enter(nodes: Set<TrieNode>, node: TrieNode): void {
  nodes.add(node);
  if (node.afterWildcard) nodes.add(node.afterWildcard);
}

function walk(root: TrieNode, signs: readonly Sign[]): string | undefined {
  const bridges = findBridges(signs);
  let active = new Set<TrieNode>();
  for (const [index, sign] of signs.entries()) {
    if (isBoundary(signs[index - 1], sign)) enter(active, root);
    if (active.size === 0) continue;
    const next = new Set<TrieNode>();
    if (sign.gap !== 'none') crossGap(active, bridges[index], next);
    const reached = takeLetters(active, sign);
    if (isBoundary(sign, signs[index + 1])) for (const { word } of reached) if (word !== undefined) return word;
    for (const node of reached) next.add(node);
    active = next;
  }
  return undefined;
}

function crossGap(active: ReadonlySet<TrieNode>, bridge: Bridge, next: Set<TrieNode>): void {
  for (const node of active) {
    // A wildcard ends with its word, also where that is joined to the next: `f*g` is not `fire-breathing`.
    const goesOn = bridge === 'spelled' || (bridge === 'joined' && !node.isWildcard);
    if (goesOn || node.isGap) next.add(node);
    if (node.afterGap) enter(next, node.afterGap);
  }
}

function takeLetters(active: ReadonlySet<TrieNode>, { letters, count }: Sign): Set<TrieNode> {
  const reached = new Set<TrieNode>();
  for (const letter of letters) {
    let from = active;
    // A stretched letter is taken once, twice, and so on; no word is longer than the trie is deep.
    for (let taken = 0; taken < count && from.size > 0; taken += 1) {
      const to = new Set<TrieNode>();
      for (const node of from) {
        if (node.isWildcard) reached.add(node);
        const next = node.byLetter.get(letter);
        if (next) enter(to, next);
      }
      for (const node of to) reached.add(node);
      from = to;
    }
  }
  return reached;
}
