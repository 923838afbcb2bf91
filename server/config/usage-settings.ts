/** What is counted of use, and for how long. */
import { integer, parsed } from '../../shared/environment.ts';

export const USAGE_VARIABLES = {
  /** Whose days and months use is added up by. */
  USAGE_TIME_ZONE: parsed('a time zone such as America/Santiago, Asia/Kolkata or UTC', timeZoneOf).default(
    'UTC',
  ),
  /** Single events are deleted after this; their sums stay. */
  USAGE_EVENT_DAYS: integer(1, 3_650).default(30),
} as const;

/** In the spelling of the zone itself; undefined when there is none. */
export function timeZoneOf(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
