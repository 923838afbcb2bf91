import { useEffect, useRef } from 'preact/hooks';
import { amountText } from '../../ui/i18n.ts';
import { useLanguage, useChat } from './context.ts';
import { useShell } from '../../ui/shell.ts';

/**
 * The credits that are left, shown quietly; in other words and another shape when they are nearly used up.
 */
export function BalanceView() {
  const { store } = useChat();
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const balance = store.credits.balance.value;
  const low = balance?.low === true;
  const before = useRef(low);
  const amount = amountText(locale, balance?.left ?? 0);
  const label = low
    ? t('credits.labelLow', { amount })
    : balance?.left === 1
      ? t('credits.labelOne')
      : t('credits.label', { amount });
  useEffect(() => {
    if (low && !before.current) speech.say(label);
    before.current = low;
  }, [low]);
  if (!balance) return null;
  const unit = t(balance.left === 1 ? 'credits.unitOne' : 'credits.unit');
  return (
    <p class="balance" data-low={low} title={label}>
      <span class="visually-hidden">{label}</span>
      <span aria-hidden="true">
        {low && <span class="balance-only">{t('credits.only')} </span>}
        {amountText(locale, balance.left, true)} <span class="balance-unit">{unit}</span>
      </span>
    </p>
  );
}
