import type { ConnectionState } from '../../../../shared/client/session-contract.ts';
import { lookOf, type StatusLook } from '../connection-look.ts';
import { useChat, useLanguage, useSecondsUntil, type ChatLanguage } from './context.ts';

const monotonicMs = () => performance.now();

/** A dot, never without words: the text beside it says the same. */
export function ConnectionStatus() {
  const { store } = useChat();
  const { t } = useLanguage();
  const state = store.connection.value;
  const seconds = useSecondsUntil(state.name === 'waiting' ? state.dueMs : 0, monotonicMs);
  const look = lookOf(state, store.resumed.value);
  const isWhole = store.chat.value.dropped === 0;
  return (
    <p class="status" data-look={look} title={t('connection.label')}>
      <span class="status-dot" aria-hidden="true" />
      <span class="status-words">
        {look === 'resumed' && !isWhole ? t('connection.back') : wordsOf(state, look, seconds, t)}
      </span>
    </p>
  );
}

function wordsOf(state: ConnectionState, look: StatusLook, seconds: number, t: ChatLanguage['t']): string {
  if (look === 'waiting') return seconds > 0 ? t('connection.waiting', { seconds }) : t('connection.soon');
  const again = (state.name === 'connecting' || state.name === 'greeting') && state.attempt > 0;
  return again ? t('connection.soon') : t(`connection.${look}`);
}
