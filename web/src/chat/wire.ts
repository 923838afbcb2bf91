/** What the server says of a message, as a change of the conversation. */
import { isRecord, numberOf, textOf, type Params, type RequestId } from '../../../shared/client/message.ts';
import type { ChatState } from './chat-state.ts';
import { appended, loading, queued, started, thought, type Completion } from './live-turn.ts';
import { receiptOf, recordsOf, versionsOf } from './slot-records.ts';

/** The same state when the notification changes nothing. */
export function notified(state: ChatState, method: string, params: Params, nowMs: number): ChatState {
  const id = params['requestId'];
  if (!isRequestId(id)) return state;
  switch (method) {
    case 'chat.delta':
      return appended(state, id, textOf(params['text']), nowMs);
    case 'chat.thinking':
      return thought(state, id, textOf(params['text']), nowMs);
    case 'chat.queued':
      return queued(state, id, Number(params['position']) || 1, nowMs);
    case 'chat.loading':
      return loading(state, id);
    case 'chat.started':
      return started(state, id, {
        model: textOf(params['model']),
        trace: textOf(params['trace']),
        conversation: textOf(params['conversation']),
        degraded: params['degraded'] === true,
      });
    default:
      return state;
  }
}

/** Of the response to `chat.send`. */
export function completionOf(result: Params): Completion {
  const { text, model, trace, provider, degraded, finishReason, receipt, credits } = result;
  const { conversation, promptMessage, answerMessage, siblings, remembered } = result;
  return {
    answer: textOf(text),
    model: textOf(model),
    trace: textOf(trace),
    offline: provider === 'offline',
    degraded: degraded === true,
    cut: finishReason === 'length',
    charged: isRecord(credits) ? numberOf(credits['charged']) : undefined,
    receipt: receiptOf(receipt),
    conversation: textOf(conversation),
    promptMessage: textOf(promptMessage),
    answerMessage: textOf(answerMessage),
    siblings: versionsOf(siblings),
    remembered: typeof remembered === 'number' ? remembered : undefined,
    attachments: recordsOf(result['attachments']),
  };
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || typeof value === 'number';
}
