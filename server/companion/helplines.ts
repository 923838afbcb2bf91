/** Help for one language. */
export interface HelplinesOfLanguage {
  /** The words after "your local emergency number". */
  readonly emergency: string;
  /** For someone who thinks of dying or of hurting themselves, and for anybody who needs to talk. */
  readonly lines: readonly Helpline[];
  /** For someone whom another person hurts; without any, `lines` are given. */
  readonly violence: readonly Helpline[];
}

export interface Helpline {
  /** The country or region, as the reader calls it. */
  readonly place: string;
  /** A telephone number or an address on the web. */
  readonly contact: string;
}

/** "Spain 024 · Chile *4141": one line, fit for a terminal and for a page. */
export function listLines(helplines: HelplinesOfLanguage, need: 'talk' | 'violence'): string {
  const lines = need === 'violence' && helplines.violence.length > 0 ? helplines.violence : helplines.lines;
  return lines.map(({ place, contact }) => `${place} ${contact}`).join(' · ');
}
