import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFocusHeir } from '../../ui/focus.ts';
import { closeText } from '../chat-texts.ts';
import type { ConnectionState } from '../../../../shared/client/session-contract.ts';
import { useLanguage, useChat, useSecondsUntil } from './context.ts';
import { useShell } from '../../ui/shell.ts';

const monotonicMs = () => performance.now();
/** If the connection comes back within this time, only the dot shows that it was lost. */
const WORTH_TELLING_MS = 1_500;

/** What is wrong with the connection and what can be done, just above the composer. */
export function Banner() {
  const { store } = useChat();
  const { t } = useLanguage();
  const state = store.connection.value;
  if (state.name === 'ended') {
    return (
      <Strip text={t('banner.ended')}>
        <button type="button" class="button" onClick={() => void store.goOnHere()}>
          {t('banner.here')}
        </button>
      </Strip>
    );
  }
  if (state.name === 'ready' && state.draining) return <Strip text={t('banner.draining')} />;
  if (isWorthTelling(state)) return <Waiting />;
  return store.unkept.value ? <Strip text={t('banner.unkept')} /> : <LedgerAlarm />;
}

/** The ledger is not the one that this browser knows. */
function LedgerAlarm() {
  const { proofs, panel } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const alarm = proofs.alarm.value;
  useEffect(() => {
    if (alarm) speech.say(t(`alarm.${alarm.name}`));
  }, [alarm?.name]);
  if (!alarm) return null;
  const open = () => {
    panel.value = { name: 'alarm' };
  };
  return (
    <Strip text={t(`alarm.${alarm.name}`)}>
      <button type="button" class="button" aria-haspopup="dialog" onClick={open}>
        {t('alarm.details')}
      </button>
    </Strip>
  );
}

function isWorthTelling(state: ConnectionState): boolean {
  if (state.name === 'waiting') return state.attempt > 0 || state.delayMs > WORTH_TELLING_MS;
  // Stays while it tries, so that nothing jumps and the button under the reader's finger does not vanish.
  return (state.name === 'connecting' || state.name === 'greeting') && state.attempt > 1;
}

function Waiting() {
  const { store } = useChat();
  const { locale, t } = useLanguage();
  const state = store.connection.value;
  const waiting = state.name === 'waiting';
  const seconds = useSecondsUntil(waiting ? state.dueMs : 0, monotonicMs);
  const why = waiting ? `${closeText(locale, state.reason)} ` : '';
  const again = waiting && seconds > 0 ? t('reason.again', { seconds }) : t('reason.againNow');
  return (
    <Strip text={why + again} more={t('banner.kept')}>
      <button type="button" class="button" aria-disabled={!waiting} onClick={() => store.connectNow()}>
        {t('banner.connect')}
      </button>
    </Strip>
  );
}

function Strip({ text, more, children }: { text: string; more?: string; children?: ComponentChildren }) {
  const { focusComposer } = useChat();
  const strip = useRef<HTMLDivElement>(null);
  useFocusHeir(strip, focusComposer);
  return (
    <div ref={strip} class="banner">
      <p>
        {text} {more !== undefined && <span class="quiet">{more}</span>}
      </p>
      {children}
    </div>
  );
}
