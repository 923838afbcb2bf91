/**
 * What a window keeps: its session, its conversation, its draft. A slot belongs to one window at a time, so
 * two windows never share a session; it stays in `localStorage`, so that a closed window can be taken up
 * again.
 *
 * A slot has three records. `past` holds what is settled and is written when a turn ends; `live` holds the
 * session and the running turn and is written often. Both are written in this order, and a turn found in both
 * is taken from `live`, so whatever the moment of a crash, the text and the sequence number kept beside it
 * belong together.
 */
import type { KeyValues } from '../ui/browser-values.ts';
import {
  EMPTY_CHAT,
  items,
  restored,
  type ChatState,
  type Item,
  type Notice,
  type Phase,
  type Turn,
} from './chat-state.ts';
import type { KeptReceipt } from './proof/proof-contract.ts';
import type { Resumption } from '../../../shared/client/session-contract.ts';
import { isErrorKey, isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';

export const STORAGE_LIMITS = {
  /** A turn is two messages. */
  turnsKept: 100,
  charactersKept: 1_000_000,
  slotsKept: 6,
} as const;

export interface Kept {
  readonly chat: ChatState;
  readonly resumption: Resumption | undefined;
}

export class SlotStorage {
  readonly #values: KeyValues;
  /** Of the slot whose past was written last. */
  #written = '';

  constructor(values: KeyValues) {
    this.#values = values;
  }

  /** Every slot there is, the one written last first. */
  list(): { slot: string; savedAtMs: number; closed: boolean }[] {
    const found: { slot: string; savedAtMs: number; closed: boolean }[] = [];
    for (let index = 0; index < this.#values.length; index += 1) {
      const slot = /^hilo\.slot\.(.+)\.live$/.exec(this.#values.key(index) ?? '')?.[1];
      const live = slot === undefined ? undefined : this.#read(slot, 'live');
      if (slot === undefined || !live) continue;
      found.push({ slot, savedAtMs: numberOf(live['savedAtMs']), closed: live['closed'] === true });
    }
    return found.sort((a, b) => b.savedAtMs - a.savedAtMs);
  }

  load(slot: string): Kept {
    const past = this.#read(slot, 'past');
    const live = this.#read(slot, 'live');
    const running = turnOf(live?.['turn']);
    const settled = Array.isArray(past?.['items']) ? past['items'].map(itemOf) : [];
    const all = settled.filter((item) => item !== undefined && item.id !== running?.id) as Item[];
    const draft = this.#values.getItem(key(slot, 'draft')) ?? '';
    const limitedUntilMs = numberOf(live?.['limitedUntilMs']);
    const refusal = limitedUntilMs > 0 ? ({ reason: 'rate_limited', values: {} } as const) : undefined;
    return {
      chat: restored(all, running, { draft, limitedUntilMs, refusal, pace: EMPTY_CHAT.pace }),
      resumption: resumptionOf(live?.['resumption']),
    };
  }

  /** False when the browser has no room or forbids it; the page works on without. */
  save(slot: string, { chat, resumption }: Kept, nowMs: number, closed: boolean): boolean {
    const live = {
      resumption: resumption ?? null,
      turn: chat.live ?? null,
      limitedUntilMs: chat.limitedUntilMs,
      savedAtMs: nowMs,
      closed,
    };
    try {
      const revision = `${slot} ${chat.revision}`;
      if (revision !== this.#written) {
        const settled = items(chat).filter((item) => item.id !== chat.live?.id);
        this.#write(slot, 'past', { items: newest(settled) });
        this.#written = revision;
      }
      this.#write(slot, 'live', live);
    } catch {
      return false;
    }
    return this.saveDraft(slot, chat.draft);
  }

  saveDraft(slot: string, draft: string): boolean {
    try {
      if (draft === '') this.#values.removeItem(key(slot, 'draft'));
      else this.#values.setItem(key(slot, 'draft'), draft);
      return true;
    } catch {
      return false;
    }
  }

  remove(slot: string): void {
    for (const part of ['past', 'live', 'draft'] as const) this.#values.removeItem(key(slot, part));
  }

  #read(slot: string, part: Part): Params | undefined {
    try {
      const value: unknown = JSON.parse(this.#values.getItem(key(slot, part)) ?? 'null');
      return isRecord(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  #write(slot: string, part: Part, value: Params): void {
    this.#values.setItem(key(slot, part), JSON.stringify(value));
  }
}

type Part = 'past' | 'live' | 'draft';

function key(slot: string, part: Part): string {
  return `hilo.slot.${slot}.${part}`;
}

/** The newest items within both bounds. */
function newest(all: readonly Item[]): readonly Item[] {
  let characters = 0;
  const kept = all.slice(-STORAGE_LIMITS.turnsKept);
  for (let index = kept.length - 1; index >= 0; index -= 1) {
    const item = kept[index];
    characters += item?.kind === 'turn' ? sizeOf(item) : 0;
    if (characters > STORAGE_LIMITS.charactersKept) return kept.slice(index + 1);
  }
  return kept;
}

function sizeOf({ text, answer, receipt }: Turn): number {
  return text.length + answer.length + (receipt?.proof.length ?? 0);
}

function itemOf(value: unknown): Item | undefined {
  if (!isRecord(value)) return undefined;
  return value['kind'] === 'notice' ? noticeOf(value) : turnOf(value);
}

function noticeOf({ id, name }: Params): Notice | undefined {
  if (typeof id !== 'string') return undefined;
  if (name !== 'restarted' && name !== 'expired' && name !== 'gap' && name !== 'copied') return undefined;
  return { kind: 'notice', id, name };
}

function turnOf(value: unknown): Turn | undefined {
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
    stopping: value['stopping'] === true,
    model: textOf(value['model']),
    trace: textOf(value['trace']),
    offline: value['offline'] === true,
    degraded: value['degraded'] === true,
    charged: typeof value['charged'] === 'number' ? value['charged'] : undefined,
    receipt: receiptOf(value['receipt']),
    erased: value['erased'] === true,
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

function resumptionOf(value: unknown): Resumption | undefined {
  if (!isRecord(value)) return undefined;
  const { session, token, epoch, lastSeq } = value;
  if (typeof session !== 'string' || typeof token !== 'string') return undefined;
  if (typeof epoch !== 'string' || typeof lastSeq !== 'number') return undefined;
  return { session, token, epoch, lastSeq };
}
