/**
 * A conversation that is in use. Messages form a tree, of which only windows are read: the newest turns of
 * the branches in use. A turn that failed or has no text is a branch that nothing follows.
 */
import { attachedTo, type Attached } from '../attachments/attachment.ts';
import type { Guest } from '../identity/principal.ts';
import type { BranchWindows } from './branch-windows.ts';
import { History, type HistoryLimits } from './history.ts';
import { keyOf, Place, type PlaceHolder, type Thread } from './place.ts';
import type { PlacedTurn, SaidTurn, TurnPlacement } from './turn-placement.ts';

/** Devices and sessions whose places in one conversation are in memory; those of devices are in the store. */
const PLACES_MAX = 64;

export interface ConversationFacts {
  readonly number: number;
  /** UUIDv7. */
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  /** The newest answer, whatever its branch. */
  readonly newest: number | null;
  readonly isStored: boolean;
  /** Nothing of it is kept, and its memory ends with the session. */
  readonly isTemporary?: boolean;
}

export interface StoredTurn {
  readonly user: string;
  readonly assistant: string;
  readonly exchange: number;
  /** Empty when it is not known. */
  readonly trace: string;
  readonly attached?: Attached | undefined;
}

export interface BranchReader {
  /** The newest turns of the branch that ends in `leaf`, oldest first. */
  window(conversation: number, leaf: number, limits: HistoryLimits): Promise<readonly StoredTurn[]>;
  /** The message at which a device stands; undefined when it follows the newest. */
  placeOf(conversation: number, device: string): Promise<number | undefined>;
}

export interface ConversationParts {
  readonly reader: BranchReader;
  readonly windows: BranchWindows;
  readonly limits: HistoryLimits;
  readonly nextMessage: () => number;
}

export interface TurnOptions {
  /** One that the store does not know yet is written with the turn; undefined for a user. */
  readonly guest: Guest | undefined;
  readonly clientMessageId?: string | undefined;
  readonly place: Place;
  /** The message that the prompt follows; the place when left out. */
  readonly at?: number | null | undefined;
  /** The prompt that is answered once more. */
  readonly promptMessage?: number | undefined;
  /** The one that pays. */
  readonly account: string;
  /** Cancels its exchange. */
  readonly stop: () => void;
  /** Writes the row of a new conversation, with a title from this text. */
  readonly open?: (text: string) => Promise<void>;
}

/** A turn under way. */
export interface Turn extends TurnPlacement {
  /** What was said before it, as it was when the turn began. */
  readonly history: History;
  /** The message that it followed then. */
  readonly parent: number | null;
  /** Once it was written. */
  readonly placed: PlacedTurn | undefined;
  /** Its owner has erased it while it ran. */
  readonly isErased: boolean;
  /** Call this once, however it ended. */
  end(): void;
}

