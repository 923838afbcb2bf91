/** Theme and language: of the reader, not of a window, so every window shares them. */
import { effect, signal, type Signal } from '@preact/signals';
import { LOCALES, type Locale } from '../../../shared/locale.ts';
import type { KeyValues } from './browser-values.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Preferences {
  readonly theme: Signal<Theme>;
  readonly locale: Signal<Locale>;
}

/** Also read by public/theme.js before the first paint. */
const KEY = 'hilo.preferences';

export function loadPreferences(values: KeyValues, languages: readonly string[]): Preferences {
  const kept = read(values);
  const theme = signal(THEMES.find((name) => name === kept['theme']) ?? 'system');
  const locale = signal(LOCALES.find((name) => name === kept['locale']) ?? firstKnown(languages));
  effect(() => {
    const chosen = JSON.stringify({ theme: theme.value, locale: locale.value });
    try {
      values.setItem(KEY, chosen);
    } catch {
      // Without storage the choice holds for as long as the page is open.
    }
  });
  return { theme, locale };
}

/** The first of the reader's languages that exists here; English if none does. */
export function firstKnown(languages: readonly string[]): Locale {
  for (const language of languages) {
    const known = LOCALES.find((name) => language.toLowerCase().split('-')[0] === name);
    if (known) return known;
  }
  return 'en';
}

function read(values: KeyValues): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(values.getItem(KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
