/**
 * An answer that grows. Blocks that are finished are drawn once and left alone; only the last block is drawn
 * again, and an open code block only gets its new text appended. So the cost of a frame follows the last
 * paragraph, not the answer.
 */
import type { Token } from 'marked';
import { graft } from './graft.ts';
import { readableText } from '../readable-text.ts';
import type { Markdown } from './markdown.ts';

export interface MarkdownViewOptions {
  readonly markdown: Pick<Markdown, 'blocks' | 'fragment'>;
  /** Dresses what was drawn, before it is shown. */
  readonly decorate: (root: DocumentFragment) => void;
  /** Called with each block on the page that no longer changes. */
  readonly settled: (block: ChildNode) => void;
}

export class MarkdownView {
  readonly #container: Element;
  readonly #options: MarkdownViewOptions;
  #text = '';
  #whole = false;
  readonly #frozen: string[] = [];
  #frozenLength = 0;
  #tail: ChildNode[] = [];
  #openCode: { node: Text; marker: string; seenLength: number } | undefined;
  /** The text cannot be drawn as Markdown; it is shown as it is. */
  #plain = false;

  constructor(container: Element, options: MarkdownViewOptions) {
    this.#container = container;
    this.#options = options;
  }

  /** `whole`: nothing follows. Any text may be given; one that does not continue the last is drawn anew. */
  update(given: string, whole: boolean): void {
    const text = readableText(given);
    if (text === this.#text && whole === this.#whole) return;
    if (this.#whole || !text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    this.#whole = whole;
    try {
      if (this.#plain) this.#showPlain();
      else if (whole) this.#finish();
      else if (!this.#growCode()) this.#grow();
    } catch {
      // Whatever went wrong, it affects only the look of this one text.
      this.#showPlain();
    }
  }

  #showPlain(): void {
    this.#clear();
    this.#plain = true;
    const box = this.#container.ownerDocument.createElement('div');
    box.className = 'plain';
    box.dir = 'auto';
    box.append(this.#text);
    this.#container.append(box);
  }

  #grow(): void {
    const rest = this.#text.slice(this.#frozenLength);
    const blocks = this.#options.markdown.blocks(rest);
    const settled = settledBlocks(blocks, rest);
    const open = blocks.slice(settled);
    const closing = this.#draw(blocks.slice(0, settled));
    const opened = this.#draw(open);
    const standing = graft(this.#container, this.#tail, [...closing, ...opened]);
    this.#tail = standing.slice(closing.length);
    for (const block of standing.slice(0, closing.length)) this.#options.settled(block);
    this.#count(blocks.slice(0, settled));
    this.#openCode = this.#findOpenCode(open);
  }

  /** A last pass over the whole text: link definitions and list numbers may reach back to earlier blocks. */
  #finish(): void {
    const blocks = this.#options.markdown.blocks(this.#text);
    const same = this.#frozen.every((raw, index) => blocks[index]?.raw === raw);
    if (!same || /^ {0,3}\[[^\]]+\]:/m.test(this.#text)) this.#clear();
    const rest = blocks.slice(this.#frozen.length);
    const standing = graft(this.#container, this.#tail, this.#draw(rest));
    for (const block of standing) this.#options.settled(block);
    this.#tail = [];
    this.#openCode = undefined;
    this.#count(rest);
  }

  /** From now on these blocks are never looked at again. */
  #count(blocks: readonly Token[]): void {
    for (const { raw } of blocks) {
      this.#frozen.push(raw);
      this.#frozenLength += raw.length;
    }
  }

  #draw(blocks: readonly Token[]): ChildNode[] {
    if (blocks.length === 0) return [];
    const fragment = this.#options.markdown.fragment(blocks);
    this.#options.decorate(fragment);
    return [...fragment.childNodes];
  }

  #findOpenCode(open: readonly Token[]): { node: Text; marker: string; seenLength: number } | undefined {
    const block = open.at(-1);
    if (open.length !== 1 || block?.type !== 'code') return undefined;
    // An indented fence would need its indentation taken off each line.
    const marker = /^(`{3,}|~{3,})[^\n]*\n/.exec(block.raw)?.[1];
    const code = this.#tail.map((node) => (node as Partial<Element>).querySelector?.('code')).find(Boolean);
    if (marker === undefined || !code || isClosed(block.raw, marker)) return undefined;
    const node = code.firstChild;
    const shown =
      node?.nodeType === 3 ? (node as Text) : code.appendChild(code.ownerDocument.createTextNode(''));
    // The parser leaves out a line break at the end; appending needs the text as it came.
    const begin = this.#frozenLength + block.raw.indexOf('\n') + 1;
    const heldBack = heldBackLength(this.#text, begin);
    shown.data = this.#text.slice(begin, this.#text.length - heldBack);
    return { node: shown, marker, seenLength: this.#text.length - heldBack };
  }

  /** False when the block has ended, or there is none. */
  #growCode(): boolean {
    const open = this.#openCode;
    if (!open) return false;
    const lineStart = this.#text.lastIndexOf('\n', Math.max(0, open.seenLength - 1)) + 1;
    const fresh = this.#text.slice(lineStart);
    if (new RegExp(`^ {0,3}${open.marker}`, 'm').test(fresh)) {
      this.#openCode = undefined;
      return false;
    }
    const end = this.#text.length - heldBackLength(this.#text, lineStart);
    if (end > open.seenLength) {
      open.node.appendData(this.#text.slice(open.seenLength, end));
      open.seenLength = end;
    }
    return true;
  }

  #clear(): void {
    this.#container.replaceChildren();
    this.#frozen.length = 0;
    this.#frozenLength = 0;
    this.#tail = [];
    this.#openCode = undefined;
  }

  #reset(): void {
    this.#clear();
    this.#text = '';
    this.#whole = false;
    this.#plain = false;
  }
}

/**
 * How many of the first blocks can no longer change: those after which another block has begun with a whole
 * line. A line that is still being written may yet turn out to belong to the list before it.
 */
export function settledBlocks(blocks: readonly Token[], text: string): number {
  const lastLine = text.lastIndexOf('\n') + 1;
  let offset = 0;
  let settled = 0;
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'space' && offset + firstLineLength(block.raw) < lastLine) settled = index;
    offset += block.raw.length;
  }
  return settled;
}

function firstLineLength(raw: string): number {
  const end = raw.indexOf('\n');
  return end < 0 ? raw.length : end;
}

/** What follows the closing fence is no code, even while nothing has come but the end of its line. */
function isClosed(raw: string, marker: string): boolean {
  return new RegExp(`\\n {0,3}${marker}[\`~]* *\\n*$`).test(raw);
}

/** A last line that may become the closing fence waits until it is clear. */
function heldBackLength(text: string, from: number): number {
  const lineStart = Math.max(from, text.lastIndexOf('\n') + 1);
  return /^ {0,3}[`~]*$/.test(text.slice(lineStart)) ? text.length - lineStart : 0;
}
