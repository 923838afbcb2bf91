import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Turn } from '../turn.ts';
import { partThinking } from '../../ui/thinking.ts';
import { lacksFacts } from '../turn-facts.ts';
import { mayRegenerate } from '../versions.ts';
import { costText, failureText } from '../../ui/i18n.ts';
import { CopyButton } from './copy-button.tsx';
import { useLanguage, useChat, useMayBranch, useSecondsUntil } from './context.ts';
import { Icon } from '../../ui/icons.tsx';
import { readableText } from '../../ui/readable-text.ts';
import { ProofMark } from './proof-mark.tsx';
import { VersionSwitch } from './version-switch.tsx';

const wallMs = () => Date.now();

/**
 * What a reader can know about an answer, and what can be done with it: who wrote it, what it cost, whether
 * its receipt is proved.
 */
export function TurnFoot({ turn }: { turn: Turn }) {
  const { phase, answer } = turn;
  const over = phase.name === 'done' || phase.name === 'stopped';
  if (phase.name === 'failed' || phase.name === 'lost') return <Mishap turn={turn} />;
  if (over) return <AnswerFoot turn={turn} hasAnswer={answer !== ''} />;
  if (!turn.degraded) return null;
  return (
    <footer class="foot">
      <Marks turn={turn} />
    </footer>
  );
}

function AnswerFoot({ turn, hasAnswer }: { turn: Turn; hasAnswer: boolean }) {
  const { t } = useLanguage();
  const foot = useFacts(turn);
  return (
    <footer ref={foot} class="foot">
      <span class="foot-tools">
        {turn.answerVersions && <VersionSwitch versions={turn.answerVersions} of="answer" />}
        {hasAnswer && (
          <CopyButton text={readableText(partThinking(turn.answer).answer)} label={t('log.copyAnswer')} />
        )}
        {mayRegenerate(turn) && <Regenerate turn={turn} />}
      </span>
      <Marks turn={turn} />
      {turn.receipt && <ProofMark turn={turn} />}
    </footer>
  );
}

function Marks({ turn }: { turn: Turn }) {
  const { locale, t } = useLanguage();
  const { phase } = turn;
  const byReader = turn.answer === '' ? t('turn.stoppedEarly') : t('turn.stopped');
  const isElsewhere = phase.name === 'stopped' && phase.elsewhere;
  const stopped = isElsewhere ? t('turn.stoppedElsewhere') : byReader;
  return (
    <ul class="marks">
      {turn.degraded && <li class="mark-degraded">{t('mark.degraded')}</li>}
      {turn.offline && !turn.degraded && <li class="mark-offline">{t('mark.offline')}</li>}
      {phase.name === 'stopped' && <li class="mark-stopped">{stopped}</li>}
      {phase.name === 'done' && phase.cut && <li>{t('turn.cut')}</li>}
      {turn.answer !== '' && !turn.offline && !turn.degraded && turn.model !== '' && (
        <li class="mark-model">{turn.model}</li>
      )}
      {turn.charged !== undefined && <li class="mark-cost">{costText(locale, turn.charged)}</li>}
    </ul>
  );
}

/** Another answer to the same message; this one stays as a version. */
function Regenerate({ turn }: { turn: Turn }) {
  const { store, focusComposer } = useChat();
  const { t } = useLanguage();
  const mayBranch = useMayBranch();
  const regenerate = () => {
    if (mayBranch() && store.regenerate(turn.id)) focusComposer();
  };
  return (
    <button
      type="button"
      class="tool"
      aria-label={t('answer.again')}
      title={t('answer.again')}
      onClick={regenerate}
    >
      <Icon name="again" />
    </button>
  );
}

/** Reads what is not known of the answer, once somebody sees it. */
function useFacts(turn: Turn): RefObject<HTMLElement | null> {
  const { store } = useChat();
  const foot = useRef<HTMLElement>(null);
  const lacks = lacksFacts(turn);
  useEffect(() => {
    if (!foot.current || !lacks) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      store.facts.want(turn);
    });
    observer.observe(foot.current);
    return () => observer.disconnect();
  }, [lacks, turn.answerMessage]);
  return foot;
}

/** What happened, and one button to try again: the same message, under the same id. */
function Mishap({ turn }: { turn: Turn }) {
  const { store, focusComposer } = useChat();
  const { locale, t } = useLanguage();
  const { phase, answer } = turn;
  const failed = phase.name === 'failed';
  const seconds = useSecondsUntil(failed ? phase.retryAtMs : 0, wallMs);
  const lost = t(answer === '' ? 'turn.lostEarly' : 'turn.lost');
  const blocked = seconds > 0 || store.chat.value.live !== undefined;
  const retry = () => {
    if (blocked) return;
    store.retry(turn.id);
    focusComposer();
  };
  return (
    <div class="mishap">
      <p>
        {failed ? failureText(locale, phase.reason, phase.values) : lost}{' '}
        {failed && answer !== '' && t('turn.partial')}
      </p>
      <button type="button" class="button" aria-disabled={blocked} onClick={retry}>
        <Icon name="again" />
        {seconds > 0 ? t('turn.retryIn', { seconds }) : t('turn.retry')}
      </button>
    </div>
  );
}
