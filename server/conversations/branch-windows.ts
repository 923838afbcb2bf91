/**
 * The windows of the branches that were in use recently. A conversation has several branches, each with the
 * turns that its leaf follows. The memory for all of them together is bounded in characters; a window that
 * was dropped is read again when it is needed.
 */
import { LRUCache } from 'lru-cache';
import type { History } from './history.ts';

/** What a window costs in addition to its texts, in characters. */
const WINDOW_CHARACTERS = 512;

interface Window {
  readonly conversation: number;
  readonly history: History;
}

export class BranchWindows {
  readonly #windows: LRUCache<string, Window>;
  /** The keys of the windows of each conversation. */
  readonly #keys = new Map<number, Set<string>>();

  constructor(charactersMax: number) {
    this.#windows = new LRUCache({
      maxSize: charactersMax,
      sizeCalculation: ({ history }) => history.length + WINDOW_CHARACTERS,
      dispose: ({ conversation }, key) => this.#drop(conversation, key),
    });
  }

  get(conversation: number, leaf: number): History | undefined {
    return this.#windows.get(keyOf(conversation, leaf))?.history;
  }

  set(conversation: number, leaf: number, history: History): void {
    const key = keyOf(conversation, leaf);
    // First, since what is replaced is disposed of.
    this.#windows.delete(key);
    const keys = this.#keys.get(conversation) ?? new Set();
    this.#keys.set(conversation, keys.add(key));
    this.#windows.set(key, { conversation, history });
    if (!this.#windows.has(key)) this.#drop(conversation, key);
  }

  delete(conversation: number, leaf: number): void {
    this.#windows.delete(keyOf(conversation, leaf));
  }

  of(conversation: number): History[] {
    const keys = [...(this.#keys.get(conversation) ?? [])];
    return keys.flatMap((key) => this.#windows.peek(key)?.history ?? []);
  }

  forget(conversation: number): void {
    for (const key of this.#keys.get(conversation) ?? []) this.#windows.delete(key);
  }

  #drop(conversation: number, key: string): void {
    const keys = this.#keys.get(conversation);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(conversation);
  }
}

function keyOf(conversation: number, leaf: number): string {
  return `${conversation}:${leaf}`;
}
