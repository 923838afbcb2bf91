/** Makes valid records from whatever is found in the browser's storage or comes from the server. */
import { isErrorKey, isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import type { Resumption } from '../../../shared/client/session-contract.ts';
import type { BeginningSettings } from './chat-state.ts';
import type { Asked, Item, Notice, Phase, Turn, Versions } from './turn.ts';
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
    asked: askedOf(value['asked']),
    elsewhere: value['elsewhere'] === true,
    promptVersions: versionsOf(value['promptVersions']),
    answerVersions: versionsOf(value['answerVersions']),
    remembered: typeof value['remembered'] === 'number' ? value['remembered'] : undefined,
    attachments: recordsOf(value['attachments']),
  };
}

/** Also of what the server sends. */
export function recordsOf(value: unknown): readonly Params[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Also of what the server sends. Undefined when there are none beside the message itself. */
export function versionsOf(value: unknown): Versions | undefined {
  if (!isRecord(value) || !Array.isArray(value['ids'])) return undefined;
  const ids = value['ids'].filter((id) => typeof id === 'string');
  const index = numberOf(value['index']);
  return ids.length > 1 && index < ids.length ? { ids, index } : undefined;
}

function askedOf(value: unknown): Asked {
  const { name, message } = isRecord(value) ? value : {};
  if ((name !== 'edit' && name !== 'regenerate') || typeof message !== 'string') return { name: 'send' };
  return { name, message };
}

/** Also of what the server sends, at first without the proof. Undefined for what is not in the ledger. */
export function receiptOf(value: unknown): KeptReceipt | undefined {
  if (!isRecord(value) || typeof value['index'] !== 'number') return undefined;
  return {
    index: value['index'],
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
      return { name: phase['name'] };
    case 'stopped':
      return phase['elsewhere'] === true ? { name: 'stopped', elsewhere: true } : { name: 'stopped' };
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

export function settingsOf(value: unknown): BeginningSettings | undefined {
  if (!isRecord(value)) return undefined;
  const { route, persona, instructions } = value;
  return { route: textOf(route), persona: textOf(persona), instructions: textOf(instructions) };
}

export function resumptionOf(value: unknown): Resumption | undefined {
  if (!isRecord(value)) return undefined;
  const { session, token, epoch, lastSeq } = value;
  if (typeof session !== 'string' || typeof token !== 'string') return undefined;
  if (typeof epoch !== 'string' || typeof lastSeq !== 'number') return undefined;
  return { session, token, epoch, lastSeq };
}
