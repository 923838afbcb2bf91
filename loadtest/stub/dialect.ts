import type { Quirk } from './config.ts';
import { isObject } from './is-object.ts';
import type { Wishes } from './wishes.ts';

export { isObject };

/** What the two protocols have in common for the stub: a chat request in, pieces of text for the wire out. */
export interface ChatInput extends Wishes {
  readonly model: string;
  readonly stream: boolean;
  /** The last message of the user. */
  readonly text: string;
  readonly promptTokens: number;
  /** Infinity when the request sets no maximum. */
  readonly maxTokens: number;
  readonly hasStreamOptions: boolean;
  readonly includeUsage: boolean;
  /** No messages: Ollama loads the model and says so. */
  readonly loadOnly: boolean;
}

export interface AnswerEnd {
  readonly finishReason: 'stop' | 'length';
  readonly outputTokens: number;
  readonly usage: boolean;
  readonly elapsedMs: number;
  readonly firstTokenMs: number;
}

/** Writes one answer; made for each request, with what makes it odd. */
export interface AnswerWriter {
  readonly contentType: string;
  /** Whether the head is sent before there is a token. */
  readonly earlyHead: boolean;
  /** What comes before the first token. */
  opening(choicesNull: boolean): string;
  thinking(text: string): string;
  token(text: string): string;
  closing(end: AnswerEnd): string;
  /** A failure inside the stream. */
  error(message: string): string;
  /** A failure that looks like an end. */
  errorAndEnd(message: string): string;
  malformed(): string;
  whole(text: string, end: AnswerEnd): string;
}

export interface Dialect {
  /** `undefined` when the body is not a chat request. */
  read(body: unknown): ChatInput | undefined;
  answer(input: ChatInput, id: number, quirks: ReadonlySet<Quirk>): AnswerWriter;
  /** What `reject_stream_options` refuses, where it is another option. */
  readonly optionRefused?: string;
  errorBody(status: number, message: string, code: string): string;
}

const CHARACTERS_PER_TOKEN = 4;

/** The last user message and a rough count of all; content may be a string or OpenAI's list of parts. */
export function readMessages(messages: unknown): ReadMessages {
  const read = { text: '', promptTokens: 0, count: 0, isAfterTool: false };
  if (!Array.isArray(messages)) return read;
  let characters = 0;
  for (const message of messages as unknown[]) {
    if (!isObject(message)) continue;
    const content = contentText(message['content']);
    characters += content.length;
    const images = imagesIn(message);
    // What a tool gave is repeated as what the user says is, so that a test sees that it arrived.
    const isTool = message['role'] === 'tool';
    if (message['role'] === 'user' || isTool)
      read.text = images > 0 ? `${content} (images: ${images})` : content;
    read.isAfterTool = isTool;
  }
  return { ...read, promptTokens: Math.ceil(characters / CHARACTERS_PER_TOKEN), count: messages.length };
}

export interface ReadMessages {
  readonly text: string;
  readonly promptTokens: number;
  readonly count: number;
  /** The last message has what a tool gave. */
  readonly isAfterTool: boolean;
}

/** In OpenAI's parts, and in Ollama's own member. */
function imagesIn({ content, images }: Record<string, unknown>): number {
  const parts = Array.isArray(content) ? (content as unknown[]) : [];
  const shown = parts.filter((part) => isObject(part) && part['type'] === 'image_url').length;
  return shown + (Array.isArray(images) ? images.length : 0);
}

/** A maximum of tokens as the protocols write it: absent, null and negative mean none. */
export function readMaximum(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : Infinity;
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as unknown[])
    .map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}
