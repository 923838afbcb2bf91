import type { ConnectionState } from '../../connection/rpc-contract.ts';
import { useLanguage, usePage, useSecondsUntil, type Language } from './context.ts';

const monotonicMs = () => performance.now();

/** A dot that is never alone: the words beside it say the same. */
export function ConnectionStatus() {
  const { store } = usePage();
  const { t } = useLanguage();
  const state = store.connection.value;
  const seconds = useSecondsUntil(state.name === 'waiting' ? state.dueMs : 0, monotonicMs);
  const look = lookOf(state, store.resumed.value);
  return (
    <p class="status" data-look={look} title={t('connection.label')}>
      <span class="status-dot" aria-hidden="true" />
      <span class="status-words">{wordsOf(state, look, seconds, t)}</span>
    </p>
  );
}

export type StatusLook = 'connecting' | 'ready' | 'resumed' | 'waiting' | 'draining' | 'ended';

export function lookOf(state: ConnectionState, resumed: boolean): StatusLook {
  switch (state.name) {
    case 'idle':
    case 'connecting':
    case 'greeting':
      return 'connecting';
    case 'ready':
      if (state.draining) return 'draining';
      return resumed ? 'resumed' : 'ready';
    case 'waiting':
      return 'waiting';
    case 'ended':
      return 'ended';
  }
}

function wordsOf(state: ConnectionState, look: StatusLook, seconds: number, t: Language['t']): string {
  if (look === 'waiting') return seconds > 0 ? t('connection.waiting', { seconds }) : t('connection.soon');
  const again = (state.name === 'connecting' || state.name === 'greeting') && state.attempt > 0;
  return again ? t('connection.soon') : t(`connection.${look}`);
}
