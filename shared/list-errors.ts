/** The rows of the table of errors that are about lists in pages. */
import { row, type ErrorRow } from './error-row.ts';

export const LIST_ROWS = {
  cursor_unknown: row(
    4170,
    400,
    false,
    'That cursor is not from a page of this list; ask for the first page, without a cursor',
    'Ese cursor no es de una página de esta lista; pide la primera página, sin cursor',
  ),
} as const satisfies Record<string, ErrorRow>;
