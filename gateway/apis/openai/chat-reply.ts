/** Events and result of a completion as OpenAI's chat completion, whole or as server-sent events. */
import { textOf, type Params } from '../../../shared/client/message.ts';
import type { CompletionResult } from '../../../shared/operations/completion-shapes.ts';
import type { ApiReply, ApiRequest } from '../external-api.ts';
import type { ChatForm } from './chat-request.ts';
import { errorBody } from './errors.ts';

const DONE = 'data: [DONE]\n\n';

export function chatReply(form: ChatForm, request: Pick<ApiRequest, 'newId' | 'now'>): ApiReply {
  const id = `chatcmpl-${request.newId().replaceAll('-', '')}`;
  const created = Math.floor(request.now / 1_000);
  return form.isStream ? streamed(form, { id, created }) : whole({ id, created });
}

interface Envelope {
  readonly id: string;
  readonly created: number;
}

function whole({ id, created }: Envelope): ApiReply {
  return {
    contentType: 'application/json; charset=utf-8',
    event: () => '',
    result(given) {
      const result = given as CompletionResult;
      const choice = { index: 0, message: messageOf(result), logprobs: null, finish_reason: result.finish };
      return JSON.stringify({
        id,
        object: 'chat.completion',
        created,
        model: result.route,
        choices: [choice],
        usage: usageOf(result),
        hilo: accountOf(result),
      });
    },
    failure: () => undefined,
  };
}

function streamed({ includeUsage }: ChatForm, { id, created }: Envelope): ApiReply {
  const usage = includeUsage ? { usage: null } : {};
  let model = '';
  let isBegun = false;
  const chunk = (choices: readonly object[], more: object = usage): string =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices, ...more })}\n\n`;
  const delta = (said: object, finish: string | null = null, more: object = usage): string =>
    chunk([{ index: 0, delta: said, logprobs: null, finish_reason: finish }], more);
  const opening = (): string => {
    if (isBegun) return '';
    isBegun = true;
    return delta({ role: 'assistant', content: '' });
  };
  return {
    contentType: 'text/event-stream; charset=utf-8',
    // Without an empty line after it: some clients take that for the end of an event.
    keepAlive: ': x\n',
    event(name, params) {
      if (name === 'completions.started') model = textOf(params['route']);
      const said = deltaOf(name, params);
      return said ? opening() + delta(said) : '';
    },
    result(given) {
      const result = given as CompletionResult;
      model = result.route;
      const end = delta({}, result.finish, { ...usage, hilo: accountOf(result) });
      const counts = includeUsage ? chunk([], { usage: usageOf(result) }) : '';
      return opening() + end + counts + DONE;
    },
    failure: (error) => `data: ${JSON.stringify(errorBody(error))}\n\n`,
  };
}

function deltaOf(name: string, params: Params): object | undefined {
  switch (name) {
    case 'completions.text':
      return { content: textOf(params['text']) };
    case 'completions.thinking':
      return { reasoning_content: textOf(params['text']) };
    case 'completions.toolCall':
      return { tool_calls: [toolCallDelta(params)] };
    default:
      return undefined;
  }
}

/** The first one of a call says what is called. */
function toolCallDelta({ index, id, name, arguments: text }: Params): object {
  const called = { arguments: textOf(text) };
  if (id === undefined) return { index, function: called };
  return { index, id, type: 'function', function: { name, ...called } };
}

function messageOf({ text, thinking, toolCalls }: CompletionResult): object {
  const calls = toolCalls.map(({ id, ...called }) => ({ id, type: 'function', function: called }));
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(thinking !== '' && { reasoning_content: thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function usageOf({ usage }: CompletionResult): object {
  const { inputTokens, outputTokens, cachedInputTokens = 0, thinkingTokens = 0 } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: thinkingTokens, audio_tokens: 0 },
  };
}

/** What others have no word for: what it cost, and what proves it. */
function accountOf({ trace, degraded, credits, receipt }: CompletionResult): object {
  return { trace, degraded, credits, receipt };
}
