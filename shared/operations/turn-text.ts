/** How the text face writes what was said before. */
import type { z } from 'zod';
import type { Locale } from '../locale.ts';
import { withoutReservedLines } from '../reserved-lines.ts';
import { safeText } from '../text-safety.ts';
import type { Message } from './conversation-shapes.ts';
import { renderVersions } from './turn-shapes.ts';

export function quoted(text: string): string {
  return `> ${text.replaceAll('\n', '\n> ')}`;
}

export function said(text: string): string {
  return withoutReservedLines(safeText(text));
}

/** The newest messages of a branch, with the ways to the other versions of them. */
export function renderMessages(
  messages: readonly z.output<typeof Message>[],
  count: number,
  locale: Locale,
): string {
  const lines = messages.slice(-count).map(({ role, text, status, siblings }) => {
    const words = status === 'erased' ? ERASED[locale] : text;
    const shown = role === 'user' ? quoted(words) : said(words);
    return siblings ? `${shown}\n${renderVersions(siblings, locale)}` : shown;
  });
  return lines.join('\n');
}

const ERASED = { en: '(erased)', es: '(borrado)' } as const;
