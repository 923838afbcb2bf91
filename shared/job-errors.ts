/** The rows of the table of errors that are about the prompt queue. */
import { row, type ErrorRow } from './error-row.ts';

export const JOB_ROWS = {
  too_many_jobs: row(
    4090,
    429,
    true,
    'You have {max} unfinished jobs, the most for one person; try again when some have ended',
    'Tienes {max} trabajos sin terminar, lo máximo por persona; inténtalo cuando terminen algunos',
  ),
  jobs_full: row(
    4091,
    503,
    true,
    'The queue of jobs is full; try again in a few minutes',
    'La cola de trabajos está llena; inténtalo de nuevo en unos minutos',
  ),
  job_over: row(4092, 409, false, 'That job is over: {status}', 'Ese trabajo ya terminó: {status}'),
  job_unfinished: row(
    4093,
    409,
    false,
    'That job still waits or runs; cancel it first',
    'Ese trabajo sigue en espera o en curso; cancélalo antes',
  ),
  job_interrupted: row(
    4094,
    500,
    true,
    'The server ended {attempts} times while this job was running',
    'El servidor terminó {attempts} veces mientras este trabajo estaba en curso',
  ),
} as const satisfies Record<string, ErrorRow>;
