/** Puts the conversation together: every dependency is made here and handed down. */
import { computed, effect, signal, untracked, type Signal } from '@preact/signals';
import type { Clock } from '../../../shared/clock.ts';
import { browserClock } from '../ui/browser-clock.ts';
import { browserValues, type KeyValues } from '../ui/browser-values.ts';
import { createFramePacer } from '../ui/frame-pacer.ts';
import type { AttachParts } from './attach/attach-contract.ts';
import type { AttachOptions } from './attach/load-attach.tsx';
import { loadLate } from '../ui/load-late.ts';
import type { Markdown } from '../ui/markdown/markdown.ts';
import type { Preferences } from '../ui/preferences.ts';
import type { Router } from '../ui/router.ts';
import { whenIdle } from '../ui/when-idle.ts';
import type { AccountKeeper } from '../connection/account-keeper.ts';
import { guestKeeper, type GuestKeeper } from '../connection/guest-keeper.ts';
import { openSession } from '../connection/open-session.ts';
import type { PageLine } from '../connection/page-line.ts';
import type { ConnectionEvents } from '../../../shared/client/session-contract.ts';
import { NEW_CONVERSATION } from './chat-state.ts';
import { parted } from './partings.ts';
import { ChatStore } from './chat-store.ts';
import { Choices } from './choices.ts';
import { followAddress } from './conversation-route.ts';
import { CurrentSummary } from './current-summary.ts';
import type { Chat, ChatServices } from './components/context.ts';
import { addressOf } from './opener.ts';
import { ProofStore } from './proof/proof-store.ts';
import { TrustStore } from './proof/trust-store.ts';
import { ChannelLocks, type Locks } from './locks.ts';
import { claimFresh, claimSlot, type ClaimOptions } from './slot-claim.ts';
import { SlotStorage, type Kept } from './slot-storage.ts';
import { keptOfTemporary, TemporaryChat } from './temporary-chat.ts';

/** Until then answers are shown as plain text. */
const MARKDOWN_RETRY_MS = 3_000;

const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, '0')).join('');
};

/** What stays of a conversation that was opened, and what its page is drawn from. */
export interface OpenChat {
  readonly services: ChatServices;
  start(): void;
  /** All of the owner's conversations are erased: this browser forgets what it keeps of them. */
  forgetAll(): void;
  /** Forgets what this browser keeps of the owner's conversations, and keeps nothing more. */
  discard(): void;
}

export interface OpenChatOptions {
  readonly values: KeyValues;
  readonly preferences: Preferences;
  /** The address of the page's root. */
  readonly root: URL;
  readonly line: PageLine;
  readonly account: AccountKeeper;
  readonly router: Router;
}

export async function openChat(options: OpenChatOptions): Promise<OpenChat> {
  const { values, account, router } = options;
  const markdown = signal<Markdown | undefined>(undefined);
  void loadMarkdown(markdown);
  const { owner } = account;
  const storage = new SlotStorage(values, owner);
  const claiming: ClaimOptions = {
    storage,
    windowMemory: windowMemory(
      browserValues(() => window.sessionStorage),
      owner,
    ),
    locks: windowLocks(),
    newId,
  };
  const claim = await claimSlot(claiming);
  const found = storage.load(claim.shows ?? claim.slot);
  const kept: Kept = claim.copied
    ? { chat: { ...parted(found.chat, newId()), draft: '', editing: undefined }, resumption: undefined }
    : { ...found, chat: claim.isBeside ? { ...found.chat, conversation: NEW_CONVERSATION } : found.chat };
  const keeping: KeepingState = { slot: claim.slot, isDiscarded: false, temporary: undefined };
  const store = createStore(
    kept,
    options,
    guestKeeper({
      getItem: (name) => values.getItem(name),
      setItem: (name, value) => storage.keepFirst(name, value),
    }),
    {
      ...keepIn(storage, keeping),
      device: () => keeping.slot,
      leaveSlot: async () => {
        keeping.slot = (await claimFresh(claiming, keeping.slot)).slot;
      },
    },
  );
  const temporary = new TemporaryChat(store);
  keeping.temporary = temporary;
  const proofs = createProofs(store, new TrustStore(values));
  const attach = signal<AttachParts | undefined>(undefined);
  void loadAttach(attach, { store, isSignedIn: () => account.account.peek().name === 'signedIn' });
  const services = servicesOf({ store, temporary, proofs, markdown, attach }, options);
  return {
    services,
    start: () => {
      // Before the first session begins: it is told which conversation it goes on with.
      const startNewConversation = () => store.startNewConversation();
      const { opener, seeker } = store;
      followAddress({ chat: temporary.addressed, opener, seeker, startNewConversation }, router);
      start(store, proofs, options.preferences);
    },
    forgetAll() {
      storage.removeOwn();
      // What never reached the server is shown here alone.
      if (store.chat.peek().pages.length > 0) store.startNewConversation();
      store.leave();
    },
    discard() {
      keeping.isDiscarded = true;
      storage.removeOwn();
    },
  };
}

