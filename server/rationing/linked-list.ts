export interface LinkedNode<T> {
  readonly value: T;
  previous: LinkedNode<T> | undefined;
  next: LinkedNode<T> | undefined;
}

/**
 * A list that adds at both ends and removes anywhere in constant time; an array or a Set does only part of
 * it.
 */
export class LinkedList<T> {
  #first: LinkedNode<T> | undefined;
  #last: LinkedNode<T> | undefined;
  #size = 0;

  get first(): LinkedNode<T> | undefined {
    return this.#first;
  }

  get size(): number {
    return this.#size;
  }

  addLast(value: T): LinkedNode<T> {
    const node: LinkedNode<T> = { value, previous: this.#last, next: undefined };
    if (this.#last) this.#last.next = node;
    else this.#first = node;
    this.#last = node;
    this.#size++;
    return node;
  }

  addFirst(value: T): LinkedNode<T> {
    const node: LinkedNode<T> = { value, previous: undefined, next: this.#first };
    if (this.#first) this.#first.previous = node;
    else this.#last = node;
    this.#first = node;
    this.#size++;
    return node;
  }

  /** The node must be in this list. */
  remove(node: LinkedNode<T>): void {
    if (node.previous) node.previous.next = node.next;
    else this.#first = node.next;
    if (node.next) node.next.previous = node.previous;
    else this.#last = node.previous;
    this.#size--;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let node = this.#first; node; node = node.next) yield node.value;
  }
}
