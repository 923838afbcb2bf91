/**
 * Colours the code of all answers. It is done for blocks that are finished and near the reader, in a worker;
 * what the worker finds is drawn within a frame's share. Code that nobody has coloured is as good to read.
 */
import { languageOf } from './code-languages.ts';
import type { CodeKind, CodeRun } from './code-runs.ts';
import type { LateWork } from './late-work.ts';

export interface CodeQuestion {
  readonly id: number;
  readonly code: string;
  readonly language: string;
}

export interface CodeAnswer {
  readonly id: number;
  readonly runs: readonly CodeRun[] | undefined;
}

/** The part of a Worker that is used. */
export interface CodeWorker {
  postMessage(question: CodeQuestion): void;
  addEventListener(type: 'message', listener: (event: { readonly data: CodeAnswer }) => void): void;
}

export interface CodeColoursOptions {
  readonly startWorker: () => CodeWorker;
  /** Calls back once when the element is near what the reader sees. */
  readonly whenNear: (element: Element, run: () => void) => void;
  readonly work: LateWork;
}

/** Longer code would cost a frame too much when it is laid out. */
export const CODE_CHARACTERS_MAX = 20_000;
export const CODE_RUNS_MAX = 4_000;

export class CodeColours {
  readonly #options: CodeColoursOptions;
  readonly #asked = new Map<number, HTMLElement>();
  readonly #seen = new WeakSet<Element>();
  #worker: CodeWorker | undefined;
  #ids = 0;

  constructor(options: CodeColoursOptions) {
    this.#options = options;
  }

  /** Only for blocks that no longer change. */
  dress(root: Element): void {
    for (const pre of root.matches('pre') ? [root] : root.querySelectorAll('pre')) {
      const language = languageOf(pre.getAttribute('data-language') ?? '');
      const code = pre.querySelector('code');
      if (language === undefined || !code || this.#seen.has(code)) continue;
      if (code.textContent.length > CODE_CHARACTERS_MAX) continue;
      this.#seen.add(code);
      this.#options.whenNear(pre, () => this.#ask(code, language));
    }
  }

  #ask(element: HTMLElement, language: string): void {
    this.#worker ??= this.#start();
    const id = (this.#ids += 1);
    this.#asked.set(id, element);
    this.#worker.postMessage({ id, code: element.textContent, language });
  }

  #start(): CodeWorker {
    const worker = this.#options.startWorker();
    worker.addEventListener('message', ({ data: { id, runs } }) => {
      const element = this.#asked.get(id);
      this.#asked.delete(id);
      if (element && runs && runs.length <= CODE_RUNS_MAX)
        this.#options.work.add(() => colour(element, runs));
    });
    return worker;
  }
}

function colour(element: HTMLElement, runs: readonly CodeRun[]): void {
  const text = element.textContent;
  const document = element.ownerDocument;
  let at = 0;
  const pieces = runs.map(({ length, kind }) => {
    const piece = text.slice(at, (at += length));
    return kind === '' ? document.createTextNode(piece) : coloured(document, piece, kind);
  });
  // It may have been drawn anew while the worker was at it.
  if (at !== text.length) return;
  element.replaceChildren(...pieces);
  element.dataset['coloured'] = '';
}

function coloured(document: Document, text: string, kind: CodeKind): Element {
  const span = document.createElement('span');
  span.className = `code-${kind}`;
  span.append(text);
  return span;
}
