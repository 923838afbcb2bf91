import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { Locale } from '../../../shared/locale.ts';
import { translator, type Texts, type Translate } from './i18n.ts';
import type { AccountKeeper } from '../connection/account-keeper.ts';
import { mayTalk, type Entry } from './entry.ts';
import type { Asking } from '../connection/page-line.ts';
import type { Preferences } from './preferences.ts';
import type { Router } from './router.ts';
import type { Side } from './side.ts';
import type { Speech } from './speech.ts';

/** What every page has. */
export interface Shell {
  readonly preferences: Preferences;
  readonly speech: Speech;
  readonly router: Router;
  readonly line: Asking;
  readonly account: AccountKeeper;
  /** What visitors may do here. */
  readonly entry: ReadonlySignal<Entry>;
  readonly side: Side;
}

export const ShellContext = createContext<Shell | undefined>(undefined);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('There is no shell around this component');
  return shell;
}

/** Whether whoever is here can have conversations. */
export function useMayTalk(): boolean {
  const { entry, account } = useShell();
  return mayTalk(entry.value, account.account.value);
}

export interface Language<Key extends string> {
  readonly locale: Locale;
  readonly t: Translate<Key>;
}

/** Draws again when the reader changes the language. */
export function useTexts<Key extends string>(texts: Texts<Key>): Language<Key> {
  const locale = useShell().preferences.locale.value;
  return { locale, t: translator(texts, locale) };
}
