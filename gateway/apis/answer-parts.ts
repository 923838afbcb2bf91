/**
 * The parts of an answer, one after the other: a text, what was thought, a call of a tool. A protocol that
 * numbers the parts cannot write two at a time, while the deltas of several calls may come in turn.
 */
import { numberOf, textOf, type Params } from '../../shared/client/message.ts';
import type { CompletionResult } from '../../shared/operations/completion-shapes.ts';

export interface CallName {
  readonly id: string;
  readonly name: string;
}

export interface AnswerPart {
  /** From 0. */
  readonly index: number;
  readonly kind: 'text' | 'thinking' | 'toolCall';
  /** Of a tool call. */
  readonly call: CallName;
  /** As far as it has come; the arguments of a tool call, which are a JSON text. */
  readonly text: string;
}

/** What a protocol writes for a part. */
export interface PartWriter {
  opened(part: AnswerPart): string;
  grew(part: AnswerPart, text: string): string;
  /** `isLast`: nothing comes after it. */
  closed(part: AnswerPart, isLast: boolean): string;
}

interface Delta {
  readonly kind: AnswerPart['kind'];
  /** Of the call among the calls; -1 for other parts. */
  readonly callIndex: number;
  readonly call: CallName;
  readonly text: string;
}

type OpenPart = AnswerPart & { text: string; readonly callIndex: number };

const NO_CALL: CallName = { id: '', name: '' };

export class AnswerParts {
  readonly #writer: PartWriter;
  #open: OpenPart | undefined;
  #count = 0;
  /** They belong to parts that come after the open one. */
  #waiting: Delta[] = [];
  /** Those that are written; what comes for them later is behind the end of their JSON, and says nothing. */
  readonly #closedCalls = new Set<number>();

  constructor(writer: PartWriter) {
    this.#writer = writer;
  }

  /** What to write for an event of a completion; nothing for one that adds nothing to the answer. */
  event(name: string, params: Params): string {
    const delta = deltaOf(name, params);
    if (!delta || this.#closedCalls.has(delta.callIndex)) return '';
    if (this.#open && belongs(delta, this.#open)) return this.#grow(this.#open, delta);
    this.#waiting.push(delta);
    return this.#drain(false);
  }

  /** The rest. An answer that came with the result alone is written whole. */
  end(result: CompletionResult): string {
    if (this.#count === 0 && this.#waiting.length === 0) this.#waiting = deltasOf(result);
    const rest = this.#drain(true);
    return rest + this.#close(true);
  }

  #drain(isOver: boolean): string {
    let written = '';
    while (this.#waiting.length > 0) {
      // The arguments of a call that is not complete may go on.
      if (!isOver && this.#open?.kind === 'toolCall' && !isJson(this.#open.text)) break;
      written += this.#close(false);
      written += this.#openNext();
    }
    return written;
  }

  #openNext(): string {
    const [first] = this.#waiting;
    if (!first) return '';
    const { kind, call, callIndex } = first;
    const open: OpenPart = { index: this.#count, kind, call, callIndex, text: '' };
    this.#open = open;
    this.#count += 1;
    let written = this.#writer.opened(open);
    const end = this.#waiting.findIndex((delta) => !belongs(delta, open));
    const isCall = kind === 'toolCall';
    // A call's deltas may stand between those of others; a text ends where something else begins.
    const own = isCall
      ? this.#waiting.filter((delta) => belongs(delta, open))
      : this.#waiting.slice(0, end < 0 ? undefined : end);
    this.#waiting = isCall
      ? this.#waiting.filter((delta) => !belongs(delta, open))
      : this.#waiting.slice(own.length);
    for (const delta of own) written += this.#grow(open, delta);
    return written;
  }

  #grow(open: OpenPart, { text }: Delta): string {
    if (text === '') return '';
    open.text += text;
    return this.#writer.grew(open, text);
  }

  #close(isLast: boolean): string {
    const open = this.#open;
    this.#open = undefined;
    if (open?.kind === 'toolCall') this.#closedCalls.add(open.callIndex);
    return open ? this.#writer.closed(open, isLast) : '';
  }
}

/** What a tool call's arguments say; what is no JSON object is shown to the tool as it is. */
export function argumentsOf(text: string): Params {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Params;
  } catch {
    // The model wrote something else.
  }
  return { INVALID_JSON: text };
}

function belongs(delta: Delta, part: OpenPart): boolean {
  return delta.kind === part.kind && delta.callIndex === part.callIndex;
}

function deltaOf(name: string, params: Params): Delta | undefined {
  const { text, index, id, name: tool, arguments: piece } = params;
  if (name === 'completions.text' || name === 'completions.thinking') {
    if (typeof text !== 'string' || text === '') return undefined;
    const kind = name === 'completions.text' ? 'text' : 'thinking';
    return { kind, callIndex: -1, call: NO_CALL, text };
  }
  if (name !== 'completions.toolCall') return undefined;
  const call = { id: textOf(id), name: textOf(tool) };
  return { kind: 'toolCall', callIndex: numberOf(index), call, text: textOf(piece) };
}

function deltasOf({ thinking, text, toolCalls }: CompletionResult): Delta[] {
  const calls = toolCalls.map(({ id, name, arguments: piece }, callIndex): Delta => {
    return { kind: 'toolCall', callIndex, call: { id, name }, text: piece };
  });
  const texts: Delta[] = [
    { kind: 'thinking', callIndex: -1, call: NO_CALL, text: thinking },
    { kind: 'text', callIndex: -1, call: NO_CALL, text },
  ];
  return [...texts.filter((delta) => delta.text !== ''), ...calls];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
