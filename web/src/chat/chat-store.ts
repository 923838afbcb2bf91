/**
 * Joins the conversation, the connection and what is kept. Components read its signals and call its methods;
 * they know nothing of the wire. The newest state is shown at most once a frame while an answer streams, at
 * once otherwise.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { GivenInput } from '../../../shared/client/client.ts';
import type { Locale } from '../../../shared/locale.ts';
import type { OperationName } from '../../../shared/operations/index.ts';
import {
  amended,
  drafted,
  erased,
  erasedConversation,
  NEW_CONVERSATION,
  placed,
  type BeginningSettings,
  type ChatState,
} from './chat-state.ts';
import { interrupted, retried, stopAsked, submitted, type Failure } from './live-turn.ts';
import { edited, editingBegun, newestEditable, regenerated } from './versions.ts';
import { BranchSync, branchOf } from './branch-sync.ts';
import { MessageSeeker } from './message-seeker.ts';
import { TurnFacts } from './turn-facts.ts';
import { forgotten, parted } from './partings.ts';
import type { Turn } from './turn.ts';
import { Credits } from './credits.ts';
import type { KeptReceipt, UncheckedReason } from './proof/proof-contract.ts';
import type { ConnectionEvents, ConnectionState, Loss } from '../../../shared/client/session-contract.ts';
import { textOf, type Outcome, type Params, type RequestId } from '../../../shared/client/message.ts';
import { eraseConversation, type ErasedMany } from './erase-conversation.ts';
import type { ChatStoreOptions, Line } from './chat-store-options.ts';
import { addressOf, Opener } from './opener.ts';
import { TurnRequests } from './turn-requests.ts';
import { notified } from './wire.ts';
import { messageText } from '../../../shared/message-text.ts';

export const STORE_LIMITS = {
  /** How long "nothing was lost" stays to be read. */
  resumedMs: 5_000,
  draftSaveMs: 300,
  /** The server takes lines up to 64 KiB; the rest of the line is the envelope. */
  messageBytesMax: 60 * 1024,
} as const;

export class ChatStore {
  readonly chat: ReadonlySignal<ChatState>;
  readonly connection: ReadonlySignal<ConnectionState>;
  /** True for a moment after a resume, while it is worth saying. */
  readonly resumed: ReadonlySignal<boolean>;
  readonly credits: Credits;
  readonly opener: Opener;
  readonly facts: TurnFacts;
  readonly seeker: MessageSeeker;
  /** The browser has no room: what is shown is gone when the page is closed. */
  readonly unkept: ReadonlySignal<boolean>;
  /** Changes when something that was said can no longer be seen anywhere. */
  readonly forgotten: ReadonlySignal<number>;
  readonly #options: ChatStoreOptions;
  readonly #line: Line;
  readonly #shownChat: Signal<ChatState>;
  readonly #shownConnection: Signal<ConnectionState>;
  readonly #shownResumed: Signal<boolean>;
  readonly #forgotten = signal(0);
  readonly #unkept = signal(false);
  #state: ChatState;
  #cancelDraftSave: (() => void) | undefined;
  readonly #requests: TurnRequests;
  readonly #sync: BranchSync;

