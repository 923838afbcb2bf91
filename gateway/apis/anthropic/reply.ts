/** An answer in Anthropic's form, whole or as a stream of events. */
import type { Params } from '../../../shared/client/message.ts';
import { numberOf, textOf } from '../../../shared/client/message.ts';
import type { CompletionResult, Finish } from '../../../shared/operations/completion-shapes.ts';
import type { ApiError } from '../../http/api-errors.ts';
import { AnswerParts, argumentsOf, type AnswerPart } from '../answer-parts.ts';
import type { ApiReply } from '../external-api.ts';
import { JSON_TYPE, SSE_TYPE, sseEvent } from '../sse.ts';
import { errorBody } from './errors.ts';

const STOP_REASONS: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

export interface ReplyOptions {
  /** Of the message. */
  readonly id: string;
  readonly requestId: string;
}

export function wholeReply({ id }: ReplyOptions): ApiReply {
  return {
    contentType: JSON_TYPE,
    event: () => '',
    result: (result) => JSON.stringify(messageOf(id, result as unknown as CompletionResult)),
    failure: () => undefined,
  };
}

/** Nothing is written before the answer begins, so that a failure until then has its status. */
export function streamedReply({ id, requestId }: ReplyOptions): ApiReply {
  const parts = new AnswerParts({ opened, grew, closed });
  let route = '';
  let inputTokens = 0;
  /** Known before the answer begins: what may vouch for a thought that is sent back. */
  let trace = '';
  let isStarted = false;

  function start(): string {
    if (isStarted) return '';
    isStarted = true;
    const usage = { inputTokens, outputTokens: 0 };
    const message = messageHead(id, route);
    return event('message_start', {
      message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage: usageOf(usage) },
    });
  }

  function closed({ index, kind }: AnswerPart): string {
    const delta = { type: 'signature_delta', signature: trace };
    const signature = kind === 'thinking' ? event('content_block_delta', { index, delta }) : '';
    return signature + event('content_block_stop', { index });
  }

  return {
    contentType: SSE_TYPE,
    keepAlive: event('ping', {}),
    event(name, params) {
      if (name === 'completions.started') {
        route = textOf(params['route']);
        trace = textOf(params['trace']);
        inputTokens = numberOf(params['inputTokens']);
      }
      const written = parts.event(name, params);
      return written === '' ? '' : start() + written;
    },
    result(params) {
      const result = params as unknown as CompletionResult;
      route = result.route;
      trace = result.trace;
      const rest = parts.end(result);
      const delta = stopOf(result);
      const end = event('message_delta', { delta, usage: usageOf(result.usage) }) + event('message_stop', {});
      return start() + rest + end;
    },
    failure: (error: ApiError) => sseEvent('error', errorBody(error, requestId)),
  };
}

function opened({ index, kind, call: { id, name } }: AnswerPart): string {
  const block = {
    text: { type: 'text', text: '' },
    thinking: { type: 'thinking', thinking: '', signature: '' },
    toolCall: { type: 'tool_use', id, name, input: {} },
  }[kind];
  return event('content_block_start', { index, content_block: block });
}

function grew({ index, kind }: AnswerPart, text: string): string {
  const delta = {
    text: { type: 'text_delta', text },
    thinking: { type: 'thinking_delta', thinking: text },
    toolCall: { type: 'input_json_delta', partial_json: text },
  }[kind];
  return event('content_block_delta', { index, delta });
}

function messageOf(id: string, result: CompletionResult): object {
  const { route, trace, thinking, text, toolCalls, usage } = result;
  const calls = toolCalls.map(({ id: callId, name, arguments: input }) => {
    return { type: 'tool_use', id: callId, name, input: argumentsOf(input) };
  });
  return {
    ...messageHead(id, route),
    content: [
      ...(thinking === '' ? [] : [{ type: 'thinking', thinking, signature: trace }]),
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...calls,
    ],
    ...stopOf(result),
    usage: usageOf(usage),
  };
}

/** Few model servers say which sequence it was; the others end the turn. */
function stopOf({ finish, stopSequence }: CompletionResult) {
  const isKnown = finish === 'stop' && stopSequence !== undefined;
  return {
    stop_reason: isKnown ? 'stop_sequence' : STOP_REASONS[finish],
    stop_sequence: isKnown ? stopSequence : null,
  };
}

function messageHead(id: string, model: string): object {
  return { id, type: 'message', role: 'assistant', model };
}

/** Tokens that were cached are counted apart from the others. */
function usageOf(
  usage: Pick<CompletionResult['usage'], 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>,
) {
  const { inputTokens, cachedInputTokens = 0, outputTokens } = usage;
  return {
    input_tokens: inputTokens - cachedInputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
  };
}

function event(type: string, members: Params): string {
  return sseEvent(type, { type, ...members });
}
