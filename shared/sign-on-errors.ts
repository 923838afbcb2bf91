/** The rows of the table of errors that are about invitations and signing on with other providers. */
import { row, type ErrorRow } from './error-row.ts';

export const SIGN_ON_ROWS = {
  invitation_failed: row(
    4140,
    410,
    false,
    'That invitation was used up, withdrawn, or is too old; ask for another one',
    'Esa invitación ya se usó, se retiró o ha caducado; pide otra',
  ),
} as const satisfies Record<string, ErrorRow>;
