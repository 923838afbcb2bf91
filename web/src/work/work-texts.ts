/** What the pages of work say, in each language. */
import { UI_TEXTS, type Texts, type UiTextKey } from '../ui/i18n.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { WORK_EN } from './texts/en.ts';
import { WORK_ES } from './texts/es.ts';

export type WorkTextKey = UiTextKey | keyof typeof WORK_EN;
export type WorkLanguage = Language<WorkTextKey>;

export const WORK_TEXTS: Texts<WorkTextKey> = {
  en: { ...UI_TEXTS.en, ...WORK_EN },
  es: { ...UI_TEXTS.es, ...WORK_ES },
};

export function useLanguage(): WorkLanguage {
  return useTexts(WORK_TEXTS);
}
