/** What this server allows to visitors, and where those go who may not chat without an account. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import { isWorkPage, type Place, type Router } from './router.ts';
import type { Account } from '../connection/account-keeper.ts';
import type { Asking } from '../connection/page-line.ts';

export interface Entry {
  readonly guests: boolean;
  readonly signUp: boolean;
  /** The server has answered. */
  readonly isKnown: boolean;
}

/** Read when a session of a visitor begins or goes on; until the answer, all is offered but the list. */
export function readEntry(line: Asking, account: ReadonlySignal<Account>): ReadonlySignal<Entry> {
  const entry = signal<Entry>({ guests: true, signUp: true, isKnown: false });
  const read = async () => {
    if (account.peek().name !== 'guest') return;
    const outcome = await line.ask('server.entry', {});
    const { guests, signUp } = outcome.ok ? outcome.result : entry.peek();
    entry.value = { guests: guests !== false, signUp: signUp !== false, isKnown: true };
  };
  line.subscribe({ sessionStarted: () => void read(), sessionResumed: () => void read() });
  return entry;
}

/** Whether whoever is here can have conversations. */
export function mayTalk(entry: Entry, account: Account): boolean {
  return entry.guests || account.name !== 'guest';
}

/** Returns the place that a visitor who has to sign in wanted to see; undefined: none in particular. */
export function leadToSignIn(
  entry: ReadonlySignal<Entry>,
  account: ReadonlySignal<Account>,
  router: Pick<Router, 'place' | 'replace'>,
): () => Place | undefined {
  let wanted: Place | undefined;
  effect(() => {
    const [{ guests, signUp }, place] = [entry.value, router.place.value];
    if (account.value.name !== 'guest') return;
    const isForUsers = !guests && (place.name === 'chat' || isPage(place, 'account') || isWork(place));
    if (isForUsers) wanted = place;
    // Behind the `#` is an invitation.
    if (isForUsers || (!signUp && isPage(place, 'register') && !location.hash)) {
      untracked(() => router.replace({ name: 'app', page: 'sign-in' }));
    }
  });
  return () => wanted ?? nextOf(router.place.peek());
}

function nextOf(place: Place): Place | undefined {
  const page = place.name === 'app' ? place.next : undefined;
  return page && { name: 'app', page };
}

function isWork(place: Place): boolean {
  return place.name === 'app' && isWorkPage(place.page);
}

function isPage(place: Place, page: 'account' | 'register'): boolean {
  return place.name === 'app' && place.page === page;
}
