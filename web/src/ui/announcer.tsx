import { effect, untracked } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Locale } from '../../../shared/locale.ts';
import type { ChatState, Turn } from '../chat/chat-state.ts';
import { cutSentences } from './sentences.ts';
import { closeText, failureText, queueText, translate, type TextKey, type Values } from './i18n.ts';
import type { Pace } from '../chat/queue-estimate.ts';
import { lookOf, type StatusLook } from '../chat/components/connection-status.tsx';
import { useLanguage, usePage, type PageContext } from '../chat/components/context.ts';

/** Sentences that stay in the document, so that one said quickly after another is not lost. */
const KEPT_SENTENCES = 12;

/**
 * Speaks for people who listen: answers by whole sentences as they come, and each change of state once. The
 * visible conversation itself is silent, since it changes with every token.
 */
export function Announcer() {
  const page = usePage();
  useLanguage();
  const [said, setSaid] = useState<readonly { id: number; text: string }[]>([]);
  useEffect(() => {
    let id = 0;
    return announce(page, (text) => {
      id += 1;
      const next = { id, text };
      setSaid((before) => [...before.slice(1 - KEPT_SENTENCES), next]);
    });
  }, [page]);
  const forgotten = page.store.forgotten.value;
  useEffect(() => setSaid([]), [forgotten]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite" aria-relevant="additions">
      {said.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}

function announce({ store, spoken, preferences }: PageContext, say: (text: string) => void): () => void {
  const t = (key: TextKey, values?: Values) =>
    translate(
      untracked(() => preferences.locale.value),
      key,
      values,
    );
  let heard = { id: '', end: 0, phase: '' };
  let limited = false;
  const answers = effect(() => {
    const chat = store.chat.value;
    const turn = chat.live ?? lastTurn(chat, heard.id);
    if (chat.limitedUntilMs > 0 !== limited) {
      limited = !limited;
      const time = t('time.seconds', { seconds: Math.ceil((chat.limitedUntilMs - Date.now()) / 1000) });
      say(limited ? t('composer.limited', { time }) : t('announce.limitedOver'));
    }
    if (!turn) return;
    if (turn.requestId !== heard.id) heard = { id: String(turn.requestId), end: 0, phase: '' };
    const whole = chat.live === undefined;
    const { sentences, end } = cutSentences(turn.answer, heard.end, whole, t('log.code'));
    heard.end = end;
    for (const sentence of sentences) say(sentence);
    if (turn.phase.name === heard.phase) return;
    heard.phase = turn.phase.name;
    const text = phaseText(
      turn,
      untracked(() => preferences.locale.value),
      chat.pace,
    );
    if (text !== '') say(text);
  });
  let look: StatusLook = 'connecting';
  const connection = effect(() => {
    const state = store.connection.value;
    const next = lookOf(state, store.resumed.value);
    // A cut is told once, however many attempts it takes.
    if (next === look || next === 'connecting') return;
    look = next;
    if (state.name === 'waiting')
      say(
        closeText(
          untracked(() => preferences.locale.value),
          state.reason,
        ),
      );
    else if (next === 'resumed' || next === 'draining' || next === 'ended') say(t(`connection.${next}`));
  });
  const others = effect(() => {
    if (spoken.value !== '') say(spoken.value);
    spoken.value = '';
  });
  return () => [answers, connection, others].forEach((dispose) => dispose());
}

/** Said once when a turn enters a phase; the place in line is not told again at each step. */
function phaseText({ phase, answer }: Turn, locale: Locale, pace: Pace): string {
  const t = (key: TextKey) => translate(locale, key);
  switch (phase.name) {
    case 'held':
      return t('turn.held');
    case 'queued':
      return queueText(locale, pace, phase.position);
    case 'thinking':
      return t('turn.thinking');
    case 'done':
      return t('announce.done');
    case 'stopped':
      return t('turn.stopped');
    case 'lost':
      return t(answer === '' ? 'turn.lostEarly' : 'turn.lost');
    case 'failed':
      return failureText(locale, phase.reason, phase.values);
    default:
      return '';
  }
}

function lastTurn(chat: ChatState, requestId: string) {
  const item = chat.pages.at(-1)?.findLast((entry) => entry.kind === 'turn');
  return item?.kind === 'turn' && item.requestId === requestId ? item : undefined;
}
