/** What the commands share. */
import { LOCALES, type Locale } from '../shared/locale.ts';

/** Gets the words after its name; resolves with the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 3;

/** `HILO_LOCALE`, else English. */
export function cliLocale(): Locale {
  return LOCALES.find((locale) => locale === process.env['HILO_LOCALE']) ?? 'en';
}
