import { useState } from 'preact/hooks';
import type { Turn } from '../turn.ts';
import { partThinking } from '../../ui/thinking.ts';
import { copyText } from '../../ui/clipboard.ts';
import { costText, failureText } from '../../ui/i18n.ts';
import { useLanguage, useChat, useSecondsUntil } from './context.ts';
import { useShell } from '../../ui/shell.ts';
import { Icon } from '../../ui/icons.tsx';
import { readableText } from '../../ui/readable-text.ts';
import { ProofMark } from './proof-mark.tsx';

const wallMs = () => Date.now();
const COPIED_MS = 1_800;

/**
 * What a reader can know about an answer, and what can be done with it: who wrote it, what it cost, whether
 * its receipt is proved.
 */
export function TurnFoot({ turn }: { turn: Turn }) {
  const { phase } = turn;
  const over = phase.name === 'done' || phase.name === 'stopped';
  if (phase.name === 'failed' || phase.name === 'lost') return <Mishap turn={turn} />;
  return (
    <>
      {(turn.degraded || over) && (
        <footer class="foot">
          {over && turn.answer !== '' && <CopyAnswer text={partThinking(turn.answer).answer} />}
          <Marks turn={turn} />
          {over && turn.receipt && <ProofMark turn={turn} />}
        </footer>
      )}
    </>
  );
}

function Marks({ turn }: { turn: Turn }) {
  const { locale, t } = useLanguage();
  const { phase } = turn;
  const stopped = turn.answer === '' ? t('turn.stoppedEarly') : t('turn.stopped');
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

function CopyAnswer({ text }: { text: string }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(readableText(text)))) return;
    setCopied(true);
    speech.say(t('action.copied'));
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const label = t(copied ? 'action.copied' : 'log.copyAnswer');
  return (
    <button
      type="button"
      class="tool tool-small"
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  );
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
