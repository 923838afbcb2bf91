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
  member_budget_used: row(
    4151,
    402,
    true,
    'Your budget in this team is {limit} credits until {until}; {used} are used, and this needs {need}',
    'Tu presupuesto en este equipo es de {limit} créditos hasta {until}; van {used} y esto necesita {need}',
  ),
  key_budget_used: row(
    4152,
    402,
    true,
    'The budget of this API key is {limit} credits until {until}; {used} are used, and this needs {need}',
    'Esta clave de API puede gastar {limit} créditos hasta {until}; van {used} y esto necesita {need}',
  ),
  server_budget_used: row(
    4153,
    402,
    true,
    'The budget of this server is {limit} credits until {until}; {used} are used, and this needs {need}',
    'El presupuesto de este servidor es de {limit} créditos hasta {until}; van {used} y esto necesita {need}',
  ),
  key_scope: row(
    4154,
    403,
    false,
    'This API key may not do that: it lacks the scope {scope}',
    'Esta clave de API no puede hacer eso: le falta el ámbito {scope}',
  ),
  wallet_withdrawn: row(
    4155,
    403,
    false,
    'The team no longer pays for this; choose another wallet',
    'El equipo ya no paga esto; elige otro monedero',
  ),
  route_withdrawn: row(
    4156,
    403,
    false,
    'The model {route} may no longer be used here',
    'El modelo {route} ya no se puede usar aquí',
  ),
  key_changed: row(
    4157,
    403,
    false,
    'This API key may no longer do that',
    'Esta clave de API ya no puede hacer eso',
  ),
} as const satisfies Record<string, ErrorRow>;
