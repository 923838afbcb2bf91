/** The rows of the table of errors that are about teams, budgets and the policies of API keys. */
import { row, type ErrorRow } from './error-row.ts';

export const TEAM_ROWS = {
  team_name_taken: row(
    4150,
    409,
    false,
    'There is already a team called {name}',
    'Ya existe un equipo llamado {name}',
  ),
} as const satisfies Record<string, ErrorRow>;
