import type { Locale } from '../../../shared/locale.ts';

/** Words that are frequent in one of the languages and rare in the other. */
const WORDS: Readonly<Record<Locale, ReadonlySet<string>>> = {
  en: new Set(
    'the and you your is are was of to that this it with for have not what how can would do i my be we'.split(
      ' ',
    ),
  ),
  es: new Set(
    'el la los las que de y es en un una por con para no se lo tu te me mi más qué cómo está hay pero'.split(
      ' ',
    ),
  ),
};

/** So that a screen reader speaks an answer in its own tongue; undefined when the words do not tell. */
export function guessLanguage(text: string): Locale | undefined {
  const words =
    text
      .slice(0, 600)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const count = (locale: Locale) => words.filter((word) => WORDS[locale].has(word)).length;
  const en = count('en');
  const es = count('es') + (/[¿¡ñ]/.test(text) ? 2 : 0);
  if (Math.max(en, es) < 2 || en === es) return undefined;
  return en > es ? 'en' : 'es';
}
