import type { ReadonlySignal } from '@preact/signals';
import { Component } from 'preact';
import { useRef } from 'preact/hooks';
import { safeText } from '../../../../shared/text-safety.ts';
import type { Notice, Turn } from '../chat-state.ts';
import { guessLanguage } from '../../ui/guess-language.ts';
import { Answer } from './answer.tsx';
import { useLanguage } from './context.ts';
import { TurnFoot } from './turn-foot.tsx';
import { TurnProgress } from './turn-progress.tsx';

/** Drawn once and left alone until its turn, or its being live, changes. */
export class TurnSlot extends Component<{ turn: Turn; live: ReadonlySignal<Turn | undefined> | undefined }> {
  override shouldComponentUpdate(next: Readonly<{ turn: Turn; live: unknown }>): boolean {
    return next.turn !== this.props.turn || next.live !== this.props.live;
  }

  override render() {
    return <TurnView turn={this.props.turn} live={this.props.live} />;
  }
}

function TurnView({
  turn: settled,
  live,
}: {
  turn: Turn;
  live: ReadonlySignal<Turn | undefined> | undefined;
}) {
  const { t } = useLanguage();
  const turn = live?.value ?? settled;
  const { name } = turn.phase;
  // A message that has just been written comes in with a small movement; one that was there before stands
  // still.
  const fresh = useRef(live !== undefined && turn.answer === '').current;
  const running = name === 'streaming' || name === 'thinking';
  return (
    <article class={fresh ? 'turn fresh' : 'turn'} data-phase={name}>
      <h2 class="visually-hidden">{t('log.you')}</h2>
      {turn.erased ? (
        <p class="bubble bubble-erased">{t('turn.erasedMessage')}</p>
      ) : (
        <p class="bubble" lang={guessLanguage(turn.text)}>
          {safeText(turn.text)}
        </p>
      )}
      {(turn.answer !== '' || running || turn.erased) && <h2 class="visually-hidden">{t('log.answer')}</h2>}
      {turn.erased && <p class="quiet erased">{t('turn.erasedAnswer')}</p>}
      {turn.answer !== '' && <Answer key={turn.requestId} text={turn.answer} whole={!running} />}
      <TurnProgress turn={turn} />
      <TurnFoot turn={turn} />
    </article>
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