type Made = Pick<Chat, 'attach' | 'store' | 'temporary' | 'proofs' | 'markdown'>;

function servicesOf(made: Made, { line, router }: OpenChatOptions): OpenChat['services'] {
  const { store, temporary } = made;
  const current = new CurrentSummary({
    line,
    chat: temporary.addressed,
    forgotten: store.forgotten,
    deleted: () => store.opener.deleted(),
  });
  const choices = new Choices({
    line,
    summary: current.summary,
    held: computed(() => store.chat.value.settings),
    hold: (settings) => store.choose(settings),
    changed: (summary) => current.take(summary),
  });
  const beginning = beginWith(store, router, temporary);
  return { ...made, current, choices, ...beginning, loadProof, panel: signal(undefined) };
}

type Beginning = Pick<Chat, 'begin' | 'beginTemporary' | 'isAsking'>;

function beginWith(store: ChatStore, router: Router, temporary: TemporaryChat): Beginning {
  const isAsking = signal(false);
  const beginTemporary = () => {
    router.go({ name: 'chat' });
    void temporary.begin();
  };
  const begin = () => {
    if (temporary.isOn.peek()) {
      temporary.end();
      return router.go({ name: 'chat' });
    }
    const shown = addressOf(store.chat.peek());
    if (shown === undefined && store.chat.peek().pages.length > 0) {
      isAsking.value = true;
      return router.go({ name: 'chat' });
    }
    // Where it has an address, leaving that begins another one, and back leads to it.
    if (shown === undefined || router.place.peek().name !== 'chat') store.startNewConversation();
    router.go({ name: 'chat' });
  };
  return { isAsking, begin, beginTemporary };
}

type Keeping = Pick<
  ConstructorParameters<typeof ChatStore>[0],
  'save' | 'saveDraft' | 'drafts' | 'leaveSlot'
> & {
  /** This window has its own place in the branches of a conversation, also after a reload. [C-2] */
  readonly device: () => string;
  /** Before the store is told of it. */
  readonly sessionStarted: () => void;
};

function createStore(
  { chat, resumption }: Kept,
  { preferences, root, line, account }: OpenChatOptions,
  guest: GuestKeeper,
  { device, sessionStarted, ...keeping }: Keeping,
): ChatStore {
  return new ChatStore({
    connect: (events, conversation) =>
      line.open(
        (shared) => {
          const session = {
            root,
            network: window,
            clock: browserClock,
            random: Math.random,
            client: { client: 'hilo-page', version: __HILO_VERSION__ },
            locale: () => preferences.locale.peek(),
            guest: () => ({ ...guest.known(), ...account.known(), ...conversation(), device: device() }),
            newId,
            resumption,
          };
          return openSession(session, guest.keeping(shared));
        },
        withBefore(events, sessionStarted),
      ),
    clock: browserClock,
    newId,
    atFrame: createFramePacer({
      requestFrame: (run) => requestAnimationFrame(run),
      afterPaint: (run) => setTimeout(run, 0),
      after: (delayMs, run) => setTimeout(run, delayMs),
      nowMs: () => performance.now(),
    }),
    initial: chat,
    ...keeping,
  });
}

