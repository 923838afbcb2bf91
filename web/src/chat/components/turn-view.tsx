import { computed, type ReadonlySignal } from '@preact/signals';
import { Component } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Notice, Turn } from '../turn.ts';
import { guessLanguage } from '../../ui/guess-language.ts';
import { readableText } from '../../ui/readable-text.ts';
import { Answer } from './answer.tsx';
import { amountText } from '../../ui/i18n.ts';
import { useChat, useLanguage } from './context.ts';
import { partThinking } from '../../ui/thinking.ts';
import { MessageEditor } from './message-editor.tsx';
import { MessageTools } from './message-tools.tsx';
import { ThinkingView } from './thinking-view.tsx';
import { TurnFoot } from './turn-foot.tsx';
import { TurnProgress } from './turn-progress.tsx';

interface SlotProps {
  readonly turn: Turn;
  readonly live: ReadonlySignal<Turn | undefined> | undefined;
  /** Other words for its message are being written. */
  readonly isEditing: boolean;
}

/** Drawn once and left alone until its turn, or its being live, changes. Its faults stay its own. */
export class TurnSlot extends Component<SlotProps, { broken: boolean }> {
  override state = { broken: false };

  override shouldComponentUpdate(next: Readonly<SlotProps>, state: Readonly<{ broken: boolean }>): boolean {
    const { turn, live, isEditing } = this.props;
    const isSame = next.turn === turn && next.live === live && next.isEditing === isEditing;
    return !isSame || state.broken !== this.state.broken;
  }

  override componentDidCatch(): void {
    this.setState({ broken: true });
  }

  override render() {
    return this.state.broken ? <PlainTurn {...this.props} /> : <TurnView {...this.props} />;
  }
}

/** The text that was said, and nothing else. */
function PlainTurn({ turn: settled, live }: SlotProps) {
  const { text, answer, phase } = live?.value ?? settled;
  return (
    <article class="turn" data-phase={phase.name}>
      <p class="bubble" dir="auto">
        {readableText(text)}
      </p>
      <div class="prose plain" dir="auto">
        {readableText(answer)}
      </div>
    </article>
  );
}

function TurnView({ turn: settled, live, isEditing }: SlotProps) {
  const { t } = useLanguage();
  const turn = live?.value ?? settled;
  const { name } = turn.phase;
  // A message that has just been written comes in with a small movement; one that was there before stands
  // still.
  const fresh = useRef(live !== undefined && turn.answer === '').current;
  const running = name === 'streaming' || name === 'thinking';
  const parts = partThinking(turn.answer);
  const { answer } = parts;
  const thoughts = (turn.thinking + parts.thinking).trim();
  const isThinking = running && turn.thinkingMs === 0;
  return (
    <article class={fresh ? 'turn fresh' : 'turn'} data-phase={name} data-turn={turn.id}>
      <h2 class="visually-hidden">{t('log.you')}</h2>
      <Prompt turn={turn} isEditing={isEditing} />
      {(turn.answer !== '' || running || turn.erased) && <h2 class="visually-hidden">{t('log.answer')}</h2>}
      {turn.erased && <p class="quiet erased">{t('turn.erasedAnswer')}</p>}
      {thoughts !== '' && <ThinkingView text={thoughts} tookMs={turn.thinkingMs} running={isThinking} />}
      {answer !== '' && <Answer key={turn.requestId} text={answer} whole={!running} />}
      <TurnProgress turn={turn} />
      <TurnFoot turn={turn} />
    </article>
  );
}

function Prompt({ turn, isEditing }: { turn: Turn; isEditing: boolean }) {
  const { t } = useLanguage();
  const files = useChat().attach.value;
  const wasEditing = useRef(isEditing);
  const takesFocus = wasEditing.current && !isEditing;
  wasEditing.current = isEditing;
  if (turn.erased) return <p class="bubble bubble-erased">{t('turn.erasedMessage')}</p>;
  if (isEditing) return <MessageEditor />;
  return (
    <div class="prompt">
      {turn.attachments.length > 0 && files && <files.TurnFiles turn={turn} />}
      <p class="bubble" dir="auto" lang={guessLanguage(turn.text)}>
        {readableText(turn.text)}
      </p>
      {turn.elsewhere && turn.answerMessage === '' && (
        <p class="progress progress-mine">{t('turn.elsewhere')}</p>
      )}
      <MessageTools turn={turn} takesFocus={takesFocus} />
    </div>
  );
}

/** The model is not sent what stands above. */
export function MemoryLine() {
  const { t } = useLanguage();
  return (
    <div class="notice notice-memory" role="note">
      <p>{t('notice.memory')}</p>
    </div>
  );
}

/** Above everything that the browser still keeps. */
export function DroppedNotice() {
  const { store } = useChat();
  const { locale, t } = useLanguage();
  const count = useMemo(() => computed(() => store.chat.value.dropped), [store]).value;
  if (count === 0) return null;
  const text = t(count === 1 ? 'notice.droppedOne' : 'notice.dropped', { count: amountText(locale, count) });
  return (
    <div class="notice" role="note">
      <p>{text}</p>
    </div>
  );
}

export function NoticeView({ notice }: { notice: Notice }) {
  const { t } = useLanguage();
  return (
    <div class="notice" role="note">
      <p>{t(`notice.${notice.name}`)}</p>
    </div>
  );
}
