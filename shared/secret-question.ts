/** How a person is asked for the secrets of a command, wherever that is typed. [T-8] */
import type { SecretMember } from './define-operation.ts';
import type { Locale } from './locale.ts';

const CANCEL = '/cancel';

/** With the colon, without a space after it. */
export function questionFor({ prompt }: SecretMember, locale: Locale): string {
  return `${prompt[locale]} (${HOW_TO_CANCEL[locale]}):`;
}

/** Whether this answer to a question gives no secret. */
export function cancelsQuestion(line: string): boolean {
  return line === '' || line.trim() === CANCEL;
}

const HOW_TO_CANCEL = { en: 'an empty line cancels', es: 'una línea vacía cancela' } as const;

export const QUESTION_CANCELLED = { en: 'Cancelled', es: 'Cancelado' } as const;