  constructor(options: ChatStoreOptions) {
    this.#options = options;
    this.#state = options.initial;
    this.#shownChat = signal(options.initial);
    this.#shownResumed = signal(false);
    this.#line = options.connect(this.#events(), () => {
      const { conversation } = this.#state;
      return conversation === undefined ? {} : { conversation };
    });
    const shared = {
      ask: <Name extends OperationName>(method: Name, params: GivenInput<Name>) => this.ask(method, params),
      clock: options.clock,
      state: () => this.#state,
      change: (next: ChatState) => this.#change(next),
      keep: () => this.#keep(),
    };
    this.#shownConnection = signal(this.#line.state);
    this.chat = this.#shownChat;
    this.connection = this.#shownConnection;
    this.resumed = this.#shownResumed;
    this.forgotten = this.#forgotten;
    this.unkept = this.#unkept;
    this.credits = new Credits(shared.ask);
    this.facts = new TurnFacts(shared);
    this.#sync = new BranchSync({ ...shared, stream: (next) => this.#stream(next) });
    this.opener = new Opener({
      ...shared,
      branch: (state, result) => branchOf(state, result, options.clock.now()),
      drafts: options.drafts,
    });
    const goTo = (message: string) => this.#sync.goTo(message);
    this.seeker = new MessageSeeker({ ...shared, opener: this.opener, goTo });
    this.#requests = new TurnRequests({
      ...shared,
      line: this.#line,
      opener: this.opener,
      credits: this.credits,
      ended: (turn, failure) => this.#ended(turn, failure),
    });
  }

  start(): void {
    // A turn that was on its way can no longer get an answer when there is no session to resume.
    const { live } = this.#state;
    if (live && !this.#line.resumption) this.#change(interrupted(this.#state));
    this.#line.start();
  }

  /** Sends the draft, with files that are uploaded. False when it cannot go now; it stays where it is. */
  send(attachments: Turn['attachments'] = []): boolean {
    const text = messageText(this.#state.draft);
    if (!this.#maySend(text)) return false;
    this.#state = submitted(this.#state, { ...this.#newTurn(), text, attachments });
    this.#requests.dispatch();
    return true;
  }

  /** For the conversation that the next message begins. */
  choose(settings: BeginningSettings): void {
    this.#change({ ...this.#state, settings });
    this.#keep();
  }

  /** Opens a message for other words. False when it cannot have others now. */
  edit(turnId: string): boolean {
    this.#change(editingBegun(this.#state, turnId));
    return this.#state.editing?.turn === turnId;
  }

  editNewest(): boolean {
    const turn = newestEditable(this.#state);
    return turn !== undefined && this.edit(turn.id);
  }

  setEditing(text: string): void {
    const { editing } = this.#state;
    if (editing) this.#change({ ...this.#state, editing: { ...editing, text }, refusal: undefined });
  }

  stopEditing(): void {
    this.#change({ ...this.#state, editing: undefined });
    this.#keep();
  }

  /** Sends the message again with the words that were written. False when it cannot go now. */
  sendEdited(): boolean {
    const text = messageText(this.#state.editing?.text ?? '');
    if (!this.#maySend(text)) return false;
    this.#state = edited(this.#state, this.#newTurn(), text);
    this.#requests.dispatch();
    return true;
  }

  /** Asks for another answer to the message of a turn. False when that cannot be asked now. */
  regenerate(turnId: string): boolean {
    if (this.#state.live || this.#state.limitedUntilMs > 0) return false;
    this.#state = regenerated(this.#state, turnId, this.#newTurn());
    this.#requests.dispatch();
    return this.#state.live !== undefined;
  }

  /** Goes to another version of a message; false when it does not lead there. */
  goToVersion(message: string): Promise<boolean> {
    return this.#sync.goTo(message);
  }

  retry(id: string): void {
    this.#state = retried(this.#state, id, this.#options.newId());
    this.#requests.dispatch();
  }

  stop(): void {
    this.#change(stopAsked(this.#state));
    const { live } = this.#state;
    if (live?.stopping) this.#requests.stop(live);
    this.#keep();
  }

  setDraft(draft: string): void {
    this.#change(drafted(this.#state, draft));
    this.#cancelDraftSave?.();
    this.#cancelDraftSave = this.#options.clock.after(STORE_LIMITS.draftSaveMs, () =>
      this.#options.saveDraft(this.#state.draft),
    );
  }

  /** What the server has not kept of the conversation is forgotten; the rest can be opened again. */
  startNewConversation(): void {
    const { live } = this.#state;
    if (live && addressOf(this.#state) === undefined) {
      void this.#requests.cancel(live.requestId);
      this.#state = interrupted(this.#state);
    }
    this.opener.begin();
    this.#forgotten.value += 1;
    void this.#forget();
  }

  setLocale(locale: Locale): void {
    void this.#line.call('session.locale', { locale });
  }

  connectNow(): void {
    this.#line.connectNow();
  }

  /** Fails with `disconnected` when there is no connection, or it is cut before the answer. */
  ask<Name extends OperationName>(method: Name, params: GivenInput<Name>): Promise<Outcome> {
    return this.#line.call(method, params);
  }

  /** Erases what was said in one exchange, at the server and then here. */
  async erase(turn: Turn): Promise<Outcome> {
    const outcome = await this.ask('ledger.erase', { exchange: turn.receipt?.index ?? -1 });
    if (!outcome.ok) return outcome;
    this.#change(erased(this.#state, turn));
    this.#forgotten.value += 1;
    this.#keep();
    return outcome;
  }

  /** Erases the conversation, and what is shown above it with its receipts, as far as the server lets it. */
  eraseConversation(): Promise<ErasedMany> {
    return eraseConversation(this.#state, {
      ask: (method, params) => this.ask(method, params),
      erase: (turn) => this.erase(turn),
      erased: () => {
        this.#change(erasedConversation(this.#state));
        this.#forgotten.value += 1;
        this.#keep();
      },
    });
  }

  /** Asks for the proof of a turn's exchange, and keeps it. */
  async fetchProof(turnId: string, receipt: KeptReceipt): Promise<KeptReceipt | UncheckedReason> {
    const outcome = await this.ask('ledger.receipt', { index: receipt.index });
    if (!outcome.ok) return outcome.failure.reason === 'disconnected' ? 'disconnected' : 'unavailable';
    const whole = { ...receipt, proof: textOf(outcome.result['proof']) };
    this.#change(amended(this.#state, turnId, { receipt: whole }));
    this.#keep();
    return whole;
  }

  /** The checkpoint of the turn's receipt was shown to be consistent with a kept one. */
  linked(turnId: string, linkedWith: number): void {
    const item = this.#state.pages.flat().find(({ id }) => id === turnId);
    if (item?.kind !== 'turn' || !item.receipt) return;
    this.#change(amended(this.#state, turnId, { receipt: { ...item.receipt, linkedWith } }));
    this.#keep();
  }

  /** The session goes on in another window; here the talk goes on with a new one. */
  async goOnHere(): Promise<void> {
    await this.#options.leaveSlot();
    this.#change(parted(this.#state, this.#options.newId()));
    this.#line.startAnew();
  }

  setVisible(visible: boolean): void {
    this.#line.setVisible(visible);
    if (!visible) this.#keep();
  }

  /** The last moment of the page. */
  leave(): void {
    this.#keep();
  }

  #events(): ConnectionEvents {
    return {
      stateChanged: (state) => {
        this.#shownConnection.value = state;
        if (state.name !== 'ready') this.#shownResumed.value = false;
      },
      sessionStarted: ({ loss, conversation }) => {
        if (loss) this.#change(interrupted(this.#state));
        this.opener.forgetAway();
        if (this.opener.opening.peek().name === 'reading') void this.opener.read();
        else this.#belong(conversation, loss);
        this.#requests.dispatch();
        this.#keep();
        this.#askAround();
      },
      sessionResumed: () => {
        void this.opener.read();
        this.#sync.ended();
        this.#askAround();
        this.#shownResumed.value = true;
        this.#options.clock.after(STORE_LIMITS.resumedMs, () => {
          this.#shownResumed.value = false;
        });
      },
      caughtUp: (running) => this.#requests.caughtUp(running),
      notification: (method, params) => this.#notified(method, params),
      response: (id, outcome) => this.#requests.answered(id, outcome),
      persist: () => this.#keep(),
    };
  }

  /** The conversation goes on, also after a restart; or the server does not know it any more. */
  #belong(conversation: string | undefined, loss: Loss | undefined): void {
    const { conversation: wanted } = this.#state;
    if (conversation !== undefined && (wanted === undefined || wanted === conversation)) {
      this.#change(placed(this.#state, conversation));
      void this.#sync.refresh();
      return;
    }
    const isGone = wanted !== undefined && wanted !== NEW_CONVERSATION;
    const why = isGone ? 'forgotten' : loss;
    if (!why) return;
    this.#change(forgotten(this.#state, this.#options.newId(), why));
    if (conversation !== undefined) void this.#line.call('chat.new', {});
  }

  /** What a new connection should know. */
  #askAround(): void {
    void this.credits.refresh();
    void this.facts.read();
  }

  /** What cannot be sent to the server is forgotten with the session. */
  async #forget(): Promise<void> {
    const { ok } = await this.#line.call('chat.new', {});
    if (ok) return;
    this.#line.forget();
    this.#keep();
  }

  #notified(method: string, params: Params): void {
    if (method === 'conversation.turn') return this.#sync.said(params);
    const nowMs = this.#options.clock.now();
    const next = notified(this.#state, method, params, nowMs);
    if (next === this.#state) {
      this.opener.apply(params['requestId'], (state) => notified(state, method, params, nowMs));
      return;
    }
    if (method === 'chat.delta' || method === 'chat.thinking') this.#stream(next);
    else this.#change(next);
  }

  /** What was asked in this window. What the response does not say of its messages is read. */
  #ended({ asked, answer }: Turn, failure: Failure | undefined): void {
    const isKnown = !failure || (asked.name === 'send' && answer === '');
    if (isKnown) this.#sync.ended();
    else void this.#sync.refresh();
  }

  #newTurn(): { id: string; requestId: RequestId; nowMs: number } {
    const { newId, clock } = this.#options;
    return { id: newId(), requestId: newId(), nowMs: clock.now() };
  }

  #maySend(text: string): boolean {
    if (text === '' || this.#state.live || this.#state.limitedUntilMs > 0) return false;
    const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
    if (bytes <= STORE_LIMITS.messageBytesMax) return true;
    const values = { max: STORE_LIMITS.messageBytesMax };
    this.#change({ ...this.#state, refusal: { reason: 'line_too_long', values } });
    return false;
  }

  #change(next: ChatState): void {
    this.#state = next;
    this.#show();
  }

  #stream(next: ChatState): void {
    this.#state = next;
    this.#options.atFrame(() => this.#show());
  }

  #show(): void {
    this.#shownChat.value = this.#state;
  }

  #keep(): void {
    this.#unkept.value = !this.#options.save(this.#state, this.#line.resumption);
  }
}
