/** For the tests of the translators: requests, what the server tells of completions, what clients read. */
import { createParser } from 'eventsource-parser';
import type { Params } from '../../shared/client/message.ts';
import {
  COMPLETION_RESULT_EXAMPLE,
  type CompletionEvent,
  type CompletionResult,
} from '../../shared/operations/completion-shapes.ts';
import type { ApiAddress, ApiAnswer, ApiCall, ApiReply, ApiRequest } from './external-api.ts';

export const NOW = Date.UTC(2026, 10, 30, 17, 0, 0);

export function apiRequest(body: unknown, more: Partial<ApiRequest> = {}): ApiRequest {
  let ids = 0;
  return {
    body: body as Params,
    path: {},
    query: {},
    headers: {},
    locale: 'en',
    id: 'req-1',
    now: NOW,
    clock: { now: () => NOW, monotonic: () => 0 },
    newId: () => `0${(ids += 1)}`,
    ...more,
  };
}

/** What an address asks of the server; fails for an answer that needs no operation. */
export function callOf(address: ApiAddress | undefined, body: unknown, more?: Partial<ApiRequest>): ApiCall {
  const translated: ApiCall | ApiAnswer | undefined = address?.translate(apiRequest(body, more));
  if (!translated || !('operation' in translated)) throw new Error('It asks nothing of the server');
  return translated;
}

export const STARTED: CompletionEvent = {
  name: 'completions.started',
  params: { trace: 'Usuario-3:m1', route: 'small', model: 'qwen2.5', degraded: false, inputTokens: 11 },
};

export function text(piece: string): CompletionEvent {
  return { name: 'completions.text', params: { text: piece } };
}

export function thinking(piece: string): CompletionEvent {
  return { name: 'completions.thinking', params: { text: piece } };
}

export function toolCall(
  index: number,
  piece: string,
  call: { id?: string; name?: string } = {},
): CompletionEvent {
  return { name: 'completions.toolCall', params: { index, ...call, arguments: piece } };
}

export function result(more: Partial<CompletionResult> = {}): CompletionResult {
  return { ...COMPLETION_RESULT_EXAMPLE, ...more };
}

/** The body that a client gets. */
export function play(reply: ApiReply, events: readonly CompletionEvent[], end?: CompletionResult): string {
  const written = events.map(({ name, params }) => reply.event(name, params));
  return written.join('') + (end ? reply.result(end) : '');
}

export interface SeenEvent {
  readonly event: string | undefined;
  readonly data: Record<string, unknown>;
}

export function eventsIn(body: string): SeenEvent[] {
  const seen: SeenEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => seen.push({ event, data: JSON.parse(data) as Record<string, unknown> }),
  });
  parser.feed(body);
  return seen;
}
