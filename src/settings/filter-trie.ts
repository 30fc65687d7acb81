/** A place in the words of a filter. All words share their beginnings. */
export interface TrieNode {
  readonly byLetter: Map<string, TrieNode>;
  /** After what stands between two words of a phrase. */
  afterGap?: TrieNode;
  /** After `*`, reached without any letter. */
  afterWildcard?: TrieNode;
  /** Takes any letter and stays. */
  readonly isWildcard: boolean;
  /** Takes any further gap and stays. */
  readonly isGap: boolean;
  /** The word, as the moderators see it, that ends here. */
  word?: string;
}

/** A step of a word: a letter, the gap within a phrase, or any number of letters. */
export type Step = { readonly letter: string } | 'gap' | 'wildcard';

export function createNode(kind: 'letter' | 'gap' | 'wildcard' = 'letter'): TrieNode {
  return { byLetter: new Map(), isWildcard: kind === 'wildcard', isGap: kind === 'gap' };
}

/** Adds a word to the trie under `root`. */
export function addWord(root: TrieNode, steps: readonly Step[], word: string): void {
  let node = root;
  for (const step of steps) node = follow(node, step);
  node.word ??= word;
}

function follow(node: TrieNode, step: Step): TrieNode {
  if (step === 'gap') {
    node.afterGap ??= createNode('gap');
    return node.afterGap;
  }
  if (step === 'wildcard') {
    node.afterWildcard ??= createNode('wildcard');
    return node.afterWildcard;
  }
  const next = node.byLetter.get(step.letter) ?? createNode();
  node.byLetter.set(step.letter, next);
  return next;
}
