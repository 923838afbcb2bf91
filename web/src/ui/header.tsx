import type { ComponentChildren } from 'preact';
import { UI_TEXTS } from './i18n.ts';
import { Icon, Thread, type IconName } from './icons.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { Link } from './link.tsx';
import { THEMES, type Theme } from './preferences.ts';
import { WORK_PAGES } from './router.ts';
import { useMayTalk, useShell, useTexts } from './shell.ts';
import { SideToggle } from './side-frame.tsx';

export interface HeaderProps {
  /** The name of Hilo when left out. */
  readonly title?: string | undefined;
  /** Below the name. */
  readonly status: ComponentChildren;
  /** Nothing leads from here to a list or an account. */
  readonly isAlone?: boolean;
  /** The page's own tools. */
  readonly children?: ComponentChildren;
}

export function Header({ title, status, isAlone = false, children }: HeaderProps) {
  const { t } = useTexts(UI_TEXTS);
  const hasList = useMayTalk() && !isAlone;
  return (
    <header class="header">
      <div class="header-row">
        {hasList && <SideToggle />}
        <Thread class="mark" />
        <div class="brand">
          <h1 dir="auto" title={title}>
            {title ?? t('app.name')}
          </h1>
          {status}
        </div>
        <div class="tools">
          {children}
          {!isAlone && <AccountLink />}
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}

/** Whoever signs in from there comes back. */
const RETURNED_TO = ['account', 'api', 'usage', 'teams', ...WORK_PAGES] as const;

/** Leads to the account, or to where one signs in. */
function AccountLink() {
  const { account, router } = useShell();
  const { t } = useTexts(UI_TEXTS);
  const place = router.place.value;
  const back = place.name === 'app' && RETURNED_TO.find((page) => page === place.page);
  const who = account.account.value;
  if (who.name === 'signedIn') {
    const name = who.user.name || who.user.email;
    const label = t('header.account', { name });
    return (
      <Link to={{ name: 'app', page: 'account' }} class="tool" title={label} label={label}>
        <Icon name="person" />
      </Link>
    );
  }
  return (
    <Link
      to={{ name: 'app', page: 'sign-in', ...(back && { next: back }) }}
      class="tool"
      title={t('header.signIn')}
      label={t('header.signIn')}
    >
      <Icon name="person" />
    </Link>
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
