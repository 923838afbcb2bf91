/** Makes valid records from whatever is found in the browser's storage or comes from the server. */
import { isErrorKey, isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import type { Resumption } from '../../../shared/client/session-contract.ts';
import type { Item, Notice, Phase, Turn } from './turn.ts';
import type { KeptReceipt } from './proof/proof-contract.ts';

export function itemOf(value: unknown): Item | undefined {
  if (!isRecord(value)) return undefined;
  return value['kind'] === 'notice' ? noticeOf(value) : turnOf(value);
}

const NOTICES = ['restarted', 'expired', 'gap', 'copied', 'forgotten'] as const;

function noticeOf({ id, name }: Params): Notice | undefined {
  if (typeof id !== 'string') return undefined;
  const known = NOTICES.find((one) => one === name);
  return known && { kind: 'notice', id, name: known };
}

export function turnOf(value: unknown): Turn | undefined {
  if (!isRecord(value)) return undefined;
  const { id, requestId, text, phase } = value;
  if (typeof id !== 'string' || typeof text !== 'string') return undefined;
  if (typeof requestId !== 'string' && typeof requestId !== 'number') return undefined;
  return {
    kind: 'turn',
    id,
    requestId,
    text,
    sentAtMs: numberOf(value['sentAtMs']),
    phase: phaseOf(phase),
    answer: textOf(value['answer']),
    thinking: textOf(value['thinking']),
    thinkingSinceMs: numberOf(value['thinkingSinceMs']),
    thinkingMs: numberOf(value['thinkingMs']),
    stopping: value['stopping'] === true,
    model: textOf(value['model']),
    trace: textOf(value['trace']),
    offline: value['offline'] === true,
    degraded: value['degraded'] === true,
    charged: typeof value['charged'] === 'number' ? value['charged'] : undefined,
    receipt: receiptOf(value['receipt']),
    erased: value['erased'] === true,
    promptMessage: textOf(value['promptMessage']),
    answerMessage: textOf(value['answerMessage']),
  };
}

/** Also of what the server sends. Undefined for anything without a proof. */
export function receiptOf(value: unknown): KeptReceipt | undefined {
  if (!isRecord(value) || textOf(value['proof']) === '') return undefined;
  return {
    index: numberOf(value['index']),
    proof: textOf(value['proof']),
    promptSalt: textOf(value['promptSalt']),
    answerSalt: textOf(value['answerSalt']),
    linkedWith: numberOf(value['linkedWith']),
  };
}

function phaseOf(value: unknown): Phase {
  const phase = isRecord(value) ? value : {};
  switch (phase['name']) {
    case 'held':
    case 'sending':
    case 'loading':
    case 'thinking':
    case 'streaming':
    case 'stopped':
      return { name: phase['name'] };
    case 'queued':
      return {
        name: 'queued',
        position: numberOf(phase['position']) || 1,
        sinceMs: numberOf(phase['sinceMs']),
      };
    case 'done':
      return { name: 'done', cut: phase['cut'] === true };
    case 'failed':
      return {
        name: 'failed',
        reason: isErrorKey(phase['reason']) ? phase['reason'] : 'internal',
        values: isRecord(phase['values']) ? (phase['values'] as Record<string, string | number>) : {},
        retryAtMs: numberOf(phase['retryAtMs']),
      };
    default:
      return { name: 'lost' };
  }
}

export function resumptionOf(value: unknown): Resumption | undefined {
  if (!isRecord(value)) return undefined;
  const { session, token, epoch, lastSeq } = value;
  if (typeof session !== 'string' || typeof token !== 'string') return undefined;
  if (typeof epoch !== 'string' || typeof lastSeq !== 'number') return undefined;
  return { session, token, epoch, lastSeq };
}
