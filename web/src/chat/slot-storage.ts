/**
 * What a window keeps: its session, its conversation, its draft. A slot belongs to one window at a time, so
 * two windows never share a session; it stays in `localStorage`, so that a closed window can be taken up
 * again.
 *
 * A slot has three records. `past` holds what is settled and is written when a turn ends; `live` holds the
 * session and the running turn and is written often. Both are written in this order, and a turn found in both
 * is taken from `live`, so whatever the moment of a crash, the text and the sequence number kept beside it
 * belong together.
 *
 * All slots share one budget. What does not fit is given up oldest first, other conversations before this
 * one, and what was given up is counted. The session is always written, if need be in place of texts.
 */
import { isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import type { Resumption } from '../../../shared/client/session-contract.ts';
import type { KeyValues } from '../ui/browser-values.ts';
import { EMPTY_CHAT, items, joined, restored, type ChatState } from './chat-state.ts';
import type { Item, Turn } from './turn.ts';
import type { Drafts } from './opener.ts';
import { itemOf, resumptionOf, settingsOf, turnOf } from './slot-records.ts';

export const STORAGE_LIMITS = {
  /** A turn is two messages. */
  turnsKept: 1_000,
  /** Of one conversation. */
  charactersKept: 1_000_000,
  /** Of all slots; browsers give an origin five million. */
  charactersInAll: 4_000_000,
  slotsKept: 6,
  /** Of conversations that are not shown. */
  draftsKept: 20,
} as const;

export interface Kept {
  readonly chat: ChatState;
  readonly resumption: Resumption | undefined;
}

export class SlotStorage {
  readonly #values: KeyValues;
  readonly #prefix: string;
  /** Slot and revision of the past that was written last, and whether all of it had room. */
  #written = { revision: '', isWhole: true };

  /** `owner` tells the slots of a user from those of guests and of other users: their names begin with it. */
  constructor(values: KeyValues, owner = '') {
    this.#values = values;
    this.#prefix = owner === '' ? '' : `${owner}.`;
  }

  /** A name for a slot of this owner. */
  nameOf(id: string): string {
    return this.#prefix + id;
  }

  /** The slots of this owner, the one written last first. */
  own(): { slot: string; savedAtMs: number }[] {
    return this.list().filter(({ slot }) => slot.slice(0, slot.lastIndexOf('.') + 1) === this.#prefix);
  }

  /** Every slot there is, the one written last first. */
  list(): { slot: string; savedAtMs: number }[] {
    const found: { slot: string; savedAtMs: number }[] = [];
    for (let index = 0; index < this.#values.length; index += 1) {
      const slot = /^hilo\.slot\.(.+)\.live$/.exec(this.#values.key(index) ?? '')?.[1];
      const live = slot === undefined ? undefined : this.#read(slot, 'live');
      if (slot !== undefined && live) found.push({ slot, savedAtMs: numberOf(live['savedAtMs']) });
    }
    return found.sort((a, b) => b.savedAtMs - a.savedAtMs);
  }

  load(slot: string): Kept {
    const past = this.#read(slot, 'past');
    const live = this.#read(slot, 'live');
    const running = turnOf(live?.['turn']);
    const settled = itemsOf(past).filter((item) => item.id !== running?.id);
    const draft = this.#values.getItem(key(slot, 'draft')) ?? '';
    const limitedUntilMs = numberOf(live?.['limitedUntilMs']);
    const refusal = limitedUntilMs > 0 ? ({ reason: 'rate_limited', values: {} } as const) : undefined;
    const conversation = textOf(live?.['conversation']) || undefined;
    const before = { dropped: numberOf(past?.['dropped']), earlier: textOf(past?.['earlier']) || undefined };
    const settings = settingsOf(live?.['settings']);
    const rest = { conversation, draft, settings, limitedUntilMs, refusal, pace: EMPTY_CHAT.pace };
    return {
      chat: restored(settled, running, { ...rest, ...readableBefore(settled, before) }),
      resumption: resumptionOf(live?.['resumption']),
    };
  }

  /**
   * Whether all of it was kept that the bounds allow. When not, the browser has no room; the page works on
   * without, and what it shows is gone when it is closed.
   */
  save(slot: string, { chat, resumption }: Kept, nowMs: number): boolean {
    const live = {
      resumption: resumption ?? null,
      turn: chat.live ?? null,
      limitedUntilMs: chat.limitedUntilMs,
      conversation: chat.conversation ?? null,
      settings: chat.settings ?? null,
      savedAtMs: nowMs,
    };
    const revision = `${slot} ${chat.revision}`;
    if (revision !== this.#written.revision) {
      this.#written = { revision, isWhole: this.#savePast(slot, chat) };
    }
    const keptLive =
      this.#write(slot, key(slot, 'live'), JSON.stringify(live)) ||
      this.#writeWithoutPast(slot, JSON.stringify(live));
    return this.saveDraft(slot, unsent(chat)) && keptLive && this.#written.isWhole;
  }

  saveDraft(slot: string, draft: string): boolean {
    if (draft !== '') return this.#write(slot, key(slot, 'draft'), draft);
    this.#values.removeItem(key(slot, 'draft'));
    return true;
  }

  /** What was written in other conversations, and not sent. */
  drafts(slot: () => string): Drafts {
    const read = () => this.#read(slot(), 'drafts') ?? {};
    const write = (drafts: Params) => {
      const name = key(slot(), 'drafts');
      if (Object.keys(drafts).length === 0) this.#values.removeItem(name);
      else this.#write(slot(), name, JSON.stringify(drafts));
    };
    return {
      put(conversation, draft) {
        const { [conversation]: _old, ...others } = read();
        const newest = draft === '' ? others : { ...others, [conversation]: draft };
        write(Object.fromEntries(Object.entries(newest).slice(-STORAGE_LIMITS.draftsKept)));
      },
      take(conversation) {
        const { [conversation]: draft, ...others } = read();
        if (draft !== undefined) write(others);
        return textOf(draft);
      },
    };
  }

  /** Keeps a value that matters more than any conversation. Throws when the browser forbids it. */
  keepFirst(name: string, value: string): void {
    if (!this.#write(undefined, name, value)) this.#values.setItem(name, value);
  }

  remove(slot: string): void {
    for (const part of ['past', 'live', 'draft', 'drafts'] as const) this.#values.removeItem(key(slot, part));
  }

  /** Removes everything of this owner. */
  removeOwn(): void {
    for (const { slot } of this.own()) this.remove(slot);
  }

  #savePast(slot: string, chat: ChatState): boolean {
    const settled = items(chat).filter((item) => item.id !== chat.live?.id);
    const wanted = newest(settled);
    let kept = wanted;
    for (;;) {
      const dropped = chat.dropped + turnsOf(settled) - turnsOf(kept);
      const text = JSON.stringify({ items: kept, dropped, earlier: chat.earlier });
      this.#shrink(slot, text.length);
      if (this.#write(slot, key(slot, 'past'), text)) return kept === wanted;
      if (kept.length === 0) return false;
      kept = kept.slice(Math.ceil(kept.length / 2));
    }
  }

  /** The session alone: without it the running answer could not be taken up. */
  #writeWithoutPast(slot: string, live: string): boolean {
    this.#empty(slot);
    this.#written = { revision: '', isWhole: false };
    return this.#write(slot, key(slot, 'live'), live);
  }

  /** Gives up the oldest other conversations until a past of that length fits into the budget. */
  #shrink(slot: string, characters: number): void {
    let total = characters;
    for (let index = 0; index < this.#values.length; index += 1) {
      const name = this.#values.key(index) ?? '';
      if (!name.startsWith('hilo.slot.') || name === key(slot, 'past')) continue;
      total += this.#values.getItem(name)?.length ?? 0;
    }
    while (total > STORAGE_LIMITS.charactersInAll) {
      const freed = this.#giveUpOldest(slot);
      if (freed === 0) return;
      total -= freed;
    }
  }

  /** False when the browser has no room even after every other conversation was given up, or forbids it. */
  #write(slot: string | undefined, name: string, value: string): boolean {
    for (;;) {
      try {
        this.#values.setItem(name, value);
        return true;
      } catch {
        if (this.#giveUpOldest(slot) === 0) return false;
      }
    }
  }

  /** How many characters are free now. */
  #giveUpOldest(except: string | undefined): number {
    for (const { slot } of this.list().toReversed()) {
      const freed = slot === except ? 0 : this.#empty(slot);
      if (freed > 0) return freed;
    }
    return 0;
  }

  /** Removes the texts of a slot; how many they were stays. */
  #empty(slot: string): number {
    const past = this.#read(slot, 'past');
    const all = itemsOf(past);
    if (all.length === 0) return 0;
    const before = this.#values.getItem(key(slot, 'past'))?.length ?? 0;
    const rest = JSON.stringify({ items: [], dropped: numberOf(past?.['dropped']) + turnsOf(all) });
    this.#values.removeItem(key(slot, 'past'));
    this.#values.setItem(key(slot, 'past'), rest);
    return Math.max(1, before - rest.length);
  }

  #read(slot: string, part: Part): Params | undefined {
    try {
      const value: unknown = JSON.parse(this.#values.getItem(key(slot, part)) ?? 'null');
      return isRecord(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

type Part = 'past' | 'live' | 'draft' | 'drafts';

function key(slot: string, part: Part): string {
  return `hilo.slot.${slot}.${part}`;
}

function itemsOf(past: Params | undefined): Item[] {
  const found = Array.isArray(past?.['items']) ? past['items'].map(itemOf) : [];
  return found.filter((item) => item !== undefined);
}

type Before = Pick<ChatState, 'dropped' | 'earlier'>;

/** What had no room here is read at the server where it has kept it. */
function readableBefore(settled: readonly Item[], { dropped, earlier }: Before): Before {
  const first = settled[0];
  if (dropped === 0 || first?.kind !== 'turn' || first.promptMessage === '') return { dropped, earlier };
  return { dropped: 0, earlier: first.promptMessage };
}

/** With other words for a message that were not sent either. */
function unsent(chat: ChatState): string {
  const { editing, draft } = chat;
  const old = editing && items(chat).find(({ id }) => id === editing.turn);
  const isChanged = old?.kind === 'turn' && old.text !== editing?.text;
  return isChanged ? joined(editing?.text ?? '', draft) : draft;
}

function turnsOf(all: readonly Item[]): number {
  return all.filter(({ kind }) => kind === 'turn').length;
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

function sizeOf({ text, answer, thinking, receipt }: Turn): number {
  return text.length + answer.length + thinking.length + (receipt?.proof.length ?? 0);
}
