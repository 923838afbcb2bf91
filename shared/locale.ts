/** The languages that Hilo speaks to people. Every text that a user sees exists in each of them. */
export const LOCALES = ['en', 'es'] as const;
export type Locale = (typeof LOCALES)[number];

/** One text in every language. */
export type Localised = Readonly<Record<Locale, string>>;

/** Fills `{name}` placeholders; a placeholder without a value stays as it is, so that a fault shows. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
