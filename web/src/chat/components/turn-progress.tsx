import type { Turn } from '../turn.ts';
import { queueText } from '../chat-texts.ts';
import { useLanguage, useChat } from './context.ts';
import { Thread } from '../../ui/icons.tsx';

/** Where a message is on its way to an answer, until the first word comes. */
export function TurnProgress({ turn }: { turn: Turn }) {
  const { t } = useLanguage();
  const { phase } = turn;
  if (turn.stopping) return <p class="progress">{t('turn.stopping')}</p>;
  switch (phase.name) {
    case 'held':
      return <Held />;
    case 'sending':
      return <p class="progress progress-mine">{t('turn.sending')}</p>;
    case 'queued':
      return <Queued position={phase.position} />;
    case 'thinking':
      // The thinking has a line of its own.
      if (turn.thinking !== '') return null;
      return <Moving text={t('turn.thinking')} />;
    case 'loading':
      return <Moving text={t('turn.loading')} />;
    default:
      return null;
  }
}

function Moving({ text }: { text: string }) {
  return (
    <p class="progress">
      <Thread class="thread-moving" />
      {text}
    </p>
  );
}

function Held() {
  const { store } = useChat();
  const { t } = useLanguage();
  const elsewhere = store.connection.value.name === 'ended';
  return <p class="progress progress-mine">{t(elsewhere ? 'turn.heldElsewhere' : 'turn.held')}</p>;
}

function Queued({ position }: { position: number }) {
  const { store } = useChat();
  const { locale } = useLanguage();
  return (
    <p class="progress">
      <span class="beads" aria-hidden="true">
        {Array.from({ length: Math.min(position, 6) }, (_, index) => (
          <span key={index} />
        ))}
      </span>
      {queueText(locale, store.chat.value.pace, position)}
    </p>
  );
}