interface KeepingState {
  slot: string;
  isDiscarded: boolean;
  temporary: TemporaryChat | undefined;
}

function keepIn(
  storage: SlotStorage,
  keeping: KeepingState,
): Pick<Keeping, 'save' | 'saveDraft' | 'drafts' | 'sessionStarted'> {
  const isTemporary = () => keeping.temporary?.isOn.peek() === true;
  const drafts = storage.drafts(() => keeping.slot);
  return {
    save(state, resumption) {
      // After a reload, a session of its own knows nothing of a temporary conversation.
      const next = isTemporary()
        ? { chat: keptOfTemporary(state), resumption: undefined }
        : { chat: state, resumption };
      return keeping.isDiscarded || storage.save(keeping.slot, next, browserClock.now());
    },
    saveDraft(draft) {
      if (!keeping.isDiscarded && !isTemporary()) storage.saveDraft(keeping.slot, draft);
    },
    drafts: {
      take: (conversation) => drafts.take(conversation),
      put(conversation, draft) {
        if (!isTemporary()) drafts.put(conversation, draft);
      },
    },
    sessionStarted: () => keeping.temporary?.sessionStarted(),
  };
}

function withBefore(events: ConnectionEvents, sessionStarted: () => void): ConnectionEvents {
  return {
    ...events,
    sessionStarted(session) {
      sessionStarted();
      events.sessionStarted(session);
    },
  };
}

function start(store: ChatStore, proofs: ProofStore, preferences: Preferences): void {
  document.addEventListener('visibilitychange', () => store.setVisible(!document.hidden));
  addEventListener('online', () => store.setVisible(!document.hidden));
  addEventListener('pagehide', () => store.leave());
  effect(() => {
    if (store.connection.value.name === 'ready') void untracked(() => proofs.connected());
  });
  let told = preferences.locale.peek();
  effect(() => {
    const locale = preferences.locale.value;
    if (locale !== told) untracked(() => store.setLocale(locale));
    told = locale;
  });
  store.start();
}

/** Half of the script, and not needed to write the first message: it loads in parallel with the rest. */
async function loadMarkdown(markdown: Signal<Markdown | undefined>): Promise<void> {
  try {
    const module = await import('../ui/markdown/load-markdown.ts');
    markdown.value = module.markdown(window);
  } catch {
    setTimeout(() => void loadMarkdown(markdown), MARKDOWN_RETRY_MS);
  }
}

/** Not needed to write the first words. */
async function loadAttach(attach: Signal<AttachParts | undefined>, options: AttachOptions): Promise<void> {
  const after = (delayMs: number, run: () => void) => void browserClock.after(delayMs, run);
  const module = await loadLate(() => import('./attach/load-attach.tsx'), after);
  attach.value = module?.createAttach(options);
}

const loadProof = () => import('./load-proof.ts');

function createProofs(store: ChatStore, trust: TrustStore): ProofStore {
  return new ProofStore({
    loadProver: async (alarm) => {
      const { Prover } = await loadProof();
      return new Prover({
        ask: (method, params) => store.ask(method, params),
        trust,
        nowMs: () => browserClock.now(),
        monotonicMs: () => browserClock.monotonic(),
        alarm,
      });
    },
    fetchProof: (turnId, receipt) => store.fetchProof(turnId, receipt),
    whenIdle,
    linked: (turnId, linkedWith) => store.linked(turnId, linkedWith),
  });
}

/** Absent on pages that came without TLS from another machine. */
function windowLocks(): Locks {
  const locks: Locks | undefined = navigator.locks;
  const after: Clock['after'] = (delayMs, run) => browserClock.after(delayMs, run);
  return locks ?? new ChannelLocks(new BroadcastChannel('hilo.locks'), after, newId());
}

function windowMemory(values: KeyValues, owner: string): ClaimOptions['windowMemory'] {
  const key = owner === '' ? 'hilo.slot' : `hilo.slot.${owner}`;
  return {
    get: () => values.getItem(key),
    set: (slot) => values.setItem(key, slot),
  };
}
