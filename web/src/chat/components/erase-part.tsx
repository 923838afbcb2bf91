import { useEffect, useRef, useState } from 'preact/hooks';
import type { Turn } from '../chat-state.ts';
import { failureText } from '../../ui/i18n.ts';
import { isErrorKey, type RpcFailure } from '../../../../shared/client/message.ts';
import { useLanguage, useChat } from './context.ts';
import { useShell } from '../../ui/shell.ts';
import { Icon } from '../../ui/icons.tsx';
import { useProofTexts } from './proof-texts.ts';

type Step = 'offered' | 'asking' | 'erasing';

/** Erases what was said in one exchange, when asked twice, and when it belongs to this session. */
export function ErasePart({ turn, account }: { turn: Turn; account: string }) {
  const { store } = useChat();
  const { speech } = useShell();
  const { t: say, locale } = useLanguage();
  const { t } = useProofTexts();
  const [step, setStep] = useState<Step>('offered');
  const [failure, setFailure] = useState<RpcFailure | undefined>(undefined);
  const question = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (step === 'asking') question.current?.focus();
  }, [step]);
  if (turn.erased || !turn.receipt) return null;
  const owner = store.credits.balance.value?.account;
  if (owner !== undefined && owner !== account) return <p class="proof-note">{t('proof.eraseElsewhere')}</p>;
  const erase = async () => {
    setStep('erasing');
    const outcome = await store.erase(turn);
    if (outcome.ok) speech.say(say('mark.erased'));
    else setFailure(outcome.failure);
    setStep('offered');
  };
  if (step === 'offered') {
    return (
      <section class="proof-erase">
        {failure && <p class="proof-note">{whyNot(failure)}</p>}
        <button type="button" class="button" onClick={() => setStep('asking')}>
          <Icon name="erase" />
          {t('proof.erase')}
        </button>
      </section>
    );
  }
  return (
    <section class="proof-erase proof-erase-asking">
      <h3 ref={question} tabIndex={-1}>
        {t('proof.eraseTitle')}
      </h3>
      <p>{t('proof.eraseText')}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => setStep('offered')}>
          {t('proof.eraseNo')}
        </button>
        <button
          type="button"
          class="button button-grave"
          aria-disabled={step === 'erasing'}
          onClick={() => (step === 'asking' ? void erase() : undefined)}
        >
          {t(step === 'erasing' ? 'proof.erasing' : 'proof.eraseYes')}
        </button>
      </div>
    </section>
  );

  function whyNot({ reason, values }: RpcFailure): string {
    if (!isErrorKey(reason)) return t('unchecked.disconnected');
    return reason === 'not_found' ? t('proof.eraseElsewhere') : failureText(locale, reason, values);
  }
}
