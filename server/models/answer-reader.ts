/**
 * Decides for every protocol what an answer is: finished, empty, cut off or an error. A pure machine: the
 * signs of a stream in, chunks out.
 *
 * One sign alone is not believed, since servers give each of them wrongly: finish reasons that are empty or
 * come with every piece, counts with every piece, `[DONE]` after a failure. Finished is an answer
 *  - with a finish reason, followed by its counts, the last sign of the protocol or the end of the response;
 *  - or, from servers that give no reason, with complete counts and the last sign.
 * When the connection breaks, the reason must also have come after the last text.
 */
import { TextCleaner, ThinkSplitter, type TextPiece } from './answer-text.ts';
import { LlmError, type EmptyReason, type LlmChunk } from './model-client.ts';
import { CountReports, type TokenCounts } from './token-counts.ts';
import { ToolCallReader, type ToolCallPiece } from './tool-call-reader.ts';

/** Why the model stopped, as far as the protocols agree. */
export type Finish = 'stop' | 'length' | 'tool_calls' | 'refusal' | 'filtered' | 'loaded';

/** What one line or event of a stream says. */
export interface AnswerSign {
  readonly text?: string;
  readonly thinking?: string;
  /** The whole answer so far, as some servers send it instead of pieces, or once more at the end. */
  readonly wholeText?: string;
  readonly wholeThinking?: string;
  readonly finish?: Finish;
  /** Which of the sequences in the request ended the answer. */
  readonly stopSequence?: string;
  readonly counts?: TokenCounts;
  readonly toolCalls?: readonly ToolCallPiece[];
  /** All calls once more, from servers that repeat the whole message at the end. */
  readonly wholeToolCalls?: readonly ToolCallPiece[];
  /** Tool calls or a refusal in place of text. */
  readonly instead?: 'tool_calls' | 'refusal';
  /** It has no part of the answer, as the event with the counts that comes after it. */
  readonly isAfterword?: boolean;
  /** The last sign of the protocol: `[DONE]`, or Ollama's `done`. */
  readonly isLast?: boolean;
}

/**
 * How a response ended: as HTTP says, by silence after its finish reason, or by a broken connection.
 */
export type ResponseEnd = 'complete' | 'silent' | 'broken';

/** How long to wait for more after a finish reason, before its silence is the end. */
export const GRACE_MS = {
  /** The reason came after the text. */
  closed: 2_000,
  /** The reason came with the text, so that it may be one that comes with every piece. */
  doubtful: 10_000,
} as const;

export class AnswerReader {
  /** Undefined when no tools were offered: calls are then no part of the answer. */
  readonly #tools: ToolCallReader | undefined;
  readonly #cleanText = new TextCleaner();
  readonly #cleanThinking = new TextCleaner();
  readonly #splitter = new ThinkSplitter();
  readonly #text = new Repetition();
  readonly #thinking = new Repetition();
  readonly #reports = new CountReports();
  #finish: Finish | undefined;
  #stopSequence: string | undefined;
  #instead: 'tool_calls' | 'refusal' | undefined;
  /** The reason, or the counts, came after the last text. */
  #isClosed = false;
  /** Text came after a finish reason. */
  #isFinishDoubtful = false;
  #hasCounts = false;
  #isLast = false;
  #isOver = false;
  #hasSpoken = false;

  /** `newToolCallId` when tools were offered. */
  constructor(newToolCallId?: (index: number) => string) {
    this.#tools = newToolCallId && new ToolCallReader(newToolCallId);
  }

