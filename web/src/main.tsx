/** Where the page is put together: every dependency is made here and handed down. */
import { effect, signal, untracked, type Signal } from '@preact/signals';
import { render } from 'preact';
import { browserClock } from './ui/browser-clock.ts';
import { ChatStore } from './chat/chat-store.ts';
import { parted } from './chat/chat-state.ts';
import { App } from './chat/components/app.tsx';
import { createFramePacer } from './ui/frame-pacer.ts';
import type { Markdown } from './ui/markdown/markdown.ts';
import { loadPreferences } from './ui/preferences.ts';
import { RpcConnection } from './connection/rpc-connection.ts';
import { claimFresh, claimSlot, type ClaimOptions } from './chat/slot-claim.ts';
import { ProofStore } from './chat/proof/proof-store.ts';
import { TrustStore } from './chat/proof/trust-store.ts';
import { SlotStorage, type KeyValues } from './chat/slot-storage.ts';
import { browserValues } from './ui/browser-values.ts';
import { openWebSocket } from './connection/web-socket.ts';
import { whenIdle } from './ui/when-idle.ts';
import './ui/styles/base.css';
import './ui/styles/conversation.css';
import './ui/styles/prose.css';
import './ui/styles/composer.css';
import './ui/styles/proof.css';

/** Until then answers are shown as plain text. */
const MARKDOWN_RETRY_MS = 3_000;

const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, '0')).join('');
};

async function start(root: HTMLElement): Promise<void> {
  const markdown = signal<Markdown | undefined>(undefined);
  void loadMarkdown(markdown);
  const values = browserValues(() => window.localStorage);
  const preferences = loadPreferences(values, navigator.languages);
  const storage = new SlotStorage(values);
  const claiming: ClaimOptions = {
    storage,
    windowMemory: windowMemory(browserValues(() => window.sessionStorage)),
    locks: navigator.locks,
    newId,
  };
  const claim = await claimSlot(claiming);
  let { slot } = claim;
  const kept = storage.load(claim.shows ?? slot);
  const chat = claim.copied ? { ...parted(kept.chat, newId()), draft: '' } : kept.chat;
  const store = new ChatStore({
    connect: (events) =>
      new RpcConnection(
        {
          openSocket: (listener) => openWebSocket(new URL('ws', document.baseURI), listener),
          clock: browserClock,
          random: Math.random,
          client: { client: 'hilo-page', version: __HILO_VERSION__ },
          locale: () => preferences.locale.peek(),
          newId,
          resumption: claim.copied ? undefined : kept.resumption,
        },
        events,
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
    save: (state, resumption, closed) =>
      storage.save(slot, { chat: state, resumption }, browserClock.now(), closed),
    saveDraft: (draft) => void storage.saveDraft(slot, draft),
    leaveSlot: async () => {
      ({ slot } = await claimFresh(claiming, slot));
    },
  });
  const proofs = createProofs(store, new TrustStore(values));
  watchPage(store);
  effect(() => {
    if (store.connection.value.name === 'ready') void untracked(() => proofs.connected());
  });
  const services = { store, preferences, markdown, proofs, loadProof };
  render(<App {...services} spoken={signal('')} panel={signal(undefined)} />, root);
  store.start();
}

/** Half of the script, and not needed to write the first message: it comes beside the rest, not before it. */
async function loadMarkdown(markdown: Signal<Markdown | undefined>): Promise<void> {
  try {
    const module = await import('./ui/markdown/load-markdown.ts');
    markdown.value = module.markdown(window);
  } catch {
    setTimeout(() => void loadMarkdown(markdown), MARKDOWN_RETRY_MS);
  }
}

const loadProof = () => import('./chat/load-proof.ts');

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
    whenIdle,
    linked: (turnId, linkedWith) => store.linked(turnId, linkedWith),
  });
}

function watchPage(store: ChatStore): void {
  document.addEventListener('visibilitychange', () => store.setVisible(!document.hidden));
  addEventListener('online', () => store.setVisible(!document.hidden));
  addEventListener('pagehide', () => store.leave());
}

function windowMemory(values: KeyValues): ClaimOptions['windowMemory'] {
  return {
    get: () => values.getItem('hilo.slot'),
    set: (slot) => values.setItem('hilo.slot', slot),
  };
}

const root = document.querySelector<HTMLElement>('#app');
if (root) void start(root);
