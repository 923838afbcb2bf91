import { useEffect, useRef } from 'preact/hooks';
import type { Turn } from '../turn.ts';
import { useLanguage, useChat } from './context.ts';
import { useShell } from '../../ui/shell.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import type { Proof } from '../proof/proof-contract.ts';

const ICONS: Readonly<Record<Proof['name'], IconName>> = {
  checking: 'sealEmpty',
  proved: 'sealWhole',
  unchecked: 'sealUnknown',
  failed: 'sealBroken',
  erased: 'sealEmpty',
};

/** Whether the browser has proved this answer by itself; leads to what exactly was proved. */
export function ProofMark({ turn }: { turn: Turn }) {
  const { proofs, panel } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const proof = proofs.of(turn).value;
  const { name } = proof;
  const before = useRef(name);
  useEffect(() => {
    // Only what should worry the reader is said aloud; the rest can be read.
    if (name === 'failed' && before.current !== 'failed') speech.say(t('mark.failed'));
    before.current = name;
  }, [name]);
  const text = t(`mark.${name}`);
  return (
    <button
      type="button"
      class="proof-mark"
      data-proof={name}
      aria-haspopup="dialog"
      aria-label={`${text}. ${t('mark.details')}`}
      onClick={() => {
        panel.value = { name: 'proof', turnId: turn.id };
      }}
    >
      <Icon name={ICONS[name]} />
      <span class="proof-words">{text}</span>
    </button>
  );
}
