/** Where the page begins: the shell, and in it the page that was asked for. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { render, type ComponentType } from 'preact';
import { App } from './app.tsx';
import type { Params } from '../../shared/client/message.ts';
import { addressOf } from './chat/opener.ts';
import { openChat, type OpenChat } from './chat/open-chat.ts';
import { AccountKeeper, SIGNED_IN_KEY } from './connection/account-keeper.ts';
import { GUEST_KEY } from './connection/guest-keeper.ts';
import { PageLine } from './connection/page-line.ts';
import { Pages, SharedPages } from './pages.tsx';
import { browserClock } from './ui/browser-clock.ts';
import { browserValues } from './ui/browser-values.ts';
import { leadToSignIn, readEntry } from './ui/entry.ts';
import { loadLate } from './ui/load-late.ts';
import { loadPreferences } from './ui/preferences.ts';
import { Router } from './ui/router.ts';
import type { Shell } from './ui/shell.ts';
import { createSide } from './ui/side.ts';
import { Speech } from './ui/speech.ts';

/** Scripts lie one folder below the root, in the build and without it. */
const ROOT_FROM_SCRIPT = '../';

async function start(element: HTMLElement): Promise<void> {
  const root = new URL(ROOT_FROM_SCRIPT, import.meta.url);
  const values = browserValues(() => window.localStorage);
  const preferences = loadPreferences(values, navigator.languages);
  const router = new Router(window, root);
  let isGuestGone = false;
  const line: PageLine = new PageLine(() => account.renew());
  const account: AccountKeeper = new AccountKeeper({
    root,
    fetch: (input, init) => fetch(input, init),
    clock: browserClock,
    locale: () => preferences.locale.peek(),
    values,
    registered() {
      isGuestGone = true;
      values.removeItem(GUEST_KEY);
    },
    renewed: (accessToken) => void line.authenticate(accessToken),
  });
  const side = createSide(values, (query) => matchMedia(query));
  const entry = readEntry(line, account.account);
  const shell: Shell = { preferences, speech: new Speech(), router, line, account, entry, side };
  const place = router.place.peek();
  // Whoever reads a shared conversation is nobody here: no guest, no session.
  if (place.name === 'share') return render(<SharedPlace share={place.share} shell={shell} />, element);
  addEventListener('storage', ({ key }) => {
    if (key === SIGNED_IN_KEY) void account.followOthers();
  });
  line.subscribe({
    notification: (method, params) => {
      if (method === 'session.signedOut') account.ended();
      if (method === 'credits.limit') void tellLimit(params, shell);
    },
  });
  await account.start();
  const chat = await openChat({ values, preferences, root, line, account, router });
  const wanted = leadToSignIn(entry, account.account, router);
  const { owner } = account;
  const { name: opened } = account.account.peek();
  effect(() => {
    const { name } = account.account.value;
    if (name === 'unknown' || (name === opened && account.owner === owner)) return;
    // Somebody else is here now: nothing of who was here before stays in memory, or is kept.
    const hasUserLeft = owner !== '' && account.owner !== owner;
    if (isGuestGone || hasUserLeft) chat.discard();
    // Nor does whoever comes next become the guest from before the login.
    if (hasUserLeft) values.removeItem(GUEST_KEY);
    const next = account.isErased ? ({ name: 'app', page: 'erased' } as const) : wanted();
    location.assign(account.leadsTo ?? (next ? router.href(next) : root));
  });
  // Whether something is drawn must not decide whether there is a connection.
  chat.start();
  const guestToken = () => values.getItem(GUEST_KEY) ?? undefined;
  const stale = signal(0);
  const changed = () => void (stale.value += 1);
  render(
    <App shell={shell}>
      <Pages
        chat={chat}
        loadList={() => loadList(chat, shell, stale)}
        guestToken={guestToken}
        changed={changed}
      />
    </App>,
    element,
  );
}

async function tellLimit(params: Params, shell: Shell): Promise<void> {
  const load = () => import('./people/limit-notice.tsx');
  const part = await loadLate(load, (delayMs, run) => browserClock.after(delayMs, run));
  part?.showLimit(params, shell);
}

function SharedPlace({ share, shell }: { share: string; shell: Shell }) {
  return (
    <App shell={shell}>
      <SharedPages share={share} />
    </App>
  );
}

/** The pages know nothing of each other; what the list may ask of the conversation is handed down here. */
async function loadList(
  { services }: OpenChat,
  shell: Shell,
  stale: ReadonlySignal<number>,
): Promise<ComponentType> {
  const { createList } = await import('./list/load-list.tsx');
  const { place } = shell.router;
  const open = computed(() => addressOf(services.store.chat.value));
  // On another page none is shown.
  const current = computed(() => (place.value.name === 'chat' ? open.value : undefined));
  return createList({
    shell,
    current,
    stale,
    summary: services.current.summary,
    begin: services.begin,
    beginTemporary: services.beginTemporary,
    changed: (summary) => services.current.take(summary),
    deleted: (conversation) => {
      if (conversation === open.peek()) services.store.opener.deleted();
    },
  });
}

const element = document.querySelector<HTMLElement>('#app');
if (element) void start(element);
