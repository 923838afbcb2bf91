import { useState } from 'preact/hooks';
import { THEMES, type Theme } from '../../ui/preferences.ts';
import { BalanceView } from './balance.tsx';
import { ConnectionStatus } from './connection-status.tsx';
import { useLanguage, usePage } from './context.ts';
import { Icon, Thread, type IconName } from '../../ui/icons.tsx';
import { NewConversation } from './new-conversation.tsx';

export function Header() {
  const { store } = usePage();
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  return (
    <header class="header">
      <div class="header-row">
        <Thread class="mark" />
        <div class="brand">
          <h1>{t('app.name')}</h1>
          <ConnectionStatus />
        </div>
        <div class="tools">
          <BalanceView />
          {store.chat.value.pages.length > 0 && (
            <button
              type="button"
              class="tool"
              aria-label={t('header.new')}
              title={t('header.new')}
              onClick={() => setAsking(true)}
            >
              <Icon name="new" />
            </button>
          )}
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
      {asking && <NewConversation close={() => setAsking(false)} />}
    </header>
  );
}

/** Named in the language that it leads to, for those who cannot read the present one. */
function LanguageSwitch() {
  const { preferences, store } = usePage();
  const { locale, t } = useLanguage();
  const other = locale === 'en' ? 'es' : 'en';
  const change = () => {
    preferences.locale.value = other;
    store.setLocale(other);
  };
  return (
    <button
      type="button"
      class="tool tool-text"
      lang={other}
      aria-label={t('header.language')}
      title={t('header.language')}
      onClick={change}
    >
      {other.toUpperCase()}
    </button>
  );
}

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: 'system', light: 'sun', dark: 'moon' };
const THEME_LABELS = {
  system: 'header.themeSystem',
  light: 'header.themeLight',
  dark: 'header.themeDark',
} as const;

function ThemeSwitch() {
  const { preferences } = usePage();
  const { t } = useLanguage();
  const theme = preferences.theme.value;
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <button
      type="button"
      class="tool"
      aria-label={t(THEME_LABELS[theme])}
      title={t(THEME_LABELS[theme])}
      onClick={() => {
        preferences.theme.value = next;
      }}
    >
      <Icon name={THEME_ICONS[theme]} />
    </button>
  );
}
