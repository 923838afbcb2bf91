/** What the page for teams says, in each language. */
import type { Texts } from '../ui/i18n.ts';
import { REQUEST_TEXTS, type RequestTextKey } from '../ui/request-texts.ts';
import { useTexts, type Language } from '../ui/shell.ts';
import { TEAMS_EN } from './texts/en.ts';
import { TEAMS_ES } from './texts/es.ts';

export type TeamsTextKey = RequestTextKey | keyof typeof TEAMS_EN;

export const TEAMS_TEXTS: Texts<TeamsTextKey> = {
  en: { ...REQUEST_TEXTS.en, ...TEAMS_EN },
  es: { ...REQUEST_TEXTS.es, ...TEAMS_ES },
};

export function useLanguage(): Language<TeamsTextKey> {
  return useTexts(TEAMS_TEXTS);
}
