/** How the text face writes what was said before. */
import type { z } from 'zod';
import type { Locale } from '../locale.ts';
import { withoutReservedLines } from '../reserved-lines.ts';
import { safeText } from '../text-safety.ts';
import type { Attachment } from './attachment-shapes.ts';
import type { Message } from './conversation-shapes.ts';
import { attached, renderVersions } from './turn-shapes.ts';

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
  const lines = messages.slice(-count).map(({ role, text, status, siblings, attachments = [] }) => {
    const words = status === 'erased' ? ERASED[locale] : text;
    const shown = [role === 'user' ? quoted(words) : said(words)];
    for (const each of attachments) shown.push(attached(each, locale));
    if (siblings) shown.push(renderVersions(siblings, locale));
    return shown.join('\n');
  });
  return lines.join('\n');
}

const ERASED = { en: '(erased)', es: '(borrado)' } as const;

interface SaidTurn {
  readonly user: string;
  readonly assistant: string;
  readonly attachments?: readonly Attachment[] | undefined;
}

/** A turn without the ways to its versions. */
export function renderSaid({ user, assistant, attachments = [] }: SaidTurn, locale: Locale): string {
  const files = attachments.map((each) => attached(each, locale));
  return [quoted(user), ...files, said(assistant)].join('\n');
}
