/** Numbers from 0 on, each of them once, in the order in which they were added. */
export class NodeSet {
  readonly #nodes: Int32Array;
  /** In which filling a node was last added, so that all are forgotten at no cost. */
  readonly #addedIn: Int32Array;
  #filling = 1;
  #size = 0;

  /** @param capacity all numbers are below */
  constructor(capacity: number) {
    this.#nodes = new Int32Array(capacity);
    this.#addedIn = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  at(index: number): number {
    return this.#nodes[index] ?? -1;
  }

  /** False when it is there already. */
  add(node: number): boolean {
    if (this.#addedIn[node] === this.#filling) return false;
    this.#addedIn[node] = this.#filling;
    this.#nodes[this.#size] = node;
    this.#size += 1;
    return true;
  }

  clear(): void {
    this.#size = 0;
    this.#filling += 1;
  }
}