export class Conversation {
  readonly number: number;
  readonly id: string;
  readonly createdAt: number;
  #owner: string;
  readonly isTemporary: boolean;
  readonly #parts: ConversationParts;
  /** The one that was used last comes last. */
  readonly #places = new Map<string, KnownPlace>();
  readonly #turns = new Set<RunningTurn>();
  #newest: number | null;
  #isStored: boolean;
  #isHidden = false;
  #opening: Promise<void> | undefined;
  /** Its row was written before anything was said in it. */
  #isOpened = false;
  /** How often texts were erased: what was read before is read again. */
  #erasures = 0;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(facts: ConversationFacts, parts: ConversationParts) {
    this.number = facts.number;
    this.id = facts.id;
    this.#owner = facts.owner;
    this.createdAt = facts.createdAt;
    this.isTemporary = facts.isTemporary ?? false;
    this.#newest = facts.newest;
    this.#isStored = facts.isStored;
    this.#parts = parts;
  }

  get owner(): string {
    return this.#owner;
  }

  /** Does nothing when it is not of this owner. */
  handOver(from: string, to: string): void {
    if (this.#owner === from) this.#owner = to;
  }

  /** Whether it is in the store. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /** Whether its owner has deleted it: what is still being said in it is erased as soon as it is written. */
  get isHidden(): boolean {
    return this.#isHidden;
  }

  hide(): void {
    this.#isHidden = true;
  }

  /** The newest answer, whatever its branch; null before the first. */
  get newest(): number | null {
    return this.#newest;
  }

  /** Never at once: messages that wait for it go on in their order. */
  place(holder: PlaceHolder): Promise<Place> {
    const key = keyOf(holder);
    const earlier = this.#places.get(key);
    const known = earlier ?? this.#known('device' in holder ? holder.device : undefined);
    if (earlier) this.#places.delete(key);
    else known.reading.catch(() => this.#places.delete(key));
    this.#places.set(key, known);
    const [oldest = key] = this.#places.keys();
    if (this.#places.size > PLACES_MAX) this.#places.delete(oldest);
    return known.reading;
  }

  /** What was said up to this message, as far as it is read. */
  async history(leaf: number | null): Promise<History> {
    const { windows, reader, limits } = this.#parts;
    if (leaf === null) return new History(limits);
    const known = windows.get(this.number, leaf);
    if (known) return known;
    for (;;) {
      const erasures = this.#erasures;
      const history = new History(limits);
      const turns = await reader.window(this.number, leaf, limits);
      if (erasures !== this.#erasures) continue;
      const faster = windows.get(this.number, leaf);
      if (faster) return faster;
      for (const { user, assistant, ...turn } of turns) history.add(user, assistant, turn, turn.attached);
      windows.set(this.number, leaf, history);
      return history;
    }
  }

  /** How many messages before the answer `leaf` the model was sent with its prompt, while that is known. */
  remembered(leaf: number): number | undefined {
    return this.#parts.windows.get(this.number, leaf)?.remembered;
  }

  remember(leaf: number, messages: number): void {
    const window = this.#parts.windows.get(this.number, leaf);
    if (window) window.remembered = messages;
  }

  /** Begins a turn: from now on it has its parent. */
  async begin(options: TurnOptions): Promise<Turn> {
    const thread = options.place.begin(this.#newest, options.at);
    const turn = new RunningTurn(thread, options, {
      history: thread.history ?? new History(this.#parts.limits),
      isTemporary: this.isTemporary,
      admitted: (text) => this.#open(options, text),
      write: (said, write) => this.#inOrder(turn, said, write),
      onEnd: () => this.#turns.delete(turn),
    });
    this.#turns.add(turn);
    try {
      const history = thread.history ?? (await this.history(thread.leaf));
      // Another turn of the thread may have been faster.
      turn.history = thread.history ??= history;
      return turn;
    } catch (error) {
      turn.end();
      throw error;
    }
  }

  /**
   * Cancels what is being said, of this account or of all: nothing of it is kept, not even what ends before
   * it is cancelled. Resolves when it has ended.
   */
  async eraseTurns(account?: string): Promise<void> {
    const turns = [...this.#turns].filter(
      ({ options }) => account === undefined || options.account === account,
    );
    await Promise.all(turns.map((turn) => turn.erase()));
  }

  /** The turns of these exchanges were erased: no model is sent them again. Later turns still follow. */
  forget(exchanges: readonly number[]): void {
    this.#erasures += 1;
    for (const history of this.#histories()) for (const each of exchanges) history.remove(each);
  }

  /** All of it was erased. The next message begins it anew. */
  forgetAll(): void {
    this.#erasures += 1;
    for (const history of this.#histories()) history.clear();
    this.#parts.windows.forget(this.number);
    for (const turn of this.#turns) turn.thread.leaf = null;
    this.#places.clear();
    this.#newest = null;
    this.#isStored = false;
  }

  #known(device: string | undefined): KnownPlace {
    const known: KnownPlace = {
      reading: this.#readPlace(device).then((place) => (known.place = place)),
      place: undefined,
    };
    return known;
  }

  async #readPlace(device: string | undefined): Promise<Place> {
    const isKnown = device !== undefined && this.#isStored;
    const message = isKnown ? await this.#parts.reader.placeOf(this.number, device) : undefined;
    return new Place(device, message);
  }

  #open({ open }: TurnOptions, text: string): Promise<void> | undefined {
    if (!open || this.#isStored || this.isTemporary) return undefined;
    const opened = () => (this.#isStored = this.#isOpened = true);
    return (this.#opening ??= open(text)
      .then(() => void opened())
      .finally(() => (this.#opening = undefined)));
  }

  /** Whether its row is there for this turn alone, of which nothing came: the caller removes it. */
  abandon(turn: Turn): boolean {
    const isEmpty = this.#newest === null && !turn.placed && this.#turns.size === 1;
    if (!this.#isOpened || !isEmpty) return false;
    this.#isStored = this.#isOpened = false;
    return true;
  }

  /** All that a model may be sent. */
  #histories(): Set<History> {
    const running = [...this.#turns].flatMap(({ history, thread }) => [history, thread.history ?? history]);
    return new Set([...this.#parts.windows.of(this.number), ...running]);
  }

  #inOrder<Result>(
    turn: RunningTurn,
    said: SaidTurn,
    write: (placed: PlacedTurn) => Promise<Result>,
  ): Promise<Result> {
    const written = this.#lastWrite.then(() => this.#write(turn, said, write));
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  async #write<Result>(
    turn: RunningTurn,
    said: SaidTurn,
    write: (placed: PlacedTurn) => Promise<Result>,
  ): Promise<Result> {
    const { thread, options } = turn;
    const isSaid = said.status !== 'failed' && said.answer !== '';
    const placed = this.#placementOf(turn, isSaid);
    const result = await write(placed);
    // What was written before it was erased is erased after that.
    if (turn.isErased) return result;
    turn.placed = placed;
    if (!this.isTemporary) {
      this.#isStored = true;
      if (options.guest) options.guest.isStored = true;
    }
    if (!isSaid) return result;
    for (const place of this.#staying(turn)) if (this.#newest !== null) place.stay(this.#newest);
    const attached = attachedTo(said.attachments, this.isTemporary ? undefined : placed.promptMessage);
    const after = (thread.history ?? turn.history).followedBy(said.prompt, said.answer, said, attached);
    this.#keepWindow(thread, placed.answerMessage, after);
    thread.history = after;
    thread.leaf = placed.answerMessage;
    this.#newest = placed.answerMessage;
    options.place.arrive(thread);
    return result;
  }

  /** Places that follow the newest message, but do not follow this turn. */
  #staying({ thread, options: { place: own } }: RunningTurn): Place[] {
    if (own.holds(thread) && (thread.isBranch || thread.leaf === this.#newest)) return [];
    const places = [...this.#places.values()].flatMap(({ place }) => place ?? []);
    return places.filter((place) => !place.isFixed && !place.holds(thread));
  }

  #placementOf(turn: RunningTurn, isSaid: boolean): PlacedTurn {
    const { number, id, owner, createdAt } = this;
    const { thread, options } = turn;
    const { guest, place, clientMessageId, promptMessage } = options;
    const isMoved = isSaid && place.isFixed && place.holds(thread);
    const devices = isSaid ? this.#staying(turn).flatMap(({ device }) => device ?? []) : [];
    const message = this.#newest;
    return {
      conversation: { number, id, owner, createdAt },
      newGuest: guest?.isStored ? undefined : guest,
      parent: thread.leaf,
      promptMessage: promptMessage ?? this.#parts.nextMessage(),
      isNewPrompt: promptMessage === undefined,
      answerMessage: this.#parts.nextMessage(),
      clientMessageId,
      movedDevice: isMoved ? place.device : undefined,
      staying: message === null || devices.length === 0 ? undefined : { message, devices },
    };
  }

  #keepWindow({ leaf, isBranch }: Thread, answer: number, history: History): void {
    const { windows } = this.#parts;
    if (this.#isHidden) return;
    // The place has left it; the same turns are in the new window.
    if (leaf !== null && !isBranch) windows.delete(this.number, leaf);
    windows.set(this.number, answer, history);
  }
}

interface KnownPlace {
  readonly reading: Promise<Place>;
  /** Once it was read. */
  place: Place | undefined;
}

type Write = <Result>(said: SaidTurn, write: (placed: PlacedTurn) => Promise<Result>) => Promise<Result>;

interface TurnParts {
  /** Until what was said before it has been read. */
  readonly history: History;
  readonly isTemporary: boolean;
  readonly admitted: (text: string) => Promise<void> | undefined;
  readonly write: Write;
  readonly onEnd: () => void;
}

class RunningTurn implements Turn {
  readonly thread: Thread;
  readonly options: TurnOptions;
  readonly parent: number | null;
  history: History;
  placed: PlacedTurn | undefined;
  isErased = false;
  readonly place: Write;
  readonly admitted: TurnParts['admitted'];
  readonly #isTemporary: boolean;
  readonly #over = Promise.withResolvers<void>();
  readonly #onEnd: () => void;

  constructor(thread: Thread, options: TurnOptions, parts: TurnParts) {
    this.thread = thread;
    this.parent = thread.leaf;
    this.options = options;
    this.history = parts.history;
    this.#isTemporary = parts.isTemporary;
    this.place = parts.write;
    this.admitted = parts.admitted;
    this.#onEnd = parts.onEnd;
  }

  get keepsNothing(): boolean {
    return this.#isTemporary || this.isErased;
  }

  erase(): Promise<void> {
    this.isErased = true;
    this.options.stop();
    return this.#over.promise;
  }

  end(): void {
    this.options.place.end(this.thread);
    this.#onEnd();
    this.#over.resolve();
  }
}
