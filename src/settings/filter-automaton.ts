/** A step of a word: a letter, the gap within a phrase, or any number of letters. */
export type Step = { readonly letter: string } | 'gap' | 'wildcard';

interface Word {
  /** As the moderators see it. */
  readonly word: string;
  readonly steps: readonly Step[];
}

/** No node, no letter. */
export const NONE = -1;
export const ROOT = 0;
/** 2^32 divided by the golden ratio, which spreads neighbouring keys over a table. */
const SPREAD = 0x9e3779b1;

/**
 * The words of a filter as a tree: all words share their beginnings. Nodes are numbers and stand in flat tables, so that a step
 * from one to the next takes some nanoseconds, however many there are.
 */
export class FilterAutomaton {
  /** How many nodes there may be. */
  readonly capacity: number;
  /** The node behind what stands between two words of a phrase; it takes any further gap and stays. */
  readonly afterGap: Int32Array;
  /** The node behind `*`, which is reached without any letter; it takes any letter and stays. */
  readonly afterWildcard: Int32Array;
  readonly isGap: Uint8Array;
  readonly isWildcard: Uint8Array;
  /** The words that end at a node. */
  readonly words: (string[] | undefined)[];
  /** The words that end at a node whatever letters follow. */
  readonly openWords: (string[] | undefined)[];
  /** The first word that goes on at a node. */
  readonly someWord: string[];
  readonly #letters = new Map<string, number>();
  /** An open hash table: the node and letter of each slot as one number, and the node that the letter leads to. */
  readonly #keys: Int32Array;
  readonly #targets: Int32Array;

  constructor(words: readonly Word[]) {
    this.someWord = [words[0]?.word ?? ''];
    const steps = words.flatMap((its) => its.steps);
    this.capacity = steps.length + 1;
    this.afterGap = new Int32Array(this.capacity).fill(NONE);
    this.afterWildcard = new Int32Array(this.capacity).fill(NONE);
    this.words = new Array<undefined>(this.capacity).fill(undefined);
    this.openWords = new Array<undefined>(this.capacity).fill(undefined);
    this.isGap = new Uint8Array(this.capacity);
    this.isWildcard = new Uint8Array(this.capacity);
    const slots = 2 ** Math.ceil(Math.log2(2 * this.capacity));
    this.#keys = new Int32Array(slots).fill(NONE);
    this.#targets = new Int32Array(slots);
    for (const step of steps) {
      if (typeof step === 'object' && !this.#letters.has(step.letter))
        this.#letters.set(step.letter, this.#letters.size);
    }
    for (const word of words) this.#add(word);
  }

  /** The number of a letter; `NONE` when no word has it. */
  letterId(letter: string): number {
    return this.#letters.get(letter) ?? NONE;
  }

  /** The node that a letter leads to; `NONE` when no word goes on with it. */
  follow(node: number, letterId: number): number {
    const slot = this.#slot(node, letterId);
    return this.#keys[slot] === NONE ? NONE : (this.#targets[slot] ?? NONE);
  }

  /** Where a node and a letter stand in the hash table, or would. */
  #slot(node: number, letterId: number): number {
    const key = node * this.#letters.size + letterId;
    const last = this.#keys.length - 1;
    let slot = Math.imul(key, SPREAD) >>> Math.clz32(last);
    while (this.#keys[slot] !== key && this.#keys[slot] !== NONE) slot = (slot + 1) & last;
    return slot;
  }

  #add({ word, steps }: Word): void {
    // Behind a letter, a wildcard at the end needs no node, which every walk would keep until the word of the text is over.
    const isOpen = steps.at(-1) === 'wildcard' && typeof steps.at(-2) === 'object';
    let node = ROOT;
    for (const step of isOpen ? steps.slice(0, -1) : steps) node = this.#grow(node, step, word);
    const ending = isOpen ? this.openWords : this.words;
    const its = ending[node] ?? [];
    ending[node] = its;
    its.push(word);
  }

  #grow(node: number, step: Step, word: string): number {
    const create = () => this.someWord.push(word) - 1;
    if (typeof step === 'object') {
      const slot = this.#slot(node, this.letterId(step.letter));
      if (this.#keys[slot] === NONE) {
        this.#keys[slot] = node * this.#letters.size + this.letterId(step.letter);
        this.#targets[slot] = create();
      }
      return this.#targets[slot] ?? NONE;
    }
    const [after, isKind] = step === 'gap' ? [this.afterGap, this.isGap] : [this.afterWildcard, this.isWildcard];
    let next = after[node] ?? NONE;
    if (next === NONE) {
      next = create();
      after[node] = next;
      isKind[next] = 1;
    }
    return next;
  }
}
