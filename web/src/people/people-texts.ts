/** What the pages of an account say, in each language. */
import type { Texts } from '../ui/i18n.ts';
import { REQUEST_TEXTS, type RequestTextKey } from '../ui/request-texts.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { PEOPLE_EN } from './texts/en.ts';
import { PEOPLE_ES } from './texts/es.ts';

export type PeopleTextKey = RequestTextKey | keyof typeof PEOPLE_EN;
export type PeopleLanguage = Language<PeopleTextKey>;

export const PEOPLE_TEXTS: Texts<PeopleTextKey> = {
  en: { ...REQUEST_TEXTS.en, ...PEOPLE_EN },
  es: { ...REQUEST_TEXTS.es, ...PEOPLE_ES },
};

export function useLanguage(): PeopleLanguage {
  return useTexts(PEOPLE_TEXTS);
}
