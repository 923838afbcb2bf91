/** The rows of the table of errors that are about batches of the prompt queue, and their files. */
import { row, type ErrorRow } from './error-row.ts';

export const BATCH_ROWS = {
  too_many_batches: row(
    4160,
    429,
    true,
    'You have {max} unfinished batches, the most for one person; try again when one has ended',
    'Tienes {max} lotes sin terminar, lo máximo por persona; inténtalo cuando termine alguno',
  ),
  file_in_use: row(
    4161,
    409,
    false,
    'A batch that is not over reads that file; cancel the batch first',
    'Un lote sin terminar lee ese archivo; cancela antes el lote',
  ),
  batch_over: row(4162, 409, false, 'That batch is over: {status}', 'Ese lote ya terminó: {status}'),
  batch_unfinished: row(
    4163,
    409,
    false,
    'That batch is not over; cancel it first',
    'Ese lote no ha terminado; cancélalo antes',
  ),
  batch_expired: row(
    4164,
    408,
    false,
    'The time of its batch was over before it was asked',
    'El tiempo de su lote se acabó antes de que se pidiera',
  ),
} as const satisfies Record<string, ErrorRow>;