  /** Nothing that may still come can change the result. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How long to wait for more; undefined while the answer is under way. */
  get graceMs(): number | undefined {
    if (this.#finish === undefined) return undefined;
    if (this.#isClosed) return GRACE_MS.closed;
    return this.#isFinishDoubtful ? undefined : GRACE_MS.doubtful;
  }

  add(sign: AnswerSign): LlmChunk[] {
    const chunks: LlmChunk[] = [];
    const thinking = this.#thinking.of(sign.thinking, sign.wholeThinking);
    const text = this.#text.of(sign.text, sign.wholeText);
    this.#push(chunks, 'thinking', this.#cleanThinking.push(thinking));
    if (text !== '') {
      this.#push(chunks, 'thinking', this.#cleanThinking.finish());
      this.#pushPieces(chunks, this.#splitter.push(this.#cleanText.push(text)));
    }
    const calls = this.#callsIn(sign);
    if (calls.length > 0) {
      this.#pushPieces(chunks, this.#splitter.finish());
      chunks.push(...calls);
    }
    this.#noteEnd(sign, text !== '' || thinking !== '' || calls.length > 0);
    return chunks;
  }

  /** What was held back, and the end. Throws `LlmError`, `cut_off`, when the answer is not finished. */
  end(how: ResponseEnd): LlmChunk[] {
    if (!this.isFinished(how)) throw new LlmError('cut_off', 'The stream ended without its end');
    const chunks: LlmChunk[] = [];
    this.#push(chunks, 'thinking', this.#cleanThinking.finish());
    this.#pushPieces(chunks, this.#splitter.push(this.#cleanText.finish()));
    this.#pushPieces(chunks, this.#splitter.finish());
    chunks.push(...(this.#tools?.finish() ?? []));
    const hasCalls = (this.#tools?.calls ?? 0) > 0;
    const stoppedBy = this.#stoppedBy(hasCalls);
    chunks.push({
      type: 'end',
      finishReason: this.#finish === 'length' ? 'length' : 'stop',
      ...(stoppedBy !== undefined && { stoppedBy }),
      ...(this.#isStopped(stoppedBy) && { stopSequence: this.#stopSequence }),
      ...this.#reports.counts,
      ...(!this.#hasSpoken && !hasCalls && { emptyBecause: this.#emptyReason() }),
    });
    return chunks;
  }

  #callsIn({ toolCalls, wholeToolCalls }: AnswerSign): LlmChunk[] {
    const isFirst = this.#tools?.calls === 0;
    return this.#tools?.add(toolCalls ?? (isFirst ? (wholeToolCalls ?? []) : [])) ?? [];
  }

  #noteEnd(
    { finish, stopSequence, counts, instead, isAfterword, isLast }: AnswerSign,
    hasText: boolean,
  ): void {
    if (hasText) {
      this.#isFinishDoubtful ||= this.#finish !== undefined;
      this.#isClosed = false;
      this.#hasCounts = false;
    }
    const isCounted = counts !== undefined && this.#reports.add(counts);
    this.#hasCounts ||= isCounted;
    // A reason, and then the counts alone: this order comes once only.
    if (this.#finish !== undefined && isCounted && isAfterword === true) this.#isOver = true;
    this.#instead ??= instead;
    this.#stopSequence = stopSequence ?? this.#stopSequence;
    this.#finish = finish ?? this.#finish;
    if (!hasText && (finish !== undefined || (isCounted && this.#finish !== undefined)))
      this.#isClosed = true;
    this.#isLast ||= isLast === true;
    this.#isOver ||= this.#isLast;
  }

  isFinished(how: ResponseEnd): boolean {
    if (this.#isOver) return this.#finish !== undefined || this.#hasCounts;
    if (how === 'broken') return this.#finish !== undefined && this.#isClosed;
    return this.#finish !== undefined;
  }

  /** Some servers say `stop` after tool calls. */
  #stoppedBy(hasCalls: boolean): 'tool_calls' | 'content_filter' | undefined {
    if (this.#finish === 'filtered' || this.#finish === 'refusal') return 'content_filter';
    if (this.#instead === 'refusal' && !this.#hasSpoken) return 'content_filter';
    return hasCalls && this.#finish !== 'length' ? 'tool_calls' : undefined;
  }

  #isStopped(by: string | undefined): boolean {
    return this.#stopSequence !== undefined && by === undefined && this.#finish !== 'length';
  }

  #emptyReason(): EmptyReason {
    if (this.#instead !== undefined) return this.#instead;
    const finish = this.#finish;
    return finish === undefined || finish === 'stop' || finish === 'length' ? 'nothing' : finish;
  }

  #pushPieces(chunks: LlmChunk[], pieces: readonly TextPiece[]): void {
    for (const { type, text } of pieces) this.#push(chunks, type, text);
  }

  #push(chunks: LlmChunk[], type: 'delta' | 'thinking', text: string): void {
    if (text === '') return;
    this.#hasSpoken ||= type === 'delta';
    chunks.push({ type, text });
  }
}

/** Takes a text that comes in pieces, or whole, or first in pieces and then whole, once. */
class Repetition {
  #hasPieces = false;
  #whole = '';

  /** What is new. */
  of(piece: string | undefined, whole: string | undefined): string {
    if (piece !== undefined && piece !== '') {
      this.#hasPieces = true;
      return piece;
    }
    if (whole === undefined || whole === '' || this.#hasPieces) return '';
    const isLonger = whole.startsWith(this.#whole);
    const text = isLonger ? whole.slice(this.#whole.length) : whole;
    this.#whole = isLonger ? whole : this.#whole + whole;
    return text;
  }
}
