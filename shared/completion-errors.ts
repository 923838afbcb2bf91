/** The rows of the table of errors that are about asking a model. */
import { row, type ErrorRow } from './error-row.ts';

export const COMPLETION_ROWS = {
  context_length_exceeded: row(
    4070,
    400,
    false,
    'The messages are too long for this model: {detail}',
    'Los mensajes son demasiado largos para este modelo: {detail}',
  ),
  unsupported: row(
    4071,
    400,
    false,
    'The model {route} does not support {what}',
    'El modelo {route} no admite {what}',
  ),
  upstream_refused: row(
    4072,
    400,
    false,
    'The model server does not accept this request: {detail}',
    'El servidor del modelo no acepta esta petición: {detail}',
  ),
  upstream_unavailable: row(
    4073,
    503,
    true,
    'The model is not available at the moment; try again in {seconds} s',
    'El modelo no está disponible en este momento; inténtalo de nuevo en {seconds} s',
  ),
  upstream_rate_limited: row(
    4074,
    429,
    true,
    'The model server takes no more requests at the moment; try again in {seconds} s',
    'El servidor del modelo no admite más peticiones por ahora; inténtalo de nuevo en {seconds} s',
  ),
  credits_held: row(
    4075,
    402,
    true,
    'Other answers that you have asked for hold {held} credits; {balance} are left, {need} needed. Try ' +
      'again when one of them has ended',
    'Otras respuestas que has pedido retienen {held} créditos; quedan {balance}, hacen falta {need}. ' +
      'Inténtalo de nuevo cuando termine alguna',
  ),
  auth_ended: row(
    4076,
    401,
    false,
    'This key or login is no longer valid',
    'Esta clave o sesión ya no es válida',
  ),
} as const satisfies Record<string, ErrorRow>;
