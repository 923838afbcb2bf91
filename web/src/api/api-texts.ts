/** What the API page says, in each language. */
import { UI_TEXTS, type Texts, type UiTextKey } from '../ui/i18n.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { API_EN } from './texts/en.ts';
import { API_ES } from './texts/es.ts';

export type ApiTextKey = UiTextKey | keyof typeof API_EN;

export const API_TEXTS: Texts<ApiTextKey> = {
  en: { ...UI_TEXTS.en, ...API_EN },
  es: { ...UI_TEXTS.es, ...API_ES },
};

export function useLanguage(): Language<ApiTextKey> {
  return useTexts(API_TEXTS);
}
