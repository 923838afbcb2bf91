import { UI_TEXTS } from './i18n.ts';
import { useShell, useTexts } from './shell.ts';

/** Named in the language that it leads to, for those who cannot read the present one. */
export function LanguageSwitch() {
  const { preferences } = useShell();
  const { locale, t } = useTexts(UI_TEXTS);
  const other = locale === 'en' ? 'es' : 'en';
  return (
    <button
      type="button"
      class="tool tool-text tool-language"
      lang={other}
      aria-label={t('header.language')}
      title={t('header.language')}
      onClick={() => {
        preferences.locale.value = other;
      }}
    >
      {other.toUpperCase()}
    </button>
  );
}
