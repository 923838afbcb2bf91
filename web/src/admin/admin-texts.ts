/** What the pages of administration say, in each language. */
import type { Texts } from '../ui/i18n.ts';
import { REQUEST_TEXTS, type RequestTextKey } from '../ui/request-texts.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { ADMIN_EN } from './texts/en.ts';
import { ADMIN_ES } from './texts/es.ts';

export type AdminTextKey = RequestTextKey | keyof typeof ADMIN_EN;

export const ADMIN_TEXTS: Texts<AdminTextKey> = {
  en: { ...REQUEST_TEXTS.en, ...ADMIN_EN },
  es: { ...REQUEST_TEXTS.es, ...ADMIN_ES },
};

export function useLanguage(): Language<AdminTextKey> {
  return useTexts(ADMIN_TEXTS);
}
