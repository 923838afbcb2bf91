/** The items of an answer, as they stand at any moment of it. */
import type { AnswerPart } from '../../answer-parts.ts';
import { customInput, type KnownTool } from './tools.ts';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** A part of an answer, the id of its item, and the tool that it calls. */
export interface AnswerItem {
  readonly id: string;
  readonly part: Pick<AnswerPart, 'kind' | 'call' | 'text'>;
  readonly tool: KnownTool | undefined;
}

/** What the ids of a kind of item begin with. */
export function idPrefix({ part, tool }: Omit<AnswerItem, 'id'>): string {
  if (part.kind === 'text') return 'msg_';
  if (part.kind === 'thinking') return 'rs_';
  return tool?.isCustom ? 'ctc_' : 'fc_';
}

export function itemOf({ id, part, tool }: AnswerItem, status: ItemStatus): object {
  const { kind, call, text } = part;
  const isNew = status === 'in_progress';
  if (kind === 'text') {
    return { id, type: 'message', status, role: 'assistant', content: isNew ? [] : [textPart(text)] };
  }
  if (kind === 'thinking') {
    return { id, type: 'reasoning', status, summary: isNew ? [] : [summaryPart(text)] };
  }
  const { name = call.name, namespace, isCustom = false } = tool ?? {};
  const head = { id, type: isCustom ? 'custom_tool_call' : 'function_call', status, call_id: call.id, name };
  return {
    ...head,
    ...(namespace === undefined ? {} : { namespace }),
    ...(isCustom ? { input: isNew ? '' : customInput(text) } : { arguments: isNew ? '' : text }),
  };
}

export function textPart(text: string): object {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

export function summaryPart(text: string): object {
  return { type: 'summary_text', text };
}
