import { z } from 'zod';

export type Language = 'es' | 'en';

// A control character in a helpline would reach every terminal that shows it.
const Words = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{C}]+$/u, 'Must not contain control characters');

const Line = z.strictObject({
  /** The country or region, as the reader calls it. */
  place: Words,
  /** A telephone number or an address on the web. */
  contact: Words,
});

const LocaleLines = z.strictObject({
  /** The words after "your local emergency number". */
  emergency: Words,
  /** For someone who thinks of dying or of hurting themselves, and for anybody who needs to talk. */
  lines: z.array(Line).min(1).max(20),
  /** For someone whom another person hurts; without any, `lines` are given. */
  violence: z.array(Line).max(20).default([]),
});

/** The file of `HELPLINES_FILE`: help by locale. A locale that is left out keeps the built-in lines. */
export const HelplinesSchema = z.strictObject({ es: LocaleLines.optional(), en: LocaleLines.optional() });

export type HelplinesOfLocale = z.infer<typeof LocaleLines>;
export type Helplines = Readonly<Record<Language, HelplinesOfLocale>>;

export const BUILT_IN_HELPLINES: Helplines = {
  es: {
    emergency: '112 en Europa, 911 en gran parte de América',
    lines: [
      { place: 'España', contact: '024' },
      { place: 'Argentina', contact: '135 (Buenos Aires)' },
      { place: 'Chile', contact: '*4141' },
      { place: 'México', contact: '800 911 2000' },
      { place: 'Estados Unidos y Canadá', contact: '988' },
      { place: 'otros países', contact: 'findahelpline.com' },
    ],
    violence: [
      { place: 'España', contact: '016' },
      { place: 'Argentina', contact: '144' },
      { place: 'Chile', contact: '1455' },
      { place: 'otros países', contact: 'findahelpline.com' },
    ],
  },
  en: {
    emergency: '112 in Europe, 911 in most of the Americas',
    lines: [
      { place: 'USA and Canada', contact: '988' },
      { place: 'UK and Ireland', contact: '116 123' },
      { place: 'elsewhere', contact: 'findahelpline.com' },
    ],
    violence: [
      { place: 'USA', contact: '1-800-799-7233' },
      { place: 'UK', contact: '0808 2000 247' },
      { place: 'elsewhere', contact: 'findahelpline.com' },
    ],
  },
};

/**
 * Reads the contents of a helplines file: JSON text, or a value already parsed from it. Throws an Error
 * that names every fault at once; a wrong number given to someone in danger is worse than a server that
 * does not start.
 */
export function parseHelplines(json: unknown): Helplines {
  const parsed = HelplinesSchema.safeParse(typeof json === 'string' ? parseJson(json) : json);
  if (!parsed.success) throw new Error(`Helplines are not valid: ${z.prettifyError(parsed.error)}`);
  return { es: parsed.data.es ?? BUILT_IN_HELPLINES.es, en: parsed.data.en ?? BUILT_IN_HELPLINES.en };
}

/** "Spain 024 · Chile *4141": one line, fit for a terminal and for a page. */
export function listLines(helplines: HelplinesOfLocale, need: 'talk' | 'violence'): string {
  const lines = need === 'violence' && helplines.violence.length > 0 ? helplines.violence : helplines.lines;
  return lines.map(({ place, contact }) => `${place} ${contact}`).join(' · ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error('Helplines are not valid JSON', { cause });
  }
}
