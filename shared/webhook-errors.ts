/** The rows of the table of errors that are about webhooks. */
import { row, type ErrorRow } from './error-row.ts';

export const WEBHOOK_ROWS = {
  webhook_refused: row(
    4150,
    400,
    false,
    'Nothing can be sent to that address: {detail}',
    'No se puede enviar nada a esa dirección: {detail}',
  ),
  webhook_unsigned: row(
    4151,
    409,
    false,
    'You have no secret that webhooks are signed with; make one first (webhooks.rotate)',
    'No tienes un secreto con el que firmar los webhooks; crea uno antes (webhooks.rotate)',
  ),
} as const satisfies Record<string, ErrorRow>;
