/**
 * Colours the code of all answers. It is done for blocks that are finished and near the reader, in a worker;
 * what the worker finds is drawn within a frame's share. Code that nobody has coloured is as good to read.
 */
import { languageOf } from './code-languages.ts';
import type { CodeRun } from './code-runs.ts';
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

/** Longer code is not coloured. */
export const CODE_CHARACTERS_MAX = 40_000;
/** So many runs are drawn at once; each part ends with a line, so that only it has to be laid out. */
export const PART_RUNS = 250;
/** A part without an end of line is not coloured, nor is anything behind it. */
const PART_RUNS_MAX = 4 * PART_RUNS;

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
      if (element) this.#options.work.add(() => this.#colour(element, runs ?? []));
    });
    return worker;
  }

  #colour(element: HTMLElement, runs: readonly CodeRun[]): void {
    const rest = element.firstChild;
    const whole = runs.reduce((sum, { length }) => sum + length, 0);
    // It may have been drawn anew while the worker was at it.
    if (!isText(rest) || rest.length !== whole) {
      element.dataset['coloured'] = 'no';
      return;
    }
    const parts = partsOf(runs, rest.data);
    const step = () => {
      const part = parts.next();
      if (part.done) element.dataset['coloured'] = 'yes';
      else {
        rest.before(drawn(part.value, rest));
        // What it costs to lay it out counts, too.
        element.getBoundingClientRect();
        this.#options.work.add(step);
      }
    };
    step();
  }
}

/** Cuts the runs into parts that end with a line. */
export function* partsOf(runs: readonly CodeRun[], text: string): Generator<CodeRun[]> {
  let part: CodeRun[] = [];
  let at = 0;
  for (const { length, kind } of runs) {
    let end = text.lastIndexOf('\n', at + length - 1) + 1;
    // An empty line at the end of a part would not be seen.
    while (text[end - 2] === '\n') end -= 1;
    if (part.length >= PART_RUNS && end > at) {
      yield [...part, { length: end - at, kind }];
      part = end < at + length ? [{ length: at + length - end, kind }] : [];
    } else part.push({ length, kind });
    if (part.length > PART_RUNS_MAX) return;
    at += length;
  }
  if (part.length > 0) yield part;
}

/** Takes the text of the runs from the beginning of `rest`. */
function drawn(runs: readonly CodeRun[], rest: Text): Element {
  const part = rest.ownerDocument.createElement('span');
  part.className = 'code-part';
  let at = 0;
  for (const { length, kind } of runs) {
    const piece = rest.data.slice(at, (at += length));
    if (kind === '') part.append(piece);
    else {
      const span = rest.ownerDocument.createElement('span');
      span.className = `code-${kind}`;
      span.append(piece);
      part.append(span);
    }
  }
  if (rest.length > at) hideLastBreak(part);
  rest.deleteData(0, at);
  return part;
}

/** The next part begins on a line of its own anyway; whoever marks and copies both gets one line break. */
function hideLastBreak(part: Element): void {
  const last = part.lastChild;
  const text = isText(last) ? last : last?.firstChild;
  if (!text || !isText(text)) return;
  const hidden = part.ownerDocument.createElement('span');
  hidden.className = 'code-break';
  hidden.append('\n');
  text.deleteData(text.length - 1, 1);
  part.append(hidden);
}

function isText(node: ChildNode | null | undefined): node is Text {
  return node?.nodeType === 3;
}
