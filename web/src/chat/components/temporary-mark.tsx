import { Icon } from '../../ui/icons.tsx';
import { useChat, useLanguage } from './context.ts';

/** Stands above the composer for as long as nothing is kept. */
export function TemporaryMark() {
  const { temporary } = useChat();
  const { t } = useLanguage();
  if (!temporary.isOn.value) return null;
  return (
    <p class="temporary-mark">
      <Icon name="temporary" />
      {t('temporary.mark')}
    </p>
  );
}
