import { TextCleaner } from './answer-text.ts';
import { LlmError, type LlmChunk } from './model-client.ts';

/** What a server says of a tool call, whole or in pieces. */
export interface ToolCallPiece {
  /** Which call it belongs to, where the server counts them. */
  readonly index?: number | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** A piece of the JSON text, or the whole as an object. */
  readonly arguments?: unknown;
}

type ToolCallChunk = Extract<LlmChunk, { type: 'toolCall' }>;

interface OpenCall {
  readonly index: number;
  readonly id: string;
  readonly upstreamIndex: number | undefined;
  readonly upstreamId: string | undefined;
  readonly cleaner: TextCleaner;
}

/** A model that asks for more at once is out of its mind. */
const CALLS_MAX = 128;
const NAME_CHARACTERS_MAX = 256;
const ID_CHARACTERS_MAX = 256;

/**
 * Makes calls with numbers and ids of their own from what servers send: pieces with an index and an id only
 * in the first (OpenAI), whole calls that all have the index 0 (Gemini), whole calls without ids (Ollama).
 */
export class ToolCallReader {
  readonly #newId: (index: number) => string;
  #calls = 0;
  #open: OpenCall | undefined;

  constructor(newId: (index: number) => string) {
    this.#newId = newId;
  }

  get calls(): number {
    return this.#calls;
  }

  /** Throws `LlmError`, `protocol`. */
  add(pieces: readonly ToolCallPiece[]): ToolCallChunk[] {
    return pieces.flatMap((piece) => this.#piece(piece));
  }

  /** What was held back of the last call. */
  finish(): ToolCallChunk[] {
    const open = this.#open;
    this.#open = undefined;
    const text = open?.cleaner.finish() ?? '';
    return open && text !== '' ? [{ type: 'toolCall', index: open.index, text }] : [];
  }

  #piece(piece: ToolCallPiece): ToolCallChunk[] {
    const text = textOf(piece.arguments);
    const open = this.#open;
    if (open && isSame(open, piece)) {
      const cleaned = open.cleaner.push(text);
      return cleaned === '' ? [] : [{ type: 'toolCall', index: open.index, text: cleaned }];
    }
    // Without a name nothing can be called; some servers send such a piece at the end.
    if (piece.name === undefined || piece.name === '') return [];
    return [...this.finish(), this.#begin(piece, piece.name, text)];
  }

  #begin({ index: upstreamIndex, id: upstreamId }: ToolCallPiece, name: string, text: string): ToolCallChunk {
    if (this.#calls >= CALLS_MAX) throw new LlmError('protocol', `More than ${CALLS_MAX} tool calls came`);
    if (name.length > NAME_CHARACTERS_MAX) throw new LlmError('protocol', 'A tool has too long a name');
    const index = this.#calls++;
    const isUsable = upstreamId !== undefined && upstreamId !== '' && upstreamId.length <= ID_CHARACTERS_MAX;
    const id = isUsable ? upstreamId.toWellFormed() : this.#newId(index);
    const cleaner = new TextCleaner();
    this.#open = { index, id, upstreamIndex, upstreamId: isUsable ? upstreamId : undefined, cleaner };
    return { type: 'toolCall', index, id, name: name.toWellFormed(), text: cleaner.push(text) };
  }
}

/** A further piece of the call that is open, and not the beginning of the next one. */
function isSame(
  { upstreamIndex, upstreamId }: OpenCall,
  { index, id = '', name = '' }: ToolCallPiece,
): boolean {
  if (index !== upstreamIndex) return false;
  if (id !== '') return id === upstreamId;
  // Without an index and an id, a name can only mean another call.
  return name === '' || index !== undefined;
}

function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  return given === undefined || given === null ? '' : JSON.stringify(given);
}
