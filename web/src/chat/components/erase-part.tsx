import { useEffect, useRef, useState } from 'preact/hooks';
import type { RpcFailure } from '../../../../shared/client/message.ts';
import { useFocusHeir } from '../../ui/focus.ts';
import { failureText } from '../../ui/i18n.ts';
import { Icon } from '../../ui/icons.tsx';
import { useShell } from '../../ui/shell.ts';
import type { Turn } from '../turn.ts';
import { useChat, useLanguage } from './context.ts';
import { useProofTexts } from './proof-texts.ts';

interface OfferProps {
  readonly turn: Turn;
  /** Who paid for the exchange. */
  readonly account: string;
  readonly failure: RpcFailure | undefined;
  /** The question was just answered with no. */
  readonly focused: boolean;
  readonly ask: () => void;
}

/** Offers to erase what was said in one exchange, when it belongs to this session. */
export function EraseOffer({ turn, account, failure, focused, ask }: OfferProps) {
  const { store } = useChat();
  const { t: say, locale } = useLanguage();
  const { t } = useProofTexts();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus();
  }, []);
  if (turn.erased || !turn.receipt) return null;
  const owner = store.credits.balance.value?.account;
  if (owner !== undefined && owner !== account) return <p class="proof-note">{t('proof.eraseElsewhere')}</p>;
  return (
    <section class="proof-erase">
      {failure && <p class="proof-note">{whyNot(failure)}</p>}
      <button ref={button} type="button" class="button" onClick={ask}>
        <Icon name="erase" />
        {t('proof.erase')}
      </button>
    </section>
  );

  function whyNot({ reason, values, message }: RpcFailure): string {
    if (reason === 'disconnected') return t('unchecked.disconnected');
    if (reason === 'timed_out') return say('reason.unresponsive');
    return reason === 'not_found' ? t('proof.eraseElsewhere') : failureText(locale, reason, values, message);
  }
}

interface QuestionProps {
  readonly turn: Turn;
  readonly done: (failure: RpcFailure | undefined) => void;
  readonly keep: () => void;
}

/** Stands alone in its dialog, so that the decision is in sight on every screen. */
export function EraseQuestion({ turn, done, keep }: QuestionProps) {
  const { store } = useChat();
  const { speech } = useShell();
  const { t: say } = useLanguage();
  const { t } = useProofTexts();
  const [erasing, setErasing] = useState(false);
  const question = useRef<HTMLHeadingElement>(null);
  const part = useRef<HTMLElement>(null);
  useEffect(() => question.current?.focus(), []);
  useFocusHeir(part, () => part.current?.closest('dialog')?.querySelector('h2')?.focus());
  const erase = async () => {
    if (erasing) return;
    setErasing(true);
    const outcome = await store.erase(turn);
    if (outcome.ok) speech.say(say('mark.erased'));
    done(outcome.ok ? undefined : outcome.failure);
  };
  return (
    <section ref={part} class="proof-erase-asking">
      <h3 ref={question} tabIndex={-1}>
        {t('proof.eraseTitle')}
      </h3>
      <p>{t('proof.eraseText')}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={keep}>
          {t('proof.eraseNo')}
        </button>
        <button
          type="button"
          class="button button-grave"
          aria-disabled={erasing}
          onClick={() => void erase()}
        >
          {t(erasing ? 'proof.erasing' : 'proof.eraseYes')}
        </button>
      </div>
    </section>
  );
}
