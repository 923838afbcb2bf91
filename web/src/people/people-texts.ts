/** What the pages of an account say, in each language. */
import { UI_TEXTS, type Texts, type UiTextKey } from '../ui/i18n.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { PEOPLE_EN } from './texts/en.ts';
import { PEOPLE_ES } from './texts/es.ts';

export type PeopleTextKey = UiTextKey | keyof typeof PEOPLE_EN;
export type PeopleLanguage = Language<PeopleTextKey>;

export const PEOPLE_TEXTS: Texts<PeopleTextKey> = {
  en: { ...UI_TEXTS.en, ...PEOPLE_EN },
  es: { ...UI_TEXTS.es, ...PEOPLE_ES },
};

export function useLanguage(): PeopleLanguage {
  return useTexts(PEOPLE_TEXTS);
}
