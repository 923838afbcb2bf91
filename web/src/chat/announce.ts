/**
 * Speaks for people who listen: answers by whole sentences as they come, and each change of state once.
 */
import { effect, untracked } from '@preact/signals';
import { translator, failureText } from '../ui/i18n.ts';
import { cutSentences } from '../ui/sentences.ts';
import type { Shell } from '../ui/shell.ts';
import type { Locale } from '../../../shared/locale.ts';
import type { ChatState } from './chat-state.ts';
import type { Turn } from './turn.ts';
import type { ChatStore } from './chat-store.ts';
import { CHAT_TEXTS, closeText, queueText, type TextKey } from './chat-texts.ts';
import { lookOf, type StatusLook } from './connection-look.ts';
import { partThinking } from '../ui/thinking.ts';
import type { Pace } from './queue-estimate.ts';

/** Returns how to end it. */
export function announce(store: ChatStore, shell: Shell): () => void {
  const endings = [announceTurns(store, shell), announceConnection(store, shell)];
  const forgetting = effect(() => {
    if (store.forgotten.value > 0) shell.speech.forget();
  });
  return () => [...endings, forgetting].forEach((end) => end());
}

function announceTurns(store: ChatStore, { preferences, speech }: Shell): () => void {
  let heard = { id: '', end: 0, phase: '' };
  let limited = false;
  return effect(() => {
    const chat = store.chat.value;
    untracked(() => {
      const locale = preferences.locale.value;
      const t = translator(CHAT_TEXTS, locale);
      if (chat.limitedUntilMs > 0 !== limited) {
        limited = !limited;
        const time = t('time.seconds', { seconds: Math.ceil((chat.limitedUntilMs - Date.now()) / 1000) });
        speech.say(limited ? t('composer.limited', { time }) : t('announce.limitedOver'));
      }
      const turn = chat.live ?? lastTurn(chat, heard.id);
      if (!turn) return;
      if (turn.requestId !== heard.id) heard = { id: String(turn.requestId), end: 0, phase: '' };
      const whole = chat.live === undefined;
      const { sentences, end } = cutSentences(
        partThinking(turn.answer).answer,
        heard.end,
        whole,
        t('code.label'),
      );
      heard.end = end;
      for (const sentence of sentences) speech.say(sentence);
      if (turn.phase.name === heard.phase) return;
      heard.phase = turn.phase.name;
      const text = phaseText(turn, locale, chat.pace);
      if (text !== '') speech.say(text);
    });
  });
}

function announceConnection(store: ChatStore, { preferences, speech }: Shell): () => void {
  let look: StatusLook = 'connecting';
  return effect(() => {
    const state = store.connection.value;
    const next = lookOf(state, store.resumed.value);
    // A lost connection is announced once, however many attempts it takes to connect again.
    if (next === look || next === 'connecting') return;
    look = next;
    untracked(() => {
      const locale = preferences.locale.value;
      if (state.name === 'waiting') speech.say(closeText(locale, state.reason));
      else if (next === 'resumed' || next === 'draining' || next === 'ended')
        speech.say(translator(CHAT_TEXTS, locale)(`connection.${next}`));
    });
  });
}

/** Announced once when a turn enters a phase; the place in line is not announced again at each step. */
function phaseText({ phase, answer }: Turn, locale: Locale, pace: Pace): string {
  const t = (key: TextKey) => translator(CHAT_TEXTS, locale)(key);
  switch (phase.name) {
    case 'held':
      return t('turn.held');
    case 'queued':
      return queueText(locale, pace, phase.position);
    case 'loading':
      return t('turn.loading');
    case 'thinking':
      return t('turn.thinking');
    case 'done':
      return t('announce.done');
    case 'stopped':
      return t(phase.elsewhere ? 'turn.stoppedElsewhere' : 'turn.stopped');
    case 'lost':
      return t(answer === '' ? 'turn.lostEarly' : 'turn.lost');
    case 'failed':
      return failureText(locale, phase.reason, phase.values);
    default:
      return '';
  }
}

function lastTurn(chat: ChatState, requestId: string): Turn | undefined {
  const item = chat.pages.at(-1)?.findLast((entry) => entry.kind === 'turn');
  return item?.kind === 'turn' && item.requestId === requestId ? item : undefined;
}
