import { z } from 'zod';

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

const LinesOfLocale = z.strictObject({
  /** The words after "your local emergency number". */
  emergency: Words,
  /** For someone who thinks of dying or of hurting themselves, and for anyone who needs to talk. */
  lines: z.array(Line).min(1).max(20),
  /** For someone who is hurt by another person; if there are none, `lines` are given. */
  violence: z.array(Line).max(20).default([]),
});

const HelplinesSchema = z.strictObject({ es: LinesOfLocale.optional(), en: LinesOfLocale.optional() });

/** The file of `HELPLINES_FILE`: help by locale. A locale that is left out keeps the built-in lines. */
export type Helplines = z.infer<typeof HelplinesSchema>;

/**
 * Reads the contents of a helplines file. Throws an Error that names every fault at once; a wrong number
 * given to someone in danger is worse than a server that does not start.
 */
export function parseHelplines(json: string): Helplines {
  const parsed = HelplinesSchema.safeParse(parseJson(json));
  if (!parsed.success) throw new Error(`Helplines are not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error('Helplines are not valid JSON', { cause });
  }
}
