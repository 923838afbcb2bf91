/** What the pages of work say, in each language. */
import type { Texts } from '../ui/i18n.ts';
import { REQUEST_TEXTS, type RequestTextKey } from '../ui/request-texts.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { WORK_EN } from './texts/en.ts';
import { WORK_ES } from './texts/es.ts';

export type WorkTextKey = RequestTextKey | keyof typeof WORK_EN;
export type WorkLanguage = Language<WorkTextKey>;

export const WORK_TEXTS: Texts<WorkTextKey> = {
  en: { ...REQUEST_TEXTS.en, ...WORK_EN },
  es: { ...REQUEST_TEXTS.es, ...WORK_ES },
};

export function useLanguage(): WorkLanguage {
  return useTexts(WORK_TEXTS);
}
