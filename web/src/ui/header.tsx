import type { ComponentChildren } from 'preact';
import { UI_TEXTS } from './i18n.ts';
import { Icon, Thread, type IconName } from './icons.tsx';
import { THEMES, type Theme } from './preferences.ts';
import { useShell, useTexts } from './shell.ts';

export interface HeaderProps {
  /** Below the name. */
  readonly status: ComponentChildren;
  /** The page's own tools. */
  readonly children: ComponentChildren;
}

export function Header({ status, children }: HeaderProps) {
  const { t } = useTexts(UI_TEXTS);
  return (
    <header class="header">
      <div class="header-row">
        <Thread class="mark" />
        <div class="brand">
          <h1>{t('app.name')}</h1>
          {status}
        </div>
        <div class="tools">
          {children}
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}

/** Named in the language that it leads to, for those who cannot read the present one. */
function LanguageSwitch() {
  const { preferences } = useShell();
  const { locale, t } = useTexts(UI_TEXTS);
  const other = locale === 'en' ? 'es' : 'en';
  return (
    <button
      type="button"
      class="tool tool-text"
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

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: 'system', light: 'sun', dark: 'moon' };
const THEME_LABELS = {
  system: 'header.themeSystem',
  light: 'header.themeLight',
  dark: 'header.themeDark',
} as const;

function ThemeSwitch() {
  const { preferences } = useShell();
  const { t } = useTexts(UI_TEXTS);
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
