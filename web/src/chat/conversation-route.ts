/** The address says which conversation is shown, and what is shown says the address. */
import { computed, effect, untracked } from '@preact/signals';
import type { Place, Router } from '../ui/router.ts';
import type { ChatStore } from './chat-store.ts';
import { addressOf } from './opener.ts';

type Shown = Pick<ChatStore, 'chat' | 'opener' | 'seeker' | 'startNewConversation'>;

/** Returns how to end it. */
export function followAddress(store: Shown, router: Pick<Router, 'place' | 'replace'>): () => void {
  let before: Place | undefined;
  const followPlace = effect(() => {
    const place = router.place.value;
    untracked(() => {
      if (place.name === 'chat') arrive(store, router, place, before);
      before = place;
    });
  });
  const shown = computed(() => addressOf(store.chat.value));
  const showPlace = effect(() => {
    const conversation = shown.value;
    untracked(() => tell(store, router, conversation));
  });
  return () => {
    followPlace();
    showPlace();
  };
}

function arrive(
  store: Shown,
  router: Pick<Router, 'place' | 'replace'>,
  { conversation: wanted, message }: Extract<Place, { name: 'chat' }>,
  before: Place | undefined,
): void {
  const shown = addressOf(store.chat.peek());
  if (wanted !== undefined) {
    const opening = wanted === shown ? Promise.resolve() : store.opener.open(wanted);
    if (message === undefined) return;
    void opening
      .then(() => store.seeker.seek(wanted, message))
      // The reader may have gone elsewhere.
      .then(() => leaveMessage(router, message));
    return;
  }
  if (shown === undefined) return;
  // The page begins with the conversation that it has kept, and comes back to it from its other parts.
  if (before?.name === 'chat') store.startNewConversation();
  else router.replace({ name: 'chat', conversation: shown });
}

/** Once it is shown, the address is that of the conversation: the message can be sought again. */
function leaveMessage(router: Pick<Router, 'place' | 'replace'>, message: string): void {
  const now = router.place.peek();
  if (now.name !== 'chat' || now.message !== message || now.conversation === undefined) return;
  router.replace({ name: 'chat', conversation: now.conversation });
}

function tell(store: Shown, router: Pick<Router, 'place' | 'replace'>, shown: string | undefined): void {
  const now = router.place.peek();
  if (now.name !== 'chat' || now.conversation === shown) return;
  const opening = store.opener.opening.peek();
  // Somebody who signs in may find there what a guest does not.
  if (shown === undefined && opening.name === 'unknown' && opening.conversation === now.conversation) return;
  router.replace(shown === undefined ? { name: 'chat' } : { name: 'chat', conversation: shown });
}
