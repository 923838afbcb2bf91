/** What people are told when a budget or an allowance is nearly used, or used up. */
import type { Locale } from './locale.ts';

/** `credits.limit` in words; `until` is when the period ends, as it is to be shown. */
export function limitText(
  { what, name, percent, used, limit }: Readonly<Record<string, unknown>>,
  until: string,
  locale: Locale,
): string {
  const whose = LIMITS[what as keyof typeof LIMITS][locale];
  const of = typeof name === 'string' ? `${whose} (${name})` : whose;
  const [spent, most] = [String(used), String(limit)];
  const texts = {
    en: `${String(percent)} % of ${of} is used: ${spent} of ${most} credits until ${until}`,
    es: `gastado el ${String(percent)} % de ${of}: ${spent} de ${most} créditos hasta ${until}`,
  };
  return texts[locale];
}

const LIMITS = {
  member: { en: 'your budget in the team', es: 'tu presupuesto en el equipo' },
  key: { en: 'the budget of an API key', es: 'el presupuesto de una clave de API' },
  server: { en: 'the budget of the server', es: 'el presupuesto del servidor' },
  allowance: { en: 'the allowance', es: 'la asignación' },
} as const;
