import { type FilterAutomaton, NONE, ROOT } from './filter-automaton.ts';
import { type Bridge, findBridges } from './filter-bridges.ts';
import type { Sign } from './filter-signs.ts';
import { NodeSet } from './node-set.ts';

/** Whether a word may begin or end between two signs; the ends of the text count as undefined. */
function isBoundary(before: Sign | undefined, after: Sign | undefined): boolean {
  if (!before || !after) return true;
  return before.gap !== 'none' || after.gap !== 'none' || before.standsAlone || after.standsAlone;
}

/** A text on its way through the words of a filter: all are walked side by side, one sign after the other, never back. */
export class FilterWalk {
  readonly #automaton: FilterAutomaton;
  readonly #maxSteps: number;
  readonly #found = new Set<string>();
  /** Where the words stand before a sign, and behind it. */
  #active: NodeSet;
  #next: NodeSet;
  /** The same for a letter of a stretch. */
  #before: NodeSet;
  #behind: NodeSet;
  #isWordEnd = false;
  #steps = 0;

  constructor(automaton: FilterAutomaton, maxSteps: number) {
    this.#automaton = automaton;
    this.#maxSteps = maxSteps;
    this.#active = new NodeSet(automaton.capacity);
    this.#next = new NodeSet(automaton.capacity);
    this.#before = new NodeSet(automaton.capacity);
    this.#behind = new NodeSet(automaton.capacity);
  }

  get steps(): number {
    return this.#steps;
  }

  /**
   * The words in a text, at most `limit`. A text that takes too many steps counts as having one more: a word that was looked for
   * when they were used up.
   */
  find(signs: readonly Sign[], limit: number): string[] {
    const bridges = findBridges(signs);
    for (let index = 0; index < signs.length; index += 1) {
      const sign = signs[index];
      if (!sign) break;
      if (isBoundary(signs[index - 1], sign)) this.#enter(ROOT, this.#active);
      if (this.#active.size === 0) continue;
      this.#isWordEnd = isBoundary(sign, signs[index + 1]);
      this.#next.clear();
      if (sign.gap !== 'none') this.#crossGap(bridges[index]);
      this.#takeAny(sign);
      [this.#active, this.#next] = [this.#next, this.#active];
      if (this.#found.size >= limit) break;
      if (this.#steps <= this.#maxSteps) continue;
      const pursued = this.#automaton.someWord[this.#active.at(this.#active.size - 1)];
      return pursued === undefined ? [...this.#found] : [...new Set([...this.#found, pursued])];
    }
    return [...this.#found];
  }

  /** Takes a sign as each letter that it may be. A letter that no word has is still one for a wildcard, which is enough once. */
  #takeAny({ letters, count }: Sign): void {
    let isFirst = true;
    for (const letter of letters) {
      const id = this.#automaton.letterId(letter);
      if (id !== NONE || isFirst) this.#take(id, count);
      isFirst = false;
    }
  }

  #crossGap(bridge: Bridge): void {
    const { isWildcard, isGap, afterGap } = this.#automaton;
    const active = this.#active;
    this.#steps += active.size;
    for (let index = 0; index < active.size; index += 1) {
      const node = active.at(index);
      // A wildcard ends with its word, also where that is joined to the next: `f*g` is not `fire-breathing`.
      const continuesWord = bridge === 'spelled' || (bridge === 'joined' && isWildcard[node] === 0);
      if (continuesWord || isGap[node] === 1) this.#enter(node, this.#next);
      const next = afterGap[node] ?? NONE;
      if (next !== NONE) this.#enter(next, this.#next);
    }
  }

  /** A stretched letter is taken once, twice, and so on; no word is longer than the tree is deep. */
  #take(letter: number, count: number): void {
    let from = this.#active;
    for (let taken = 1; taken <= count && from.size > 0 && this.#steps <= this.#maxSteps; taken += 1) {
      this.#behind.clear();
      this.#takeOnce(letter, from, taken === count);
      [this.#before, this.#behind] = [this.#behind, this.#before];
      from = this.#before;
    }
  }

  #takeOnce(letter: number, from: NodeSet, isLast: boolean): void {
    const { isWildcard } = this.#automaton;
    this.#steps += from.size;
    for (let index = 0; index < from.size; index += 1) {
      const node = from.at(index);
      if (isWildcard[node] === 1) this.#reach(node);
      const next = letter === NONE ? NONE : this.#automaton.follow(node, letter);
      if (next === NONE) continue;
      this.#reach(next);
      if (!isLast) this.#enter(next, this.#behind);
    }
  }

  /** Notes a node that a letter has led to, and its word where that ends. */
  #reach(node: number): void {
    const { words, openWords } = this.#automaton;
    const openWord = openWords[node];
    if (openWord) this.#note(openWord);
    const word = words[node];
    if (word && this.#isWordEnd) this.#note(word);
    this.#enter(node, this.#next);
  }

  #note(words: readonly string[]): void {
    for (const word of words) this.#found.add(word);
  }

  /** Adds a node, and the one behind a `*` that may be no letter at all. */
  #enter(node: number, set: NodeSet): void {
    set.add(node);
    const afterWildcard = this.#automaton.afterWildcard[node] ?? NONE;
    if (afterWildcard !== NONE) set.add(afterWildcard);
  }
}
