import type { ComponentChildren } from 'preact';
import { amountText, dateTimeText } from '../../ui/i18n.ts';
import type { ReadReceipt } from '../proof/read-receipt.ts';
import { useProofTexts } from './proof-texts.ts';

const FINISHES = {
  stop: 'proof.finishStop',
  length: 'proof.finishLength',
  cancelled: 'proof.finishCancelled',
} as const;

/** The entry, member by member, as people say it. */
export function ProofFields({ received }: { received: ReadReceipt }) {
  const { locale, t } = useProofTexts();
  const { entry, index, checkpoint } = received;
  const finish = Object.hasOwn(FINISHES, entry.finish) ? FINISHES[entry.finish as keyof typeof FINISHES] : '';
  const usage = t(entry.usage === 'reported' ? 'proof.usageReported' : 'proof.usageEstimated');
  const tokens = { input: entry.inputTokens, output: entry.outputTokens, usage };
  const ledger = { origin: checkpoint.origin, size: amountText(locale, checkpoint.size) };
  return (
    <dl class="fields">
      <Field name={t('proof.index')}>{index}</Field>
      <Field name={t('proof.at')}>
        <time dateTime={entry.at}>{dateTimeText(locale, entry.at)}</time>
      </Field>
      <Field name={t('proof.trace')} code>
        {entry.trace}
      </Field>
      <Field name={t('proof.account')} code>
        {entry.account}
      </Field>
      <Field name={t('proof.model')}>{entry.model}</Field>
      {entry.degraded === 'true' && <Field name={t('proof.degraded')}>{t('proof.degradedValue')}</Field>}
      <Field name={t('proof.tokens')}>{t('proof.tokensValue', tokens)}</Field>
      <Field name={t('proof.finish')}>{finish === '' ? entry.finish : t(finish)}</Field>
      <Field name={t('proof.commitments')} code>
        {entry.prompt} {entry.answer}
      </Field>
      <Field name={t('proof.ledger')}>{t('proof.ledgerValue', ledger)}</Field>
    </dl>
  );
}

function Field({ name, code, children }: { name: string; code?: boolean; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{code ? <code>{children}</code> : children}</dd>
    </div>
  );
}
