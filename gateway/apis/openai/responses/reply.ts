/** An answer in the form of the Responses API, whole or as its strict list of events. */
import type { Params } from '../../../../shared/client/message.ts';
import { textOf } from '../../../../shared/client/message.ts';
import type { CompletionResult } from '../../../../shared/operations/completion-shapes.ts';
import { AnswerParts, type AnswerPart, type PartWriter } from '../../answer-parts.ts';
import type { ApiReply } from '../../external-api.ts';
import { JSON_TYPE, SSE_COMMENT, SSE_TYPE, sseEvent } from '../../sse.ts';
import type { Responses } from './body.ts';
import { idPrefix, itemOf, summaryPart, textPart, type AnswerItem } from './items.ts';
import { errorOf, incompleteReason, responseObject, usageOf } from './response.ts';
import { customInput, type KnownTool } from './tools.ts';

export interface ReplyOptions {
  readonly body: Responses;
  /** The same before it was read. */
  readonly raw: Params;
  readonly known: ReadonlyMap<string, KnownTool>;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** Letters and digits. */
  readonly newId: () => string;
}

type Emit = (type: string, members: Params) => string;

export function wholeReply(options: ReplyOptions): ApiReply {
  const id = `resp_${options.newId()}`;
  return {
    contentType: JSON_TYPE,
    event: () => '',
    result(params) {
      const result = params as unknown as CompletionResult;
      const items = new Items(options, incompleteReason(result) !== undefined);
      new AnswerParts({
        opened: () => '',
        grew: () => '',
        closed: (part, isLast) => {
          items.close(part, isLast);
          return '';
        },
      }).end(result);
      const head = { id, createdAt: Math.floor(options.now / 1_000), model: result.route };
      return JSON.stringify(endOf(responseObject(head, options.body, options.raw), result, items.done));
    },
    failure: () => undefined,
  };
}

/** Nothing is written before the answer begins, so that a failure until then has its status. */
export function streamedReply(options: ReplyOptions): ApiReply {
  const id = `resp_${options.newId()}`;
  const items = new Items(options, false);
  let model = '';
  let sequence = 0;
  let isStarted = false;

  const emit: Emit = (type, members) => {
    const event = sseEvent(type, { type, sequence_number: sequence, ...members });
    sequence += 1;
    return event;
  };
  const response = () => {
    const head = { id, createdAt: Math.floor(options.now / 1_000), model };
    return responseObject(head, options.body, options.raw);
  };
  const start = () => {
    if (isStarted) return '';
    isStarted = true;
    return (
      emit('response.created', { response: response() }) +
      emit('response.in_progress', { response: response() })
    );
  };
  const writer = writerOf(items, emit);
  // The first part is written behind the start, whose events have the first numbers.
  const parts = new AnswerParts({ ...writer, opened: (part) => start() + writer.opened(part) });

  return {
    contentType: SSE_TYPE,
    keepAlive: SSE_COMMENT,
    event(name, params) {
      if (name === 'completions.started') model = textOf(params['route']);
      return parts.event(name, params);
    },
    result(params) {
      const result = params as unknown as CompletionResult;
      model = result.route;
      const reason = incompleteReason(result);
      items.isCutOff = reason !== undefined;
      const rest = parts.end(result);
      const type = reason === undefined ? 'response.completed' : 'response.incomplete';
      return start() + rest + emit(type, { response: endOf(response(), result, items.done) });
    },
    failure(error) {
      const failed = { ...response(), status: 'failed', error: errorOf(error), output: items.done };
      return start() + emit('response.failed', { response: failed });
    },
  };
}

function endOf(response: object, result: CompletionResult, output: readonly object[]): object {
  const reason = incompleteReason(result);
  return {
    ...response,
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    output,
    usage: usageOf(result.usage),
  };
}

/** The items of one answer. */
class Items {
  readonly done: object[] = [];
  /** The last item is not complete. */
  isCutOff: boolean;
  readonly #options: ReplyOptions;
  #open: AnswerItem | undefined;

  constructor(options: ReplyOptions, isCutOff: boolean) {
    this.#options = options;
    this.isCutOff = isCutOff;
  }

  /** The item of a part, which is the open one or a new one. */
  of(part: AnswerPart): AnswerItem {
    if (this.#open?.part !== part) {
      const tool = this.#options.known.get(part.call.name);
      this.#open = { part, tool, id: `${idPrefix({ part, tool })}${this.#options.newId()}` };
    }
    return this.#open;
  }

  close(part: AnswerPart, isLast: boolean): object {
    const item = itemOf(this.of(part), isLast && this.isCutOff ? 'incomplete' : 'completed');
    this.done.push(item);
    return item;
  }
}

function writerOf(items: Items, emit: Emit): PartWriter {
  return {
    opened(part) {
      const item = items.of(part);
      const place = { item_id: item.id, output_index: part.index };
      const added = emit('response.output_item.added', {
        output_index: part.index,
        item: itemOf(item, 'in_progress'),
      });
      if (part.kind === 'text') {
        return (
          added + emit('response.content_part.added', { ...place, content_index: 0, part: textPart('') })
        );
      }
      if (part.kind === 'toolCall') return added;
      const first = { ...place, summary_index: 0, part: summaryPart('') };
      return added + emit('response.reasoning_summary_part.added', first);
    },
    grew(part, delta) {
      const { id, tool } = items.of(part);
      const place = { item_id: id, output_index: part.index };
      if (part.kind === 'text') {
        return emit('response.output_text.delta', { ...place, content_index: 0, delta, logprobs: [] });
      }
      if (part.kind === 'thinking') {
        return emit('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta });
      }
      // The input of a custom tool is known when its arguments are whole.
      return tool?.isCustom ? '' : emit('response.function_call_arguments.delta', { ...place, delta });
    },
    closed(part, isLast) {
      const { id, tool } = items.of(part);
      const ends = endsOf(part, { item_id: id, output_index: part.index }, tool, emit);
      const item = items.close(part, isLast);
      return ends + emit('response.output_item.done', { output_index: part.index, item });
    },
  };
}

/** The events that repeat a part as a whole. */
function endsOf(
  { kind, text, call }: AnswerPart,
  place: Params,
  tool: KnownTool | undefined,
  emit: Emit,
): string {
  if (kind === 'text') {
    const at = { ...place, content_index: 0 };
    const done = emit('response.output_text.done', { ...at, text, logprobs: [] });
    return done + emit('response.content_part.done', { ...at, part: textPart(text) });
  }
  if (kind === 'thinking') {
    const at = { ...place, summary_index: 0 };
    const done = emit('response.reasoning_summary_text.done', { ...at, text });
    return done + emit('response.reasoning_summary_part.done', { ...at, part: summaryPart(text) });
  }
  if (tool?.isCustom) {
    const input = customInput(text);
    const delta = emit('response.custom_tool_call_input.delta', { ...place, delta: input });
    return delta + emit('response.custom_tool_call_input.done', { ...place, input });
  }
  return emit('response.function_call_arguments.done', {
    ...place,
    name: tool?.name ?? call.name,
    arguments: text,
  });
}
